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
		loss: (_, {secrets}) => `with its ${secrets.length} secrets; somebody else may take the name`,
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
				why: `The app ${app} exists, but in the organisation ${status.Organization.Slug}, not in ${org}.`,
				hint: `Answer --org ${status.Organization.Slug}, or choose another name: --app NAME.`,
			};
		}

		if (journalView.isOurApp(app) || isNamedByProject || adopt) return {is: 'there', id: app};
		const machines = status.Machines?.length ?? 0;
		return {
			is: 'conflict',
			code: 'app-not-known',
			why: `An app called ${app} exists already (status ${status.Status}, ${machines} machines), and nothing says that this project made it.`,
			hint: `Take it over with --adopt, or choose another name: --app NAME.`,
		};
	},

	list: async ({app}, {fly}) => ((await fly.status(app)) ? [app] : []),

	actions: ({app, org}) => [
		{kind: 'fly', args: ['apps', 'create', app, '--org', org, '--json'], timeoutMs: 120_000},
	],

	remove: ({app}) => [{kind: 'fly', args: ['apps', 'destroy', app, '--yes'], timeoutMs: 120_000}],

	isLeft: async ({app}, {fly}) => (await fly.status(app)) !== undefined,
};
