import {readAnswer} from '../core/answer.ts';
import type {Project} from '../core/command/context.ts';
import {isManaged, isThere} from '../core/fly/output.ts';
import {withAnswer, withoutAnswer} from '../core/questions/gather.ts';
import type {AnswerState} from '../core/questions/question.ts';
import type {StoreAnswer, StoreTarget} from '../core/readers.ts';
import {readPrefixContent, showLocation} from '../core/storage/prefix.ts';
import type {Retry} from '../core/storage/provider.ts';
import {findStoreTarget} from '../core/storage/target.ts';
import {failFor, judgeStorage} from '../core/storage/verdict.ts';
import {findPrefixInUse} from '../engine/storage.ts';

type Listed = {
	readonly state: AnswerState;
	readonly target: StoreTarget;
	readonly listing: Extract<StoreAnswer, {readonly is: 'ok'}>;
};

/**
Lists the prefix, with keys that were brought, before a plan is made: what the storage knows better is corrected, and
what lies below the prefix becomes known. Reads only; the probe that writes belongs to the run.

@throws {Failure} `storage-…` (exit 9), by what is wrong.
*/
export async function checkStorage(
	{readers, journal}: Pick<Project, 'readers' | 'journal'>,
	state: AnswerState,
): Promise<AnswerState> {
	const target = findTarget(state);
	if (!target) return withFinding(state, {prefixInUse: undefined});
	const listed = await list(target, state, readers.store, []);
	const place = showLocation(listed.target);
	const app = readAnswer(state.answers, 'app');
	const content = readPrefixContent(listed.listing.keys);
	const prefixInUse = await findPrefixInUse({place, content, app}, {readers, journal});
	const isStale = state.answers.has('restore') && state.answers.get('restore')?.value !== place;
	const answered = isStale ? withoutAnswer(listed.state, 'restore') : listed.state;
	return withFinding(answered, {prefixInUse});
}

const withFinding = (state: AnswerState, found: AnswerState['findings']): AnswerState => ({
	...state,
	findings: {...state.findings, ...found},
});

/** Tries again with what the provider makes of a refusal, each answer once. */
async function list(
	target: StoreTarget,
	state: AnswerState,
	store: Project['readers']['store'],
	tried: readonly string[],
): Promise<Listed> {
	const listing = await store.list(target);
	if (listing.is === 'ok') return {state, target, listing};
	const {provider, answers} = state;
	const verdict = judgeStorage('list', listing, target, provider);
	const failure = failFor(verdict, 'refused');
	const correction = provider?.retryWith?.(answers, verdict);
	if (!correction || tried.includes(correction.questionId)) throw failure;
	const {questionId, value, isGuess} = correction;
	const origin = {kind: 'storage', text: 'found by the probe'} as const;
	const noted = {...state, notes: [...state.notes, say(correction, state)]};
	const corrected = withAnswer(noted, questionId, {value, origin});
	const next = findTarget(corrected);
	if (!next) throw failure;
	try {
		return await list(next, corrected, store, [...tried, questionId]);
	} catch (error) {
		throw isGuess ? failure : error;
	}
}

function say({questionId, value}: Retry, {answers}: AnswerState): string {
	const was = answers.get(questionId)?.value ?? 'none';
	return `--${questionId} ${was} was corrected to ${value}: there the bucket answers.`;
}

function findTarget({provider, answers, secrets}: AnswerState): StoreTarget | undefined {
	if (!provider?.bringsKeys || !readAnswer(answers, 'bucket')) return undefined;
	return findStoreTarget({provider, answers, storageSecrets: provider.secrets(answers)}, secrets);
}

/** The journal has the app, fly.toml names it, or somebody said that it is to be taken over. */
export const isKnownApp = (
	{journalView, facts}: Pick<Project, 'journalView' | 'facts'>,
	app: string,
	isAdopted: boolean,
): boolean => isAdopted || journalView.isOurApp(app) || facts.flyToml?.config.app === app;

/**
Adds the machines of an app that has more than the one it is to have. Not where each has a volume: there
none may go without somebody having looked at what is on it.
*/
export async function checkMachines(
	project: Project,
	state: AnswerState,
	isAdopted: boolean,
): Promise<AnswerState> {
	const {fly} = project.readers;
	const {answers, profile} = state;
	const app = readAnswer(answers, 'app');
	const isOurs = app && isKnownApp(project, app, isAdopted || answers.get('adopt')?.value === 'yes');
	const without = withFinding(withoutAnswer(state, 'single-machine'), {machines: undefined});
	if (!isOurs || profile.mount || !(await fly.status(app))) return without;
	const machines = (await fly.listMachines(app)).filter(isManaged).filter(isThere);
	if (machines.length < 2)
		return project.journalView.recordCall('set-machine-count') ? goOn(without) : without;
	return withFinding(state, {machines: machines.map(({id, state, region}) => `${id} (${state}, ${region})`)});
}

/** An interrupted run was told to, and did it or not: the step looks again, and the call has its outcome. */
function goOn(state: AnswerState): AnswerState {
	const answer = {value: 'yes', origin: {kind: 'journal', text: 'an interrupted run'}} as const;
	return {...state, answers: new Map([...state.answers, ['single-machine', answer]])};
}

/** Adds whether the chosen app is somebody's whom this project does not know, with what it runs. */
export async function describeExistingApp(
	project: Project,
	state: AnswerState,
	isAdopted: boolean,
): Promise<AnswerState> {
	const app = readAnswer(state.answers, 'app');
	const {fly} = project.readers;
	const isKnown = !app || isKnownApp(project, app, isAdopted);
	const status = isKnown ? undefined : await fly.status(app);
	// How many machines another app has is not known of this one.
	const other = withFinding(state, {existingApp: undefined, machines: undefined});
	if (!app || !status) return other;
	const [release] = await fly.listReleases(app);
	const machines = status.Machines?.length ?? 0;
	const last = release
		? `last release ${release.Version} of ${release.CreatedAt.slice(0, 10)}`
		: 'never released';
	const existingApp = `in ${status.Organization.Slug}, ${machines} machines, ${last}`;
	return withFinding(other, {existingApp});
}
