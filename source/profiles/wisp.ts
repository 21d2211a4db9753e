import {readAnswer} from '../core/answer.ts';
import {findDiskUse, type Profile} from '../core/project/profile.ts';
import {buildPhoenixSecrets} from './phoenix.ts';

/** SQLite on one volume, streamed by Litestream. */
export const wisp: Profile = {
	id: 'wisp',
	label: 'Wisp: SQLite on a volume, streamed by Litestream',
	detect: facts => (facts.hasPostgres ? undefined : findDiskUse(facts).join(', ') || undefined),
	mount: {source: 'wisp_data', destination: '/data'},
	hasStorage: true,
	asksMail: true,
	asksFoundSecrets: false,
	notes: [],
	vm: {size: 'shared-cpu-1x', memoryMb: 1024, swapMb: 512},
	templates: 'wisp',
	samples: {good: ['ecto_sqlite3'], bad: ['postgrex']},
	secrets: (answers, host) => [
		...buildPhoenixSecrets(host),
		...(readAnswer(answers, 'mail-key') ? [{name: 'RESEND_API_KEY', from: 'mail-key'}] : []),
	],
};
