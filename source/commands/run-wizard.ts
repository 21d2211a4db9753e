import {isProposal} from '../core/answers.ts';
import {buildReport} from '../core/build-report.ts';
import {buildReview} from '../core/build-review.ts';
import type {Situation} from '../core/definitions.ts';
import {type ExitName, exitCodes, Failure} from '../core/errors.ts';
import {type Gathered, withoutAnswer} from '../core/gather-answers.ts';
import type {Plan} from '../core/plan.ts';
import {type RunState, reduceRun, startRun} from '../core/run-state.ts';
import type {Session, SessionIntent} from '../core/session.ts';
import type {CommandContext, Drawing, Workshop} from '../core/workshop.ts';
import {askQuestions} from '../run/ask-questions.ts';
import {createStop} from '../run/create-stop.ts';
import {findStranger} from '../run/find-stranger.ts';
import {type GivenFiles, gatherAfterSurvey, gatherFor} from '../run/gather-for.ts';
import {listExisting} from '../run/list-existing.ts';
import {type Desk, openDesk} from '../run/open-desk.ts';
import {preflight, requireWritableProject} from '../run/preflight.ts';
import {preparePlan} from '../run/prepare-plan.ts';
import {runPlan} from '../run/run-plan.ts';
import {judgeProof, type Proof} from '../run/run-verify.ts';
import {readGivenFiles} from './read-given-files.ts';
import {makeTools, refuseConflicts, rememberAccount, sayPutAside} from './run-setup.ts';

type Bench = {
	readonly context: CommandContext;
	readonly workshop: Workshop;
	readonly desk: Desk;
	readonly settled: ReadonlySet<string>;
	readonly notes: readonly string[];
	readonly given: GivenFiles;
};

/** The wizard: questions, review, run, and the way back to a question when its answer was refused. */
export async function runWizard(
	context: CommandContext,
	draw: (session: Session) => Promise<Drawing>,
): Promise<number> {
	const {options, lists} = context;
	const given = await readGivenFiles(context);
	const workshop = await context.openWorkshop('write');
	const desk = openDesk(
		{
			app: undefined,
			profile: options.profile ?? workshop.project.guess.profile,
			folder: workshop.shownFolder,
			isRehearsal: workshop.isRehearsal,
			screen: {kind: 'looking', items: []},
		},
		() => workshop.readers.clock.now(),
	);
	const drawing = await draw(desk.session);
	const unlisten = context.interrupts.onInterrupt(() => desk.session.report({type: 'interrupted'}));
	try {
		await requireWritableProject(workshop);
		const start = await lookAround(context, workshop, desk);
		if ('exit' in start) return exitCodes[start.exit];
		const gathered = await gatherFor(workshop, lists, start, {host: context.host, options, given});
		const settled = new Set(
			[...gathered.situation.answers].filter(([, {origin}]) => !isProposal(origin)).map(([id]) => id),
		);
		const putAside = workshop.putAside
			? [`The journal of an earlier run was put aside (${workshop.putAside.why}): ${workshop.putAside.path}.`]
			: [];
		const notes = [...putAside, ...gathered.notes];
		const bench: Bench = {context, workshop, desk, settled, notes, given};
		return await converse(bench, await findStranger(workshop, gathered.situation, options.adopt));
	} finally {
		unlisten();
		drawing.unmount();
		await drawing.waitUntilExit();
		sayPutAside(context, workshop);
		await workshop.close();
	}
}

/** The preflight, again as often as the person wants: whoever is not logged in can do that and come back. */
async function lookAround(
	{options, lists, say}: CommandContext,
	workshop: Workshop,
	desk: Desk,
): Promise<Situation | {readonly exit: ExitName}> {
	while (true) {
		try {
			return await preflight(workshop, lists, options.profile, items => desk.show({kind: 'looking', items}));
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			showFailed(desk, error, []);
			const intent = await nextOf(desk, ['retried', 'quit', 'interrupted']);
			if (intent.type === 'retried') continue;
			say(`${error.message}\n${error.hint}`);
			return {exit: error.exit};
		}
	}
}

/** Asks, shows, runs, and starts over at the right place until it is done or left. */
async function converse(bench: Bench, start: Situation): Promise<number> {
	const {context, workshop, desk, settled, notes} = bench;
	const {questions} = context.lists;
	let situation = start;
	let again: readonly string[] = [];
	let isRetry = false;
	let hasStarted = false;
	while (true) {
		const onAnswer = (now: Situation) => rememberAnswers(bench, now);
		const outcome = await askQuestions(desk, {
			questions,
			situation,
			readers: workshop.readers,
			onAnswer,
			onApp: now => findStranger(workshop, now, context.options.adopt),
			again,
			settled,
		});
		const restore = outcome.situation.answers.get('restore')?.value ?? '';
		const isDetour = ['prefix', 'stop'].includes(restore);
		situation = isDetour ? withoutAnswer(outcome.situation, 'restore') : outcome.situation;
		rememberAnswers(bench, situation);
		if (outcome.is === 'quit' || restore === 'stop') return leave(bench);
		if (isDetour) {
			again = ['prefix'];
			continue;
		}

		let failedWith: ExitName = 'failed';
		try {
			const surveyed = await survey(bench, situation);
			situation = surveyed.situation;
			rememberAnswers(bench, situation);
			if (surveyed.open.length > 0) {
				again = [];
				continue;
			}

			const plan = await preparePlan(workshop, context.lists, situation, context.options);
			refuseConflicts(plan, workshop);
			if (!isRetry) {
				const review = buildReview(plan, questions, situation, [...notes, ...surveyed.notes]);
				desk.show({kind: 'review', review});
				const intent = await nextOf(desk, ['started', 'changed-answer', 'quit', 'interrupted', 'went-back']);
				if (intent.type === 'quit' || intent.type === 'interrupted') return leave(bench);
				if (intent.type === 'changed-answer') again = [intent.id];
				if (intent.type === 'went-back') again = lastAsked(questions, situation);
				if (intent.type !== 'started') continue;
			}

			isRetry = false;
			hasStarted = true;
			return await runShown(bench, plan, situation);
		} catch (error) {
			if (!(error instanceof Failure) || error.code === 'stopped') {
				if (error instanceof Failure) return leave(bench);
				throw error;
			}

			failedWith = error.exit;
			const intent = await showFailure(bench, error, situation);
			if (intent.type === 'changed-answer') {
				again = [intent.id];
			} else if (intent.type === 'retried') {
				again = [];
				isRetry = hasStarted;
			} else {
				context.say(`${error.message}\n${error.hint}`);
				return exitCodes[failedWith];
			}
		}
	}
}

/** Brought storage is asked before the review, so that what it refuses is changed where it was answered. */
function survey({context, workshop, desk, given}: Bench, situation: Situation): Promise<Gathered> {
	const {host, options, lists} = context;
	if (situation.provider?.bringsKeys) {
		const detail = situation.provider.target(situation.answers).endpoint;
		desk.show({kind: 'looking', items: [{label: 'storage', state: 'busy', detail}]});
	}

	return gatherAfterSurvey(workshop, lists, situation, {host, options, given});
}

function lastAsked(questions: CommandContext['lists']['questions'], situation: Situation): readonly string[] {
	const last = questions.findLast(question => question.isAsked(situation) && !question.isQuiet?.(situation));
	return last ? [last.id] : [];
}

async function nextOf(desk: Desk, types: readonly SessionIntent['type'][]): Promise<SessionIntent> {
	while (true) {
		const intent = await desk.next();
		if (types.includes(intent.type)) return intent;
	}
}

function leave({context, workshop}: Bench): number {
	const again = workshop.isRehearsal ? 'phxfly rehearse' : 'phxfly';
	context.say(`Your answers are kept, keys aside. Run ${again} again: it goes on where it stopped.`);
	return exitCodes.interrupted;
}

function rememberAnswers({workshop, desk}: Bench, {answers}: Situation): void {
	workshop.journal.change(state => ({
		...state,
		answers: Object.fromEntries(
			[...answers]
				.filter(([, {origin}]) => !isProposal(origin))
				.map(([id, {value, origin}]) => [id, {value, origin: origin.text}]),
		),
	}));
	desk.update(state => ({...state, app: answers.get('app')?.value}));
}

async function showFailure(bench: Bench, failure: Failure, situation: Situation): Promise<SessionIntent> {
	const {desk, workshop} = bench;
	const app = situation.answers.get('app')?.value;
	const exists =
		failure.exists.length > 0 ? failure.exists : app ? await listExisting(workshop.readers, {app}) : [];
	showFailed(desk, failure, exists);
	return nextOf(desk, ['retried', 'changed-answer', 'quit', 'interrupted']);
}

function showFailed(desk: Desk, failure: Failure, exists: readonly string[]): void {
	const {screen} = desk.session.getState();
	const run = 'run' in screen ? screen.run : startRun(desk.session.now());
	const failed = run.steps.find(({status}) => status === 'failed');
	desk.show({
		kind: 'failed',
		run,
		failure: {
			title: failed ? `${failed.title} failed` : 'That cannot be done yet',
			code: failure.code,
			happened: failure.message,
			exists,
			hint: failure.hint,
			questionId: failure.questionId,
			canRetry: true,
		},
	});
}

/** @throws {Failure} The first one in plan order. */
async function runShown(bench: Bench, plan: Plan, situation: Situation): Promise<number> {
	const {context, workshop, desk} = bench;
	rememberAccount(workshop, situation.email, plan);
	const startedAtMs = desk.session.now();
	let run: RunState = startRun(startedAtMs);
	let lease: {readonly machineId: string; readonly untilMs: number} | undefined;
	const stop = createStop();
	const show = () => desk.show({kind: 'running', run, isStopping: stop.soft.aborted, lease});
	let clearLease = () => {};
	const unlisten = desk.onIntent(intent => {
		if (intent.type === 'interrupted' || intent.type === 'quit') {
			stop.interrupt();
			show();
		}

		if (intent.type === 'cleared-lease') clearLease();
	});
	const tools = makeTools(workshop, stop, {
		onLease(now) {
			lease = now;
			show();
		},
		whenLeaseCleared: signal =>
			new Promise(resolve => {
				clearLease = resolve;
				signal.addEventListener('abort', () => {
					clearLease = () => {};
				});
			}),
	});
	try {
		const events = runPlan(plan, context.lists.checks, tools, context.options.waitMs ?? 120_000);
		let next = await events.next();
		while (!next.done) {
			run = reduceRun(run, next.value, desk.session.now());
			show();
			next = await events.next();
		}

		return finish(bench, plan, next.value, run);
	} finally {
		unlisten();
		stop.dispose();
	}
}

function finish({desk}: Bench, plan: Plan, proof: Proof, run: RunState): number {
	const seconds = Math.round((desk.session.now() - run.startedAtMs) / 1000);
	const report = buildReport(
		plan.context,
		proof,
		seconds,
		plan.context.files.map(({path}) => path),
	);
	desk.show({kind: 'done', report, run});
	return exitCodes[judgeProof(proof)];
}
