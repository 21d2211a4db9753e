import type {Profile} from '../core/definitions.ts';
import {buildPhoenixSecrets} from './build-phoenix-secrets.ts';

/** A LiveView app with its state in processes: one machine, nothing on disk. */
export const phoenix: Profile = {
	id: 'phoenix',
	label: 'Phoenix: one machine, state in its processes',
	detect: ({guess}) => (guess.profile === 'phoenix' ? guess.reasons.join(', ') : undefined),
	mount: undefined,
	hasStorage: false,
	asksMail: false,
	vm: {size: 'shared-cpu-1x', memoryMb: 512, swapMb: 512},
	templates: 'phoenix',
	secrets: (_answers, host) => buildPhoenixSecrets(host),
};
