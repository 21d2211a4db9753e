import {readAnswer} from '../core/answer.ts';
import type {Workshop} from '../core/command/context.ts';
import {isManaged, isThere} from '../core/fly/output.ts';
import {withAnswer, withoutAnswer} from '../core/questions/gather.ts';
import type {Situation} from '../core/questions/question.ts';
import type {StoreAnswer, StoreTarget} from '../core/readers.ts';
import {readPrefixContent, showLocation} from '../core/storage/prefix.ts';
import type {Retry} from '../core/storage/provider.ts';
import {failFor, judgeStorage} from '../core/storage/verdict.ts';
import {findPrefixInUse} from '../engine/storage.ts';

type Surveyed = {
	readonly situation: Situation;
	/** What was corrected, a sentence each. */
	readonly notes: readonly string[];
};

type Listed = Surveyed & {
	readonly target: StoreTarget;
	readonly listing: Extract<StoreAnswer, {readonly is: 'ok'}>;
};

/**
Lists the prefix, with keys that were brought, before a plan is made: what the storage knows better is corrected, and
what lies below the prefix becomes known. Reads only; the probe that writes belongs to the run.

@throws {Failure} `storage-…` (exit 9), by what is wrong.
*/
export async function checkStorage(
	{readers, journal}: Pick<Workshop, 'readers' | 'journal'>,
	situation: Situation,
): Promise<Surveyed> {
	const target = findTarget(situation);
	if (!target) return {situation: {...situation, prefixInUse: undefined}, notes: []};
	const listed = await list(target, situation, readers.store, []);
	const place = showLocation(listed.target);
	const app = readAnswer(situation.answers, 'app');
	const content = readPrefixContent(listed.listing.keys);
	const prefixInUse = await findPrefixInUse({place, content, app}, {readers, journal});
	const isStale = situation.answers.has('restore') && situation.answers.get('restore')?.value !== place;
	const answered = isStale ? withoutAnswer(listed.situation, 'restore') : listed.situation;
	return {situation: {...answered, prefixInUse}, notes: listed.notes};
}

/** Tries again with what the provider makes of a refusal, each answer once. */
async function list(
	target: StoreTarget,
	situation: Situation,
	store: Workshop['readers']['store'],
	tried: readonly string[],
): Promise<Listed> {
	const listing = await store.list(target);
	if (listing.is === 'ok') return {situation, target, listing, notes: []};
	const {provider, answers} = situation;
	const verdict = judgeStorage('list', listing, target, provider);
	const failure = failFor(verdict, 'refused');
	const correction = provider?.retryWith?.(answers, verdict);
	if (!correction || tried.includes(correction.questionId)) throw failure;
	const {questionId, value, isGuess} = correction;
	const origin = {kind: 'storage', text: 'found by the probe'} as const;
	const corrected = withAnswer(situation, questionId, {value, origin});
	const next = findTarget(corrected);
	if (!next) throw failure;
	try {
		const found = await list(next, corrected, store, [...tried, questionId]);
		return {...found, notes: [say(correction, situation), ...found.notes]};
	} catch (error) {
		throw isGuess ? failure : error;
	}
}

function say({questionId, value}: Retry, {answers}: Situation): string {
	const was = answers.get(questionId)?.value ?? 'none';
	return `--${questionId} ${was} was corrected to ${value}: there the bucket answers.`;
}

function findTarget({provider, answers, secrets}: Situation): StoreTarget | undefined {
	const bucket = readAnswer(answers, 'bucket');
	const [accessKeyId, secretAccessKey] = [secrets.get('access-key-id'), secrets.get('secret-access-key')];
	if (!provider?.bringsKeys || !bucket || !accessKeyId || !secretAccessKey) return undefined;
	const prefix = readAnswer(answers, 'prefix') ?? '';
	return {...provider.target(answers), bucket, prefix, accessKeyId, secretAccessKey};
}

/** The journal has the app, fly.toml names it, or somebody said that it is to be taken over. */
export const isKnownApp = (
	{journalView, project}: Pick<Workshop, 'journalView' | 'project'>,
	app: string,
	isAdopted: boolean,
): boolean => isAdopted || journalView.isOurApp(app) || project.flyToml?.config.app === app;

/**
Adds to the situation the machines of an app that has more than the one it is to have. Not where each has a volume: there
none may go without somebody having looked at what is on it.
*/
export async function checkMachines(
	workshop: Workshop,
	situation: Situation,
	isAdopted: boolean,
): Promise<Situation> {
	const {fly} = workshop.readers;
	const {answers, profile} = situation;
	const app = readAnswer(answers, 'app');
	const isOurs = app && isKnownApp(workshop, app, isAdopted || answers.get('adopt')?.value === 'yes');
	const without = {...withoutAnswer(situation, 'single-machine'), machines: undefined};
	if (!isOurs || profile.mount || !(await fly.status(app))) return without;
	const machines = (await fly.listMachines(app)).filter(isManaged).filter(isThere);
	if (machines.length < 2)
		return workshop.journalView.recordCall('set-machine-count') ? goOn(without) : without;
	return {...situation, machines: machines.map(({id, state, region}) => `${id} (${state}, ${region})`)};
}

/** An interrupted run was told to, and did it or not: the step looks again, and the call has its outcome. */
function goOn(situation: Situation): Situation {
	const answer = {value: 'yes', origin: {kind: 'journal', text: 'an interrupted run'}} as const;
	return {...situation, answers: new Map([...situation.answers, ['single-machine', answer]])};
}

/** Adds to the situation whether the chosen app is somebody's whom this project does not know, with what it runs. */
export async function describeExistingApp(
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
	if (!app || !status) return {...other, existingApp: undefined};
	const [release] = await fly.listReleases(app);
	const machines = status.Machines?.length ?? 0;
	const last = release
		? `last release ${release.Version} of ${release.CreatedAt.slice(0, 10)}`
		: 'never released';
	return {...other, existingApp: `in ${status.Organization.Slug}, ${machines} machines, ${last}`};
}
