import type {Step} from '../core/plan/step.ts';

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
		isNamedByUs: true,
		listed: ({status}) => (status ? [status.Name] : []),
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

		if (journalView.isOurApp(app) || isNamedByProject || adopt) return {is: 'there', id: app};
		const machines = status.Machines?.length ?? 0;
		return {
			is: 'conflict',
			code: 'app-not-known',
			why: `App ${app} already exists (status ${status.Status}, ${machines} machines) and was not created by this project.`,
			hint: 'Pass --adopt to use it, or --app NAME to choose another name.',
		};
	},

	list: async ({app}, {fly}) => ((await fly.status(app)) ? [app] : []),

	actions: ({app, org}) => [
		{kind: 'fly', args: ['apps', 'create', app, '--org', org, '--json'], timeoutMs: 120_000},
	],

	remove: ({app}) => [{kind: 'fly', args: ['apps', 'destroy', app, '--yes'], timeoutMs: 120_000}],

	isLeft: async ({app}, {fly}) => (await fly.status(app)) !== undefined,
};
