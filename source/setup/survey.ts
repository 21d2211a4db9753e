import {readAnswer} from '../core/answer.ts';
import type {Project} from '../core/command/context.ts';
import {judgeMailKey, resendDomains} from '../core/domain/mail.ts';
import {Failure} from '../core/errors/failure.ts';
import {isManaged, isThere} from '../core/fly/output.ts';
import type {Step} from '../core/plan/step.ts';
import {withAnswer, withoutAnswer} from '../core/questions/gather.ts';
import type {AnswerState} from '../core/questions/question.ts';
import type {StoreAnswer, StoreTarget} from '../core/readers.ts';
import {readPrefixContent, showLocation} from '../core/storage/prefix.ts';
import type {Retry} from '../core/storage/provider.ts';
import {findStoreTarget} from '../core/storage/target.ts';
import {failFor} from '../core/storage/verdict.ts';
import {explainRefusal, findPrefixInUse} from '../engine/storage.ts';

type Listed = {
	readonly state: AnswerState;
	readonly target: StoreTarget;
	readonly listing: Extract<StoreAnswer, {readonly is: 'ok'}>;
};

/**
Lists the prefix with your keys before a plan is created. Corrects answers the storage knows better, and finds out whether
the prefix is in use. Changes nothing: only the run makes a test write.

@throws {Failure} `storage-…` (exit 9), by cause.
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

/** Lists the prefix, and retries with the provider's correction of a rejected answer, each answer once. */
async function list(
	target: StoreTarget,
	state: AnswerState,
	store: Project['readers']['store'],
	tried: readonly string[],
): Promise<Listed> {
	const listing = await store.list(target);
	if (listing.is === 'ok') return {state, target, listing};
	const {provider, answers} = state;
	const diagnosis = await explainRefusal({task: 'list', answer: listing, target, provider}, store);
	const failure = failFor(diagnosis, 'refused');
	const retry = provider?.retryWith?.(answers, diagnosis);
	if (!retry || tried.includes(retry.questionId)) throw failure;
	const {questionId, value, isGuess} = retry;
	const origin = {kind: 'storage', text: 'found in the storage'} as const;
	const noted = {...state, notes: [...state.notes, describeRetry(retry, state)]};
	const corrected = withAnswer(noted, questionId, {value, origin});
	const next = findTarget(corrected);
	if (!next) throw failure;
	try {
		return await list(next, corrected, store, [...tried, questionId]);
	} catch (error) {
		throw isGuess ? failure : error;
	}
}

function describeRetry({questionId, value}: Retry, {answers}: AnswerState): string {
	const before = readAnswer(answers, questionId);
	return `Using --${questionId} ${value}: the bucket is there${before ? `, not in ${before}` : ''}.`;
}

function findTarget({provider, answers, secrets}: AnswerState): StoreTarget | undefined {
	if (!provider?.bringsKeys || !readAnswer(answers, 'bucket')) return undefined;
	return findStoreTarget({provider, answers, storageSecrets: provider.secrets(answers)}, secrets);
}

/** Tells whether the journal has the app, fly.toml names it, or you chose to adopt it. */
export const isKnownApp = (
	{journalView, facts}: Pick<Project, 'journalView' | 'facts'>,
	app: string,
	isAdopted: boolean,
): boolean => isAdopted || journalView.isOurApp(app) || facts.flyToml?.config.app === app;

/**
Adds the machines of an app that has more than one. Not where each has a volume: you must check its content before a
machine may go.
*/
export async function checkMachines(
	project: Project,
	state: AnswerState,
	isAdopted: boolean,
	steps: readonly Step[],
): Promise<AnswerState> {
	const {fly} = project.readers;
	const {answers, profile} = state;
	const app = readAnswer(answers, 'app');
	const isOurs = app && isKnownApp(project, app, isAdopted || answers.get('adopt')?.value === 'yes');
	const without = withFinding(withoutAnswer(state, 'single-machine'), {machines: undefined});
	if (!isOurs || profile.mount || !(await fly.status(app))) return without;
	const machines = (await fly.listMachines(app)).filter(isManaged).filter(isThere);
	if (machines.length < 2) return resume(without, steps, project);
	return withFinding(state, {machines: machines.map(({id, state, region}) => `${id} (${state}, ${region})`)});
}

/** Answers as the interrupted run did, so that its steps find the outcome of their calls. */
function resume(
	state: AnswerState,
	steps: readonly Step[],
	{journalView}: Pick<Project, 'journalView'>,
): AnswerState {
	const agreed = steps.flatMap(({id, agreedBy}) =>
		agreedBy && journalView.pendingCall(id) ? [agreedBy] : [],
	);
	const origin = {kind: 'journal', text: 'an interrupted run'} as const;
	return agreed.reduce(
		(now, {question, answer}) => withAnswer(now, question, {value: answer, origin}),
		state,
	);
}

/** Adds what runs in the chosen app if it exists and this project does not know it. */
export async function describeExistingApp(
	project: Project,
	state: AnswerState,
	isAdopted: boolean,
): Promise<AnswerState> {
	const app = readAnswer(state.answers, 'app');
	const {fly} = project.readers;
	const isKnown = !app || isKnownApp(project, app, isAdopted);
	const status = isKnown ? undefined : await fly.status(app);
	// The machines found before may belong to another app.
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

/**
Asks Fly for the name of an app that is to be made.

@throws {Failure} `name-taken` (exit 2), before anything is changed.
*/
export async function rejectTakenName(
	{readers, journalView}: Pick<Project, 'readers' | 'journalView'>,
	{answers}: AnswerState,
): Promise<void> {
	const app = readAnswer(answers, 'app');
	if (!app || journalView.isOurApp(app) || (await readers.fly.status(app))) return;
	if (!(await readers.fly.isNameTaken(app))) return;
	throw new Failure(
		'name-taken',
		`Another account, or an organization you are not in, has an app named ${app}. App names are unique across all of Fly.`,
		{hint: 'Choose another name: --app NAME. Nothing was changed.', questionId: 'app'},
	);
}

/**
Tries the mail key with a read at Resend. Where Resend does not answer, a note says so.

@throws {Failure} `mail-key-refused` (exit 9), before anything is changed.
*/
export async function checkMailKey(
	{readers: {net}}: Pick<Project, 'readers'>,
	state: AnswerState,
): Promise<AnswerState> {
	const key = state.profile.asksMail ? state.secrets.get('mail-key') : undefined;
	if (!key) return state;
	const headers = {authorization: `Bearer ${key.reveal()}`};
	const answer = await net.request({method: 'GET', url: resendDomains, headers});
	const verdict = judgeMailKey(answer);
	if (verdict === 'refused') {
		throw new Failure('mail-key-refused', 'Resend does not recognize the mail key.', {
			hint: 'Create one at https://resend.com/api-keys and set RESEND_API_KEY, or pass --no-mail. Nothing was changed.',
			questionId: 'mail-key',
		});
	}
	if (verdict !== 'unclear') return state;
	const why = answer.is === 'answered' ? `it answered ${answer.status}` : answer.message;
	return {...state, notes: [...state.notes, `mail: phxfly could not try the key at Resend (${why}).`]};
}
