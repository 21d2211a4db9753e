import {readAnswer} from '../core/answers.ts';
import type {Situation} from '../core/definitions.ts';
import type {Workshop} from '../core/workshop.ts';

/** Adds to the situation whether the chosen app is somebody's whom this project does not know, with what it runs. */
export async function findStranger(
	{readers: {fly}, evidence, project}: Workshop,
	situation: Situation,
	isAdopted: boolean,
): Promise<Situation> {
	const app = readAnswer(situation.answers, 'app');
	const isKnown = !app || isAdopted || evidence.isOurApp(app) || project.flyToml?.config.app === app;
	const status = isKnown ? undefined : await fly.status(app);
	if (!app || !status) return {...situation, stranger: undefined};
	const [release] = await fly.listReleases(app);
	const machines = status.Machines?.length ?? 0;
	const last = release
		? `last release ${release.Version} of ${release.CreatedAt.slice(0, 10)}`
		: 'never released';
	return {...situation, stranger: `in ${status.Organization.Slug}, ${machines} machines, ${last}`};
}
