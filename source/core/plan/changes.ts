import {none} from '../answer.ts';
import type {AppSection, JournalState} from '../journal.ts';
import type {PlanFile} from './saved-plan.ts';

/**
Returns what changed since the plan was saved, one sentence each. Pure.

@param journal - Of this project. If its run started with this plan, what that run did is not a change.
*/
export function findPlanChanges(
	saved: PlanFile,
	now: PlanFile,
	journal: AppSection & Pick<JournalState, 'plan'>,
): readonly string[] {
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
				: [`${step.title}: this step is not in the plan.`];
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
		: [`The plan was made as ${before.email}, but flyctl is logged in as ${account.email}.`];
}

/**
Returns which files of the project changed; ignores what this plan's own run wrote.

@param after - Path to SHA-256, of the files now.
*/
export function findFileChanges(
	saved: PlanFile,
	after: PlanFile['project']['files'],
	journal: Pick<JournalState, 'plan'>,
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

/**
Compares answers. Once the plan's own run has started, a question of its first run may no longer apply. A question that is newer than the
plan changes nothing if its answer is none.
*/
function compareAnswers(saved: PlanFile, now: PlanFile, isOurs: boolean): readonly string[] {
	const values = new Map(saved.answers.map(({id, value}) => [id, value]));
	const asked = now.answers.map(({id}) => id);
	return [
		...now.answers
			.filter(({id, value}) => values.get(id) !== value && (values.has(id) || value !== none))
			.map(({id, value}) =>
				values.has(id)
					? `The answer ${id} was ${values.get(id)}, now ${value}.`
					: `${id}: the plan has no answer for this new question.`,
			),
		...[...values.keys()]
			.filter(id => !isOurs && !asked.includes(id))
			.map(id => `${id}: this question no longer applies.`),
	];
}

function compareSeen({seen: before}: PlanFile, {seen}: PlanFile): readonly string[] {
	if (before.app === 'none' && seen.app !== 'none') return [`App ${seen.app} was created since.`];
	if (before.app !== 'none' && seen.app === 'none') return [`App ${before.app} is gone, or not visible.`];
	return [
		...(before.host === seen.host ? [] : [`The app's own host was ${before.host}, now ${seen.host}.`]),
		...(before.runs === seen.runs
			? []
			: [seen.runs === 'yes' ? 'The app has been started since.' : 'The app is no longer running.']),
	];
}

type Step = PlanFile['steps'][number];

/** @param section - Present only if its run started with this plan: its own work explains why less is left to do. */
function compareStep(before: Step, now: Step, section: AppSection | undefined): readonly string[] {
	const [planned, current] = [before.actions.map(toText), now.actions.map(toText)];
	const changed = `${now.title}: was ${before.found}, now ${now.found}.`;
	if (!section) {
		if (before.found !== now.found) return [changed];
		const isSame = planned.length === current.length && planned.every((call, at) => call === current[at]);
		return isSame ? [] : [`${now.title}: the commands would differ: ${current.join('; ') || 'none'}.`];
	}

	if (isKnown(now.id, section) || now.found === before.found) return [];
	const isWithinPlan = current.every(call => planned.includes(call));
	const isAllLeft = planned.every(call => current.includes(call));
	const isOwnWork = isAllLeft || before.actions.every(({argv, reads}) => isDone(argv, reads, section));
	return isWithinPlan && isOwnWork ? [] : [changed];
}

const toText = ({argv}: Step['actions'][number]) => argv.join(' ');

/** Tells whether the journal has the step's resource, or a pending call of it. */
const isKnown = (id: string, {ids, made, calls}: AppSection) =>
	ids[id] !== undefined || [...made, ...calls].some(({step}) => step === id);

/** Tells whether an action is done. Files are compared elsewhere; the journal records secrets. */
const isDone = (argv: readonly string[], reads: readonly string[], {secrets}: AppSection) =>
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
				`${path} would get different content (planned by phxfly ${saved.tool}, this is ${now.tool}).`,
		);
}
