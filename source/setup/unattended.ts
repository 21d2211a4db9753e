import type {Cli, Project} from '../core/command/context.ts';
import {type Plan, warnOfRestart} from '../core/plan/plan.ts';
import type {AnswerState} from '../core/questions/question.ts';
import {requireConsent, startWays} from './consent.ts';
import {complete, gather, readGiven} from './gather.ts';
import {carryOut, preparePlan} from './plan.ts';
import {
	rememberChoices,
	requireWritableProject,
	sayStateProblems,
	unlessStopped,
	withProject,
} from './project.ts';

/** Runs the whole setup without questions, for scripts, pipes, and CI. */
export async function runUnattended(cli: Cli): Promise<number> {
	const given = await readGiven(cli);
	return withProject(cli, {mode: 'write', given}, async (project, guard) => {
		const stop = guard();
		const {state, made} = await unlessStopped(stop, planUnattended(cli, project, stop.graceful));
		for (const warning of warnOfRestart(made)) cli.say(warning);
		requireConsent(cli, startWays);
		const exit = await carryOut(cli, project, made, stop);
		await rememberChoices(cli, project, state.answers, exit);
		return exit;
	});
}

async function planUnattended(
	cli: Cli,
	project: Project,
	signal: AbortSignal,
): Promise<{readonly state: AnswerState; readonly made: Plan}> {
	sayStateProblems(cli, project, 'write');
	await requireWritableProject(project);
	const known = await gather(cli, project, 'fails');
	const state = await complete(cli, project, known, 'fails');
	return {state, made: await preparePlan(cli, project, state, {say: cli.say, signal})};
}
