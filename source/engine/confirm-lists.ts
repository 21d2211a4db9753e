import type {Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import type {JournalView} from '../core/journal.ts';
import type {FlyReader, Readers} from '../core/readers.ts';

/** Long enough for a short problem at Fly to pass. Milliseconds. */
const secondLookMs = 3000;

/**
Returns readers that do not trust an empty list, since a token without access and an incident at Fly look the same. Where
the journal knows better, they ask for a volume by its id, and for everything else a second time. What a wrong "nothing"
would destroy decides what happens then: phxfly never recreates secrets and addresses because of it.

An app created in this run has nothing yet, so its empty lists are trusted.
*/
export function confirmEmptyLists({readers, journalView}: Pick<Project, 'readers' | 'journalView'>): Readers {
	return {...readers, fly: confirm(readers, journalView)};
}

function confirm({fly, clock}: Readers, journalView: JournalView): FlyReader {
	const twice = async <T>(isDoubtful: () => boolean | Promise<boolean>, ask: () => Promise<readonly T[]>) => {
		const first = await ask();
		if (first.length > 0 || !(await isDoubtful())) return {list: first, isDoubtful: false};
		await clock.sleep(secondLookMs);
		const list = await ask();
		return {list, isDoubtful: list.length === 0};
	};

	return {
		...fly,
		async status(app) {
			const found = await fly.status(app);
			if (found || journalView.isNewApp() || journalView.app() !== app) return found;
			await clock.sleep(secondLookMs);
			return fly.status(app);
		},
		async listVolumes(app) {
			const volumes = await fly.listVolumes(app);
			const known = journalView.expects('volumes') ? journalView.idOf('volume') : undefined;
			if (known === undefined || volumes.some(({id}) => id === known)) return volumes;
			const shown = await fly.showVolume(app, known);
			return shown ? [...volumes, shown] : volumes;
		},
		async listSecrets(app) {
			// A running app has secrets, and so has an app that phxfly gave some.
			const isDoubtful = async () =>
				journalView.expects('secrets') ||
				(!journalView.isNewApp() && (await fly.status(app))?.Deployed === true);
			const answer = await twice(isDoubtful, () => fly.listSecrets(app));
			if (answer.isDoubtful) throw notTrusted('secrets', app);
			return answer.list;
		},
		async listAddresses(app) {
			const answer = await twice(
				() => journalView.expects('addresses'),
				() => fly.listAddresses(app),
			);
			if (answer.isDoubtful) throw notTrusted('addresses', app);
			return answer.list;
		},
		listCertificates: async app =>
			(
				await twice(
					() => journalView.expects('certificates'),
					() => fly.listCertificates(app),
				)
			).list,
		listMachines: async app =>
			(
				await twice(
					() => journalView.expects('machines'),
					() => fly.listMachines(app),
				)
			).list,
		listReleases: async app =>
			(
				await twice(
					() => journalView.expects('machines'),
					() => fly.listReleases(app),
				)
			).list,
	};
}

const notTrusted = (what: string, app: string) =>
	new Failure(
		'list-not-believed',
		`Fly returned no ${what} for ${app}, but ${app} had some before. Your token may lack access, or Fly may have an incident. Nothing was changed.`,
		{
			hint: `Check fly status -a ${app} and status.flyio.net, then run phxfly again. If you removed them yourself, run phxfly forget first.`,
		},
	);
