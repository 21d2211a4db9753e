import type {Check} from '../../core/verify/check.ts';

export const secrets: Check = {
	id: 'secrets',
	title: 'Secrets deployed',
	isNeeded: () => true,

	async check({app, appSecrets, storageSecrets, provider}, {fly}) {
		const listed = await fly.listSecrets(app);
		const keys = provider ? Object.values(provider.keyNames) : [];
		const names = [...new Set([...appSecrets, ...storageSecrets].map(({name}) => name).concat(keys))];
		const missing = names.filter(name => !listed.some(secret => secret.name === name));
		if (missing.length > 0) return {status: 'wrong', detail: `not set: ${missing.join(', ')}`};
		const staged = listed.filter(({status}) => status === 'Staged' || status === 'Partial');
		if (staged.length > 0) {
			return {
				status: 'wrong',
				detail: `staged, not deployed yet: ${staged.map(({name}) => name).join(', ')}`,
				hint: `fly secrets deploy -a ${app}; this restarts the machine`,
			};
		}

		return {status: 'proved', detail: `${names.length} set and deployed`};
	},
};
