import {none} from '../core/answer.ts';
import type {Profile} from '../core/project/profile.ts';
import {type DesiredSecret, Secret} from '../core/secrets/secret.ts';
import {buildPhoenixSecrets} from './phoenix.ts';

/** SQLite on one volume, streamed by Litestream. */
export const wisp: Profile = {
	id: 'wisp',
	label: 'Wisp: SQLite on a volume, streamed by Litestream',
	detect: ({guess}) => (guess.profile === 'wisp' ? guess.reasons.join(', ') : undefined),
	mount: {source: 'wisp_data', destination: '/data'},
	hasStorage: true,
	asksMail: true,
	asksFoundSecrets: false,
	notes: [],
	vm: {size: 'shared-cpu-1x', memoryMb: 1024, swapMb: 512},
	templates: 'wisp',
	secrets: (answers, host, keys) => [
		...buildPhoenixSecrets(host),
		...buildMailSecret(keys.get('mail-key'), answers.get('mail-key')?.value),
	],
};

/** A key that was answered earlier, and is not at hand now, is wanted still: it is kept as it is on the app. */
function buildMailSecret(key: Secret | undefined, answered: string | undefined): readonly DesiredSecret[] {
	const name = 'RESEND_API_KEY';
	if (key) return [{name, secret: new Secret(name, key.reveal())}];
	return answered === undefined || answered === none || answered === '' ? [] : [{name}];
}
