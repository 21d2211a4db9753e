import {readAnswer} from '../core/answer.ts';
import type {Workshop} from '../core/command/context.ts';
import type {Situation} from '../core/questions/question.ts';
import {isKnownApp} from './is-known-app.ts';

/** Adds to the situation whether the chosen app is somebody's whom this project does not know, with what it runs. */
export async function findStranger(
	workshop: Workshop,
	situation: Situation,
	isAdopted: boolean,
): Promise<Situation> {
	const app = readAnswer(situation.answers, 'app');
	const {fly} = workshop.readers;
	const isKnown = !app || isKnownApp(workshop, app, isAdopted);
	const status = isKnown ? undefined : await fly.status(app);
	// How many machines another app has is not known of this one.
	const other = {...situation, machines: undefined};
	if (!app || !status) return {...other, stranger: undefined};
	const [release] = await fly.listReleases(app);
	const machines = status.Machines?.length ?? 0;
	const last = release
		? `last release ${release.Version} of ${release.CreatedAt.slice(0, 10)}`
		: 'never released';
	return {...other, stranger: `in ${status.Organization.Slug}, ${machines} machines, ${last}`};
}
