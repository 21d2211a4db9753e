import {Failure} from '../core/errors/failure.ts';
import type {AppStatus} from '../core/fly/output.ts';
import type {Thing} from '../core/ownership.ts';
import type {Step} from '../core/plan/step.ts';
import type {FlyReader} from '../core/readers.ts';

/**
Fly reports no creation time for an app. One that already runs, or has anything in it, is not the result of a call that was
just lost.

@param content - What is in it, besides machines.
*/
const toThing = (
	{Name, Organization, Deployed, Version, Machines}: AppStatus,
	content: readonly unknown[],
): Thing => ({
	id: Name,
	traits: {
		org: Organization.Slug,
		state:
			!Deployed && Version === 0 && (Machines ?? []).length === 0 && content.length === 0 ? 'new' : 'used',
	},
});

async function listApp(app: string, fly: FlyReader): Promise<readonly Thing[]> {
	const status = await fly.status(app);
	return status ? [toThing(status, await listContent(app, fly))] : [];
}

/** Lists what an app has besides machines. Where the journal knows more of an earlier app, a new one may well be empty. */
async function listContent(app: string, fly: FlyReader): Promise<readonly unknown[]> {
	const lists: readonly Promise<readonly unknown[]>[] = [
		...[fly.listVolumes(app), fly.listAddresses(app), fly.listCertificates(app), fly.listSecrets(app)],
	];
	const read = lists.map(list =>
		list.catch((error: unknown) => {
			if (error instanceof Failure && error.code === 'list-not-believed') return [];
			throw error;
		}),
	);
	return (await Promise.all(read)).flat();
}

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
		list: listApp,
		listed: ({status, volumes, addresses, certificates, secrets}) =>
			status ? [toThing(status, [...volumes, ...addresses, ...certificates, ...secrets])] : [],
		removeCommand: ({app}) => `fly apps destroy ${app}`,
	},
	usualSeconds: [1, 5],
	permanent: ({app}) => `the name ${app} cannot change`,
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

		if (journalView.app() === app || isNamedByProject || adopt) return {is: 'there', id: app};
		const [found] = journalView.pendingCall('create-app') ? await listApp(app, fly) : [];
		if (found?.traits.state === 'new') return {is: 'there', id: app};
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
