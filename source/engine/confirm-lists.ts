import type {Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import type {JournalView} from '../core/journal.ts';
import type {FlyReader, Readers} from '../core/readers.ts';

/** Long enough for a hiccup at Fly to pass. Milliseconds. */
const secondLookMs = 3000;

/**
Returns readers that do not take an empty list for proof: a narrow token and an incident at Fly look the same. Where the
journal knows better, a volume is asked for by its id, and everything else a second time. What is lost by believing a
wrong "nothing" decides what then happens: secrets and addresses are never made again on its word.

An app made in this very run has nothing yet, and is believed.
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
			// A running app without a secret cannot be; nor can one that we gave some.
			const isDoubtful = async () =>
				journalView.expects('secrets') ||
				(!journalView.isNewApp() && (await fly.status(app))?.Deployed === true);
			const answer = await twice(isDoubtful, () => fly.listSecrets(app));
			if (answer.isDoubtful) throw notBelieved('secrets', app);
			return answer.list;
		},
		async listAddresses(app) {
			const answer = await twice(
				() => journalView.expects('addresses'),
				() => fly.listAddresses(app),
			);
			if (answer.isDoubtful) throw notBelieved('addresses', app);
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

const notBelieved = (what: string, app: string) =>
	new Failure(
		'list-not-believed',
		`Fly lists no ${what} of ${app}, twice, and it had some: a narrow token or an incident at Fly looks like that. Nothing was made again.`,
		{
			hint: `fly status -a ${app} and https://status.flyio.net tell more; run phxfly again later. If you removed them all yourself: phxfly forget, then run it again.`,
		},
	);
