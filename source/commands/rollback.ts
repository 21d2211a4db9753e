import type {Cli, Command, Project} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import {announcePlan} from '../core/plan/review.ts';
import type {History, PastRelease} from '../core/rollback/history.ts';
import {
	describeRelease,
	describeSince,
	type RollbackPlan,
	writeHistory,
	writeRollbackPlan,
	writeUndo,
} from '../core/rollback/text.ts';
import {siteUrl} from '../core/verify/report.ts';
import {requireConsent} from '../setup/consent.ts';
import {readGiven} from '../setup/gather.ts';
import {requireApp} from '../setup/inspect.ts';
import {carryOut} from '../setup/plan.ts';
import {sayStateProblems, withProject} from '../setup/project.ts';
import {isAgreed, prepareRollback, readHistory} from '../setup/rollback.ts';
import {runDrawn} from '../wizard/plan.ts';

/** Lists the releases, or deploys the image of an earlier one and verifies it. The database stays as it is. */
export const rollback: Command = {
	async run(cli) {
		const {options, person} = cli;
		if (options.flags.has('image')) {
			throw new Failure('usage', 'A release has its own image, so rollback takes no --image.', {
				hint: 'To deploy another image: phxfly deploy --image REF',
			});
		}

		const given = await readGiven(cli);
		const mode = options.argument !== undefined || person ? 'write' : 'read';
		return withProject(cli, {mode, given}, async (project, guard) => {
			sayStateProblems(cli, project, mode);
			const history = await readHistory(project, await requireApp(project));
			const asked = options.argument ?? (await list(cli, history));
			if (asked === undefined) return exitCodes.done;
			const target = findTarget(history, asked);
			const prepared = await prepareRollback(cli, project, history, target);
			show(cli, project, prepared);
			if (options.dryRun) return exitCodes.done;
			const acts = prepared.plan.steps.some(({actions}) => actions.length > 0);
			if (acts && !(await isWanted(cli, project, prepared))) {
				cli.say('Nothing was changed.');
				return exitCodes.interrupted;
			}

			return carryOutRollback(cli, project, prepared, guard);
		});
	},
};

/** Prints the list. @returns The release that a person chose. */
async function list({options, person, print, emit}: Cli, history: History): Promise<string | undefined> {
	if (!options.json) print(writeHistory(history));
	if (options.yes) {
		throw new Failure('usage', 'rollback needs the number of a release.', {
			hint: 'Run phxfly rollback to list them, then phxfly rollback N.',
		});
	}

	if (options.json) {
		emit({
			type: 'finished',
			exit: exitCodes.done,
			url: siteUrl(history),
			resources: history.releases.map(release => ({
				kind: 'release',
				id: String(release.version),
				detail: describeRelease(release, release.version === history.current),
			})),
		});
	}

	if (!person || options.dryRun || history.releases.length < 2) return undefined;
	const answer = (await person.ask('Release to go back to (empty: none): ')).trim();
	return answer === '' ? undefined : answer;
}

/** @throws {Failure} `release-not-found` (exit 2). */
function findTarget({app, releases}: History, asked: string): PastRelease {
	const version = Number(/^v?(\d{1,9})$/.exec(asked)?.[1] ?? Number.NaN);
	const target = releases.find(each => each.version === version);
	if (target?.status === 'complete' && target.image !== '') return target;
	const fitting = releases.filter(({status, image}) => status === 'complete' && image !== '');
	const why = target
		? `Release ${version} of ${app} ${target.image === '' ? 'has no image' : `is ${target.status}: its image never ran well`}.`
		: `Fly lists no release ${asked} of ${app}; it lists the latest 25.`;
	throw new Failure('release-not-found', `${why} Nothing was changed.`, {
		hint:
			fitting.length === 0
				? 'No release was completed. To deploy this code: phxfly deploy'
				: `Choose one of: ${fitting.map(each => each.version).join(', ')}.`,
	});
}

function show({options, print, emit}: Cli, {isRehearsal}: Project, prepared: RollbackPlan): void {
	const {plan, undo} = prepared;
	if (!options.json) {
		print(writeRollbackPlan(prepared, isRehearsal));
		return;
	}

	if (undo !== undefined) {
		const line = `To undo: ${writeUndo(undo, isRehearsal)}`;
		emit({type: 'line-printed', id: 'rollback', stream: 'stdout', line});
	}

	if (!options.dryRun) return;
	emit(announcePlan(plan));
	emit({type: 'finished', exit: exitCodes.done, url: siteUrl(plan.context), resources: []});
}

/**
Asks once. Where migrations ran after the release, or that is unknown, `--yes` is not enough.

@throws {Failure} `migrations-since` (exit 9), or `input-needed` (exit 5) without `--yes`, where phxfly cannot ask.
*/
async function isWanted(cli: Cli, project: Project, {plan, history, target}: RollbackPlan): Promise<boolean> {
	const {options, person, say} = cli;
	const {app} = plan.context;
	const isSafe = target.since?.length === 0 || options.allowMigrations || isAgreed(project, target);
	if (!isSafe) {
		const because = history.unknown === undefined ? '' : ` (${history.unknown})`;
		const what = `Release ${target.version}: ${describeSince(target)}${because}. Its code may not work with the database as it is now.`;
		if (!person) {
			throw new Failure('migrations-since', `${what} Nothing was changed.`, {
				hint: 'If its code works with that database, pass --allow-migrations. Otherwise deploy a fix: phxfly deploy',
			});
		}

		say(what);
	}

	requireConsent(cli, 'Pass --yes to roll back without asking, or --dry-run to see the plan.');
	if (!person) return true;
	if (isSafe) return person.confirm(`Roll ${app} back to release ${target.version} now?`);
	const typed = await person.ask(`Type ${target.version} to roll back nevertheless: `);
	return typed.trim() === String(target.version);
}

async function carryOutRollback(
	cli: Cli,
	project: Project,
	{plan, target, undo}: RollbackPlan,
	guard: () => Parameters<typeof carryOut>[3],
): Promise<number> {
	const refine = (failure: Failure) => refineGone(failure, target);
	try {
		return cli.person
			? await runDrawn(cli, project, cli.person.draw, plan, refine)
			: await carryOut(cli, project, plan, guard());
	} catch (error) {
		throw error instanceof Failure ? refine(error) : error;
	} finally {
		if (undo !== undefined) cli.say(`To undo the rollback: ${writeUndo(undo, project.isRehearsal)}`);
	}
}

/** Fly deletes images after a while; flyctl looks for the image before it changes anything. */
function refineGone(failure: Failure, {version, image, commit}: PastRelease): Failure {
	if (failure.code !== 'no-image') return failure;
	const {exists} = failure;
	return new Failure(
		'image-gone',
		`The image of release ${version} is gone from the registry: ${image}. The app was not changed.`,
		{
			exists,
			hint: `Build it again: git checkout ${commit ?? 'the commit of that release'}, then phxfly deploy.`,
		},
	);
}
