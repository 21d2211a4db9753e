import type {Command} from '../arguments/invocation.ts';
import {printJson, wantsJson} from '../output/print.ts';
import {FlyError, look, print} from '../world/effects.ts';

export const whoami: Command = function* (context) {
	const email = yield* look(({account}) => account.email);
	if (wantsJson(context)) yield* printJson(context, {email});
	else yield* print(email);
	return 0;
};

/** There is nobody to sign in with: a rehearsal's token comes from the environment. */
export const login: Command = function* (context) {
	if (!context.isInteractive) {
		throw new FlyError('fly auth login requires an interactive terminal. For automation, set FLY_API_TOKEN');
	}
	const email = yield* look(({account}) => account.email);
	yield* print(`successfully logged in as ${email}`);
	return 0;
};
