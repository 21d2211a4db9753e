import type {Command} from '../arguments/invocation.ts';
import {formatTable} from '../output/format-table.ts';
import {printJson, wantsJson} from '../output/print.ts';
import {listSecrets} from '../store-secrets.ts';
import {look, print} from '../world/effects.ts';
import {findApp} from '../world/find.ts';

/** Names, digests and states; never a value. */
export const secretsList: Command = function* (context) {
	const secrets = yield* look(world => {
		findApp(world, context.app, 'machines');
		return listSecrets(world, context.app).map(({name, sha256, status}) => ({
			name,
			digest: sha256.slice(0, 16),
			status,
		}));
	});
	if (wantsJson(context)) {
		yield* printJson(context, secrets);
		return 0;
	}
	const rows = secrets.map(({name, digest, status}) => [
		`${status === 'Staged' ? '* ' : ''}${name}`,
		digest,
		status,
	]);
	yield* print(formatTable(['NAME', 'DIGEST', 'STATUS'], rows));
	const staged = secrets.filter(({status}) => status === 'Staged').length;
	if (staged > 0) {
		yield* print(
			`There are ${staged} secrets not deployed. Deploy with \`fly secrets deploy\` to make them available.`,
		);
	}
	return 0;
};
