import type {Cli, Command, Project} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import {findFileChanges, findPlanChanges} from '../core/plan/changes.ts';
import {writePlanText} from '../core/plan/review.ts';
import {buildPlanFile, type PlanFile, readPlanFile} from '../core/plan/saved-plan.ts';
import {readSecretName} from '../core/questions/named-secret.ts';
import {quoteForShell} from '../core/text/text.ts';
import {rejectConflicts} from '../engine/run.ts';
import {requireConsent, startWays} from '../setup/consent.ts';
import {readGiven} from '../setup/gather.ts';
import {carryOut} from '../setup/plan.ts';
import {requireWritableProject, sayStateProblems, unlessStopped, withProject} from '../setup/project.ts';
import {hashText, rebuildPlan, rejectStale} from '../setup/saved-plan.ts';

/** Runs a saved plan, and rejects one that differs from what phxfly would plan now. */
export const apply: Command = {
	async run(cli) {
		const path = requirePath(cli);
		const saved = readPlanFile(await cli.readGiven(path), path, hashText);
		const given = await readGiven(cli);
		const {config = 'fly.toml'} = saved.project;
		const secrets = saved.answers.flatMap(({id}) => readSecretName(id) ?? []);
		return withProject(cli, {mode: 'write', given, secrets, config}, async (project, guard) => {
			const stop = guard();
			sayStateProblems(cli, project, 'write');
			await requireWritableProject(project);
			rejectOtherProject(saved, project, path);
			const {plan, state} = await unlessStopped(stop, rebuild(cli, project, saved, stop.graceful));
			for (const note of [...state.notes, ...plan.notes]) cli.say(note);
			rejectConflicts(plan);
			if (cli.options.dryRun || cli.person) cli.print(writePlanText(plan));
			if (cli.options.dryRun) return exitCodes.done;
			requireConsent(cli, startWays);
			if (cli.person && !(await cli.person.confirm(`Set up ${plan.context.app} as planned?`))) {
				cli.say('Nothing was changed.');
				return exitCodes.interrupted;
			}

			project.journal.change(state => ({...state, plan: saved.digest}));
			return carryOut(cli, project, plan, stop);
		});
	},
};

/** @throws {Failure} `plan-stale` (exit 6) with everything that changed since the plan was saved. */
async function rebuild(cli: Cli, project: Project, saved: PlanFile, signal: AbortSignal) {
	const path = requirePath(cli);
	const {facts, isRehearsal} = project;
	const journal = project.journal.read();
	const files = Object.fromEntries([...facts.files].map(([name, text]) => [name, hashText(text)]));
	rejectStale(findFileChanges(saved, files, journal), path);
	const rebuilt = await rebuildPlan(cli, project, saved, signal);
	const {version: tool} = await cli.openPlans();
	const now = buildPlanFile({...rebuilt, tool, isRehearsal, hash: hashText});
	rejectStale(findPlanChanges(saved, now, {...journal, ...project.journal.section()}), path);
	return rebuilt;
}

/** @throws {Failure} Exit 2 without a file, or with a flag that answers a question. */
function requirePath({options}: Cli): string {
	const {argument: path, flags, config, answersFile, profile, namedSecrets} = options;
	if (path === undefined) {
		throw new Failure('usage', 'apply needs a plan file.', {
			hint: 'Run phxfly plan --out plan.json, then phxfly apply plan.json.',
		});
	}

	const extra = [
		...[...flags.keys()].map(id => `the answer for ${id}`),
		...(config === undefined ? [] : ['--config']),
		...(answersFile === undefined ? [] : ['--answers']),
		...(profile === undefined ? [] : ['--profile']),
		...namedSecrets.map(name => `--secret ${name}`),
	];
	if (extra.length === 0) return path;
	throw new Failure(
		'plan-answers-fixed',
		`A saved plan already contains every answer. Remove ${extra.join(', ')}. Nothing was changed.`,
		{hint: `To change the plan, create a new one: phxfly plan --out ${quoteForShell(path)}`},
	);
}

/** @throws {Failure} `plan-foreign` (exit 2). */
function rejectOtherProject(saved: PlanFile, project: Project, path: string): void {
	const why = explainOtherProject(saved, project);
	if (why === undefined) return;
	const file = quoteForShell(path);
	throw new Failure('plan-foreign', `${why} Nothing was changed.`, {
		hint: `Name the folder of that project (phxfly apply ${file} DIR), or create a plan here: phxfly plan --out ${file}`,
	});
}

function explainOtherProject(saved: PlanFile, {facts, isRehearsal}: Project): string | undefined {
	if (saved.project.name !== facts.appName)
		return `This plan is for the project ${saved.project.name}, but this folder has ${facts.appName}.`;
	if (saved.isRehearsal === isRehearsal) return undefined;
	return saved.isRehearsal
		? 'This plan was created in a rehearsal; it cannot run against a real account.'
		: 'This plan was created for a real account; it cannot run in a rehearsal.';
}
