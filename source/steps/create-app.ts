import type {AppStatus, FlySecret} from '../core/fly/output.ts';
import type {Thing} from '../core/ownership.ts';
import type {Step} from '../core/plan/step.ts';

/**
Fly reports no creation time for an app. One that already runs, or has a secret, is not the result of a call that was just
lost.
*/
const toThing = (
	{Name, Organization, Deployed, Version, Machines}: AppStatus,
	secrets: readonly FlySecret[] = [],
): Thing => ({
	id: Name,
	traits: {
		org: Organization.Slug,
		state:
			!Deployed && Version === 0 && (Machines ?? []).length === 0 && secrets.length === 0 ? 'new' : 'used',
	},
});

export const createApp: Step = {
	id: 'create-app',
	title: 'Create the app',
	needs: [],
	locks: [],
	startsAfresh: true,
	resource: {
		kind: 'app',
		removalOrder: 6,
		removalTitle: 'Destroy the app',
		loss: (_, {secrets}) => `and its ${secrets.length} secrets; the name becomes available to others`,
		isData: true,
		asked: ({words: [group, verb, name = ''], flags}) =>
			group === 'apps' && verb === 'create'
				? {id: name, org: flags.get('--org') ?? '', state: 'new'}
				: undefined,
		async list(app, fly) {
			const status = await fly.status(app);
			return status ? [toThing(status)] : [];
		},
		listed: ({status, secrets}) => (status ? [toThing(status, secrets)] : []),
		removeCommand: ({app}) => `fly apps destroy ${app}`,
	},
	usualSeconds: [1, 5],
	isNeeded: () => true,

	async look({app, org, isNamedByProject, adopt}, {fly}, journalView) {
		const status = await fly.status(app);
		if (!status) return {is: 'absent'};
		if (status.Organization.Slug !== org) {
			return {
				is: 'conflict',
				code: 'app-in-another-org',
				why: `App ${app} exists, but in the organization ${status.Organization.Slug}, not in ${org}.`,
				hint: `Pass --org ${status.Organization.Slug}, or --app NAME to choose another name.`,
			};
		}

		const isResult = journalView.pendingCall('create-app') && toThing(status).traits.state === 'new';
		if (journalView.app() === app || isResult || isNamedByProject || adopt) return {is: 'there', id: app};
		const machines = status.Machines?.length ?? 0;
		return {
			is: 'conflict',
			code: 'app-not-known',
			why: `App ${app} already exists (status ${status.Status}, ${machines} machines) and was not created by this project.`,
			hint: 'Pass --adopt to use it, or --app NAME to choose another name.',
		};
	},

	actions: ({app, org}) => [
		{kind: 'fly', args: ['apps', 'create', app, '--org', org, '--json'], timeoutMs: 120_000},
	],

	remove: ({app}) => [{kind: 'fly', args: ['apps', 'destroy', app, '--yes'], timeoutMs: 120_000}],

	isLeft: async ({app}, {fly}) => (await fly.status(app)) !== undefined,
};
