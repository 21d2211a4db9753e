import type {PlanContext} from '../core/plan/context.ts';
import {findUnsetSecrets, setSecretActions} from '../core/plan/secret-actions.ts';
import type {Step} from '../core/plan/step.ts';
import type {DesiredSecret} from '../core/secrets/secret.ts';

export const setSecrets: Step = {
	id: 'set-secrets',
	title: 'Set the secrets',
	needs: ['create-app'],
	...setting(({appSecrets}) => appSecrets),
};

export const setStorageSecrets: Step = {
	id: 'set-storage-secrets',
	title: 'Set the storage secrets',
	needs: ['create-app', 'create-bucket'],
	...setting(({storageSecrets}) => storageSecrets),
};

/** Returns what both steps do, each with its own secrets of the plan. */
function setting(
	listSecrets: (plan: PlanContext) => readonly DesiredSecret[],
): Omit<Step, 'id' | 'title' | 'needs'> {
	const listNames = (plan: PlanContext) => listSecrets(plan).map(({name}) => name);
	return {
		locks: ['app-secrets'],
		provenBy: 'secrets',
		usualSeconds: [1, 4],
		isNeeded: plan => listSecrets(plan).length > 0,

		async look(plan, {fly, secrets}, journalView) {
			const listed = await fly.listSecrets(plan.app);
			const missing = findUnsetSecrets(listSecrets(plan), listed, journalView, secrets);
			return missing.length === 0 ? {is: 'there', id: listNames(plan).join(', ')} : {is: 'partial', missing};
		},

		actions(plan, finding) {
			const names = finding.is === 'partial' ? finding.missing : listNames(plan);
			return setSecretActions(plan.app, listSecrets(plan), names);
		},
	};
}
