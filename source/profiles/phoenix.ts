import {findDiskUse, type Profile} from '../core/project/profile.ts';
import type {DesiredSecret} from '../core/secrets/secret.ts';

/** Returns the secrets every Phoenix release reads when it starts. */
export const buildPhoenixSecrets = (host: string): readonly DesiredSecret[] => [
	{name: 'SECRET_KEY_BASE', isGenerated: true},
	{name: 'PHX_HOST', value: host},
];

/** A LiveView app with its state in processes: one machine, nothing on disk. */
export const phoenix: Profile = {
	id: 'phoenix',
	label: 'Phoenix: one machine, state in its processes',

	detect(facts) {
		if (facts.hasPostgres || findDiskUse(facts).length > 0) return undefined;
		const view = facts.dependencies.has('phoenix_live_view') ? ['phoenix_live_view in mix.exs'] : [];
		return ['no database in mix.exs', ...view].join(', ');
	},

	mount: undefined,
	hasStorage: false,
	asksMail: false,
	asksFoundSecrets: true,
	notes: [
		'The app loses its in-memory state whenever the machine restarts: on a deploy, when secrets change, and when Fly moves it to another host.',
	],
	vm: {size: 'shared-cpu-1x', memoryMb: 512, swapMb: 512},
	templates: 'phoenix',
	samples: {good: ['phoenix_live_view'], bad: ['postgrex', 'ecto_sqlite3']},
	secrets: (_answers, host) => buildPhoenixSecrets(host),
};
