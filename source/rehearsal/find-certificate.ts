import type {Context} from './arguments/invocation.ts';
import {ask, type Flow, FlyError} from './world/effects.ts';
import {formatRequestId} from './world/make.ts';
import type {Certificate, World} from './world/world.ts';

/** @throws {FlyError} if the app has no certificate of that name. */
export function findCertificate(
	world: World,
	app: string,
	hostname: string,
	doing = 'failed to check certificate',
): Certificate {
	const found = world.certificates.find(
		entry => entry.app === app && entry.hostname === hostname.toLowerCase(),
	);
	if (!found) throw new FlyError(`${doing}: hostname not found ${formatRequestId()}`);
	return found;
}

/** This one question has an error of its own without a terminal. */
export function* confirmRemoval(context: Context, hostname: string): Flow<boolean> {
	if (context.flags.bool('yes')) return true;
	if (!context.isInteractive) throw new FlyError('prompt: non interactive');
	const answer = yield* ask(`? Remove certificate ${hostname} from app ${context.app}? (y/N) `);
	return /^y/i.test(answer.trim());
}
