import type {Cli, Command, Project} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import {findFileChanges, findPlanChanges} from '../core/plan/changes.ts';
import {writePlanText} from '../core/plan/review.ts';
import {buildPlanFile, type PlanFile, readPlanFile} from '../core/plan/saved-plan.ts';
import {readSecretName} from '../core/questions/named-secret.ts';
import {quoteForShell} from '../core/text/text.ts';
import {rejectConflicts} from '../engine/run.ts';
import {readGiven} from '../setup/gather.ts';
import {carryOut} from '../setup/plan.ts';
import {requireWritableProject, sayArchived, withProject} from '../setup/project.ts';
import {hashText, rebuildPlan, rejectStale} from '../setup/saved-plan.ts';

/** Runs a saved plan, and refuses one that is not what would be planned now. */
export const apply: Command = {
	async run(cli) {
		const path = requirePath(cli);
		const saved = readPlanFile(await cli.readGiven(path), path, hashText);
		const given = await readGiven(cli);
		const secrets = saved.answers.flatMap(({id}) => readSecretName(id) ?? []);
		return withProject(cli, {mode: 'write', given, secrets}, async (project, guard) => {
			const stop = guard();
			sayArchived(cli, project, 'write');
			await requireWritableProject(project);
			rejectPrefixInUse(saved, project, path);
			const {plan, state} = await rebuild(cli, project, saved);
			for (const note of [...state.notes, ...plan.notes]) cli.say(note);
			rejectConflicts(plan, project);
			if (cli.options.dryRun || cli.person) cli.print(writePlanText(plan));
			if (cli.options.dryRun) return exitCodes.done;
			if (cli.person && !(await cli.person.confirm(`Set up ${plan.context.app} as planned?`))) {
				cli.say('Nothing was changed.');
				return exitCodes.interrupted;
			}

			project.journal.change(state => ({...state, plan: saved.digest}));
			return carryOut(cli, project, plan, stop);
		});
	},
};

/** @throws {Failure} `plan-stale` (exit 6) with all that changed since the plan was made. */
async function rebuild(cli: Cli, project: Project, saved: PlanFile) {
	const path = requirePath(cli);
	const {facts, isRehearsal} = project;
	const journal = project.journal.read();
	const files = Object.fromEntries([...facts.files].map(([name, text]) => [name, hashText(text)]));
	rejectStale(findFileChanges(saved, files, journal), path);
	const made = await rebuildPlan(cli, project, saved);
	const {version: tool} = await cli.openPlans();
	const now = buildPlanFile({...made, tool, isRehearsal, hash: hashText});
	rejectStale(findPlanChanges(saved, now, journal), path);
	return made;
}

/** @throws {Failure} Exit 2 without a file, or with an answer beside it. */
function requirePath({options}: Cli): string {
	const {argument: path, flags, answersFile, adopt, redeploy, profile, namedSecrets} = options;
	if (path === undefined) {
		throw new Failure('usage', 'apply takes the file of a saved plan.', {
			hint: 'phxfly plan --out plan.json, then phxfly apply plan.json.',
		});
	}

	const extra = [
		...[...flags.keys()].map(id => `an answer (${id})`),
		...(answersFile === undefined ? [] : ['--answers']),
		...(adopt ? ['--adopt'] : []),
		...(redeploy ? ['--redeploy'] : []),
		...(profile === undefined ? [] : ['--profile']),
		...namedSecrets.map(name => `--secret ${name}`),
	];
	if (extra.length === 0) return path;
	throw new Failure(
		'plan-answers-fixed',
		`A saved plan holds every answer; beside it there was ${extra.join(', ')}. Nothing was changed.`,
		{hint: `Leave it out, or make a new plan with it: phxfly plan --out ${quoteForShell(path)}.`},
	);
}

/** @throws {Failure} `plan-foreign` (exit 2). */
function rejectPrefixInUse(saved: PlanFile, {facts, isRehearsal}: Project, path: string): void {
	const kinds = {true: 'a rehearsal', false: 'a real account'} as const;
	const why =
		saved.project.name === facts.appName
			? saved.isRehearsal === isRehearsal
				? undefined
				: `The plan was made for ${kinds[`${saved.isRehearsal}`]}, and this is ${kinds[`${isRehearsal}`]}.`
			: `The plan is for the project ${saved.project.name}, and this is ${facts.appName}.`;
	if (why === undefined) return;
	throw new Failure('plan-foreign', `${why} Nothing was changed.`, {
		hint: `Name the folder it was made for, phxfly apply ${quoteForShell(path)} DIR, or make one here: phxfly plan --out ${quoteForShell(path)}.`,
	});
}
