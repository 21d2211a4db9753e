import {findUnsetSecrets, setSecretActions} from '../core/plan/secret-actions.ts';
import type {Step} from '../core/plan/step.ts';

export const setStorageSecrets: Step = {
	id: 'set-storage-secrets',
	title: 'Set the storage secrets',
	needs: ['create-app', 'create-bucket'],
	locks: ['app-secrets'],
	usualSeconds: [1, 4],
	isNeeded: ({storageSecrets}) => storageSecrets.length > 0,

	async look({app, storageSecrets}, {fly, secrets}, journalView) {
		const missing = findUnsetSecrets(storageSecrets, await fly.listSecrets(app), journalView, secrets);
		return missing.length === 0
			? {is: 'there', id: storageSecrets.map(({name}) => name).join(', ')}
			: {is: 'partial', missing};
	},

	actions: ({app, storageSecrets}, finding) =>
		setSecretActions(
			app,
			storageSecrets,
			finding.is === 'partial' ? finding.missing : storageSecrets.map(({name}) => name),
		),
};

export const setSecrets: Step = {
	id: 'set-secrets',
	title: 'Set the secrets',
	needs: ['create-app'],
	locks: ['app-secrets'],
	usualSeconds: [1, 4],
	isNeeded: ({appSecrets}) => appSecrets.length > 0,

	async look({app, appSecrets}, {fly, secrets}, journalView) {
		const missing = findUnsetSecrets(appSecrets, await fly.listSecrets(app), journalView, secrets);
		return missing.length === 0
			? {is: 'there', id: appSecrets.map(({name}) => name).join(', ')}
			: {is: 'partial', missing};
	},

	actions: ({app, appSecrets}, finding) =>
		setSecretActions(
			app,
			appSecrets,
			finding.is === 'partial' ? finding.missing : appSecrets.map(({name}) => name),
		),
};
