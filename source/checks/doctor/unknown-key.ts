import {reportInToml, takeOutLine} from '../../core/doctor/findings.ts';
import type {Trap, TrapFinding} from '../../core/doctor/rule.ts';
import {listKeysNobodyReads} from './list-keys-nobody-reads.ts';

export const unknownKey: Trap = {
	id: 'unknown-key',
	title: 'A key that flyctl does not read',
	why: 'flyctl ignores unknown keys without a word, so a misspelt or retired setting never takes effect; only `fly config validate --strict` tells.',
	isMendable: true,

	find({flyToml}) {
		if (!flyToml) return [];
		return listKeysNobodyReads(flyToml.value).map(({path, nearest}): TrapFinding => {
			const key = String(path.at(-1));
			const meaning = meanings.get(key);
			const message = meaning?.message ?? `${key} is no key of fly.toml${nearest ? `; ${nearest} is` : ''}.`;
			const fix =
				meaning?.fix ??
				(nearest
					? `Write ${nearest}, or take the line out.`
					: 'Take it out, or look for its name in the reference of fly.toml.');
			const edit = meaning && takeOutLine(flyToml, path);
			return {...reportInToml(flyToml, path, message, fix), ...(edit ? {edit} : {})};
		});
	},
};

const oneMachine =
	'Take the line out. What keeps it at one machine is `fly deploy --ha=false` on every deploy, as phxfly does it, and `fly scale count 1` where there are two already.';

const meanings: ReadonlyMap<string, {readonly message: string; readonly fix: string}> = new Map([
	[
		'max_machines',
		{message: 'max_machines is no key of fly.toml: nothing limits the number of machines.', fix: oneMachine},
	],
	[
		'max_machines_running',
		{
			message: 'max_machines_running is no key of fly.toml: nothing limits the number of machines.',
			fix: oneMachine,
		},
	],
	['lazy_load_images', {message: 'lazy_load_images has no effect any more.', fix: 'Take the line out.'}],
	[
		'auto_rollback',
		{message: 'auto_rollback belonged to the platform before machines.', fix: 'Take the line out.'},
	],
	[
		'allowed_public_ports',
		{message: 'allowed_public_ports belonged to the platform before machines.', fix: 'Take the line out.'},
	],
	[
		'private_network',
		{message: 'private_network belonged to the platform before machines.', fix: 'Take the line out.'},
	],
]);
