import {readAnswer} from '../core/answer.ts';
import type {Cli, Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import type {Plan} from '../core/plan/plan.ts';
import {withoutAnswer} from '../core/questions/gather.ts';
import type {AnswerState, Question} from '../core/questions/question.ts';
import {rejectUnclear} from '../engine/step.ts';
import {gather, rejectOpen} from './gather.ts';
import {appMissing} from './inspect.ts';
import {preparePlan} from './plan.ts';

/**
Plans one deploy of an app that is set up. Changes nothing.

@param redeploy - Deploys whether anything changed or not.
@param allowsConflicts - Returns a plan that cannot run, instead of ending with its first conflict.

@throws {Failure} `app-missing` (exit 1) or `not-set-up` (exit 6) when setup must come first, and exit 5 for a missing answer.
*/
export async function prepareDeploy(
	cli: Cli,
	project: Project,
	{redeploy = true, allowsConflicts = false} = {},
): Promise<Plan> {
	const gathered = await gather(cli, project, 'listed');
	await requireDeployed(project, readAnswer(gathered.answers, 'app'));
	rejectOpen(cli, gathered, 'keys-may');
	const state = dropOneOffs(gathered, project.questions);
	const whole = await preparePlan({...cli, options: {...cli.options, redeploy}}, project, state, {
		allowsConflicts,
	});
	const {facts, files} = whole.context;
	const unprotected = files.find(({path, before}) => before !== undefined && path === facts.dockerfile?.path);
	if (unprotected) {
		throw notSetUp(
			`${whole.context.app} is not fully set up. ${unprotected.path} does not start Litestream.`,
		);
	}

	return keepDeploy(whole);
}

async function requireDeployed({readers}: Project, app: string | undefined): Promise<void> {
	const existing = app === undefined ? undefined : await readers.fly.status(app);
	if (!existing) throw appMissing(app);
	if (!existing.Deployed) throw notSetUp(`${existing.Name} is not fully set up. It was never deployed.`);
}

/** Drops answers about one run: an image instead of the current code, and machines that existed then. */
const dropOneOffs = (state: AnswerState, questions: readonly Question[]): AnswerState =>
	questions
		.filter(({isOneOff, isForOneSetup}) => isOneOff || isForOneSetup)
		.map(({id}) => id)
		.filter(id => state.answers.get(id)?.origin.kind === 'journal')
		.reduce(withoutAnswer, state);

function keepDeploy(plan: Plan): Plan {
	const {context, steps} = plan;
	const deploy = steps.find(({step}) => step.ships);
	if (!deploy) throw new Error('No step deploys.');
	const changed = steps.filter(({step, finding}) => step.comesWithDeploy && finding.is === 'partial');
	for (const {step, finding} of steps) {
		if (step !== deploy.step && !deploy.step.needs.includes(step.id)) continue;
		rejectUnclear(step, finding);
		if (finding.is === 'absent' && step !== deploy.step)
			throw notSetUp(`${context.app} is not fully set up. Missing: ${step.title.toLowerCase()}.`);
	}

	// A deploy writes no file and sets no secret. Without the secrets' values, the run makes no test write either.
	const storageSecrets = context.storageSecrets.map(({name}) => ({name}));
	return {...plan, context: {...context, files: [], storageSecrets}, steps: [...changed, deploy]};
}

const notSetUp = (message: string) =>
	new Failure('not-set-up', message, {
		hint: 'Run phxfly to finish the setup, or phxfly plan to preview it. Nothing was changed.',
	});
