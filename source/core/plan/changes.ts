import {Failure} from '../errors/failure.ts';
import type {JournalState, JournalView} from '../journal.ts';
import {Secret} from '../secrets/secret.ts';
import type {PlanContext} from './context.ts';
import type {PlanFile} from './saved-plan.ts';

/**
What is no longer as it was when the plan was saved, a sentence each. Pure.

@param journal - Of this project. Where its run began with this very plan, what it did since then is no change.
*/
export function findPlanChanges(saved: PlanFile, now: PlanFile, journal: JournalState): readonly string[] {
	const isOurs = journal.plan === saved.digest;
	return [
		...compareAccounts(saved, now),
		...findFileChanges(saved, now.project.files, journal),
		...compareAnswers(saved, now, isOurs),
		...(isOurs ? [] : compareSeen(saved, now)),
		...now.steps.flatMap(step => {
			const before = saved.steps.find(({id}) => id === step.id);
			return before
				? compareStep(before, step, isOurs ? journal : undefined)
				: [`${step.title}: a step the plan does not have.`];
		}),
		...saved.steps
			.filter(({id}) => !now.steps.some(step => step.id === id))
			.map(({title}) => `${title}: this step is no longer needed.`),
		...(isOurs ? [] : compareChanges(saved, now)),
	];
}

function compareAccounts({account: before}: PlanFile, {account}: PlanFile): readonly string[] {
	return before.email === account.email
		? []
		: [`The plan was made as ${before.email}, and flyctl is logged in as ${account.email}.`];
}

/**
Which files of the project are not as they were; one that holds what this plan's own run wrote is as it should be.

@param after - Path to SHA-256, as they are now.
*/
export function findFileChanges(
	saved: PlanFile,
	after: PlanFile['project']['files'],
	journal: JournalState,
): readonly string[] {
	const before = saved.project.files;
	const isOurs = journal.plan === saved.digest;
	const written = new Map(isOurs ? saved.changes.map(({path, after: digest}) => [path, digest]) : []);
	const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
	return paths
		.filter(path => before[path] !== after[path] && (after[path] ?? '') !== written.get(path))
		.map(path => {
			if (after[path] === undefined) return `${path} is gone.`;
			return before[path] === undefined ? `${path} is new.` : `${path} changed.`;
		});
}

/** What was asked for the plan's own first run need not be asked again once that has begun. */
function compareAnswers(saved: PlanFile, now: PlanFile, isOurs: boolean): readonly string[] {
	const values = new Map(saved.answers.map(({id, value}) => [id, value]));
	const asked = now.answers.map(({id}) => id);
	return [
		...now.answers
			.filter(({id, value}) => values.get(id) !== value)
			.map(({id, value}) =>
				values.has(id)
					? `The answer ${id} was ${values.get(id)}, and would be ${value} now.`
					: `${id} is asked now, and the plan has no answer to it.`,
			),
		...[...values.keys()]
			.filter(id => !isOurs && !asked.includes(id))
			.map(id => `${id} is not asked any more.`),
	];
}

function compareSeen({seen: before}: PlanFile, {seen}: PlanFile): readonly string[] {
	if (before.app === 'none' && seen.app !== 'none') return [`The app ${seen.app} exists now.`];
	if (before.app !== 'none' && seen.app === 'none') return [`The app ${before.app} is gone, or not visible.`];
	return [
		...(before.host === seen.host ? [] : [`The app's own host was ${before.host}, and is ${seen.host} now.`]),
		...(before.runs === seen.runs
			? []
			: [seen.runs === 'yes' ? 'The app runs now, and did not then.' : 'The app does not run any more.']),
	];
}

type Step = PlanFile['steps'][number];

/** @param journal - Given only where its run began with this plan: then less to do is explained by what it made itself. */
function compareStep(before: Step, now: Step, journal: JournalState | undefined): readonly string[] {
	const [planned, wanted] = [before.actions.map(toText), now.actions.map(toText)];
	const changed = `${now.title}: ${before.found} when the plan was made, ${now.found} now.`;
	if (!journal) {
		if (before.found !== now.found) return [changed];
		const isSame = planned.length === wanted.length && planned.every((call, at) => call === wanted[at]);
		return isSame ? [] : [`${now.title}: the calls would be others: ${wanted.join('; ') || 'none'}.`];
	}

	if (isKnown(now.id, journal) || now.found === before.found) return [];
	const isWithinPlan = wanted.every(call => planned.includes(call));
	const isAllLeft = planned.every(call => wanted.includes(call));
	const isOwnWork = isAllLeft || before.actions.every(({argv, reads}) => isDone(argv, reads, journal));
	return isWithinPlan && isOwnWork ? [] : [changed];
}

const toText = ({argv}: Step['actions'][number]) => argv.join(' ');

/** The journal has the step's thing, or a call of it whose outcome is not known yet. */
const isKnown = (id: string, {ids, made, intents}: JournalState) =>
	ids[id] !== undefined || made.includes(id) || intents.some(({step}) => step === id);

/** Files are compared by their bytes; secrets are known by what the journal keeps of them. */
const isDone = (argv: readonly string[], reads: readonly string[], {secrets}: JournalState) =>
	argv[0] === 'write' || (reads.length > 0 && reads.every(name => secrets[name] !== undefined));

function compareChanges(saved: PlanFile, now: PlanFile): readonly string[] {
	const write = ({changes}: PlanFile) => changes.map(({path, after}) => `${path} ${after}`);
	const [before, after] = [write(saved), write(now)];
	return now.changes
		.filter(
			({path}, at) =>
				!before.includes(after[at] ?? '') && saved.project.files[path] === now.project.files[path],
		)
		.map(
			({path}) =>
				`${path} would be written with other content (made by phxfly ${saved.tool}, this is ${now.tool}).`,
		);
}

/**
Refuses to call it "setup" when an app that runs would get another bucket, prefix or domain than the live one.

@throws {Failure} Exit 9, before any change.
*/
export function rejectMoves(plan: PlanContext, journalView: JournalView): void {
	if (!plan.existing?.Deployed) return;
	for (const {name, value} of [...plan.appSecrets, ...plan.storageSecrets]) {
		const rule = fixed.find(entry => entry.secret === name);
		if (name === 'PHX_HOST' && hasNeverServed(plan, journalView)) continue;
		if (!rule || value === undefined || journalView.compare(new Secret(name, value)) !== 'different')
			continue;
		const {code, what, meaning, questionId} = rule;
		throw new Failure(code, `${plan.app} runs already, and these answers give it ${what}: ${meaning}`, {
			exit: 'refused',
			hint: `Answer as before (${questionId}), or change it by hand, knowing what it means: fly secrets set -a ${plan.app}.`,
			questionId,
		});
	}
}

/** What a running app must keep, and what it would mean to change it. */
const fixed = [
	{
		secret: 'LITESTREAM_REPLICA_URL',
		code: 'replica-would-move',
		what: 'another bucket or prefix',
		meaning:
			'a replica that moves needs an empty prefix, and Litestream’s local state on the volume dropped; else it silently stops.',
		questionId: 'bucket',
	},
	{
		secret: 'LITESTREAM_ENDPOINT',
		code: 'replica-would-move',
		what: 'another storage endpoint',
		meaning:
			'a replica that moves needs an empty prefix, and Litestream’s local state on the volume dropped; else it silently stops.',
		questionId: 'storage',
	},
	{
		secret: 'PHX_HOST',
		code: 'domain-would-change',
		what: 'another domain',
		meaning: 'links already sent stop working and every passkey made so far is void.',
		questionId: 'domain',
	},
] as const;

/** The host set so far is a domain whose certificate was refused: nobody ever reached the app there. */
const hasNeverServed = ({existing}: PlanContext, journalView: JournalView): boolean =>
	journalView.idOf('certificate') === undefined &&
	journalView.compare(new Secret('PHX_HOST', existing?.Hostname ?? '')) === 'different';
