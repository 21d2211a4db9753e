import {type Answer, none} from '../core/answer.ts';
import type {Cli, Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import {isManaged} from '../core/fly/output.ts';
import {compareConfig} from '../core/fly-toml/differences.ts';
import {openMachineShell} from '../core/litestream/machine.ts';
import {
	buildHistory,
	type History,
	type MigrationsRead,
	type PastRelease,
	readMigrationRows,
} from '../core/rollback/history.ts';
import type {RollbackPlan} from '../core/rollback/text.ts';
import {rejectConflicts} from '../engine/run.ts';
import {prepareDeploy} from './deploy.ts';

/** Reads the releases of an app, and which migrations its database has. Changes nothing. */
export async function readHistory(project: Project, app: string): Promise<History> {
	const [releases, read] = await Promise.all([
		project.readers.fly.listReleases(app),
		readMigrations(project, app),
	]);
	return buildHistory(app, releases, read);
}

/**
Plans a deploy of the image of an earlier release. Changes nothing, and sets no secret and writes no file.

@throws {Failure} As a deploy's plan. It also works for an app that is down, as long as only its image changes.
*/
export async function prepareRollback(
	cli: Cli,
	project: Project,
	history: History,
	target: PastRelease,
): Promise<RollbackPlan> {
	const {given, journal, readers} = project;
	const earlier = journal.read().answers.image;
	const flags = new Map([...given.flags, ['image', target.image]]);
	const whole = await prepareDeploy(
		cli,
		{...project, given: {...given, flags}},
		{redeploy: false, allowsConflicts: true},
	);
	const differences = await compareConfig(whole.context.app, whole.context.flyTomlPath, readers);
	const isOnlyImage = differences.length === 0;
	const move = whole.move?.code === 'machine-not-started' && isOnlyImage ? undefined : whole.move;
	// The image is for this time only: the journal keeps the answer of the setup.
	const image: Answer =
		earlier && earlier.value !== target.image
			? {value: earlier.value, origin: {kind: 'journal', text: earlier.origin}}
			: {value: none, origin: {kind: 'default', text: 'built from the Dockerfile'}};
	const answers = new Map([...whole.context.answers, ['image', image]]);
	// The migrations of this folder are not those of an earlier image.
	const {newestMigration: _, ...facts} = whole.context.facts;
	const plan = {...whole, move, context: {...whole.context, answers, facts}};
	rejectConflicts(plan);
	const undo = history.releases.find(
		({status, image: other}) => status === 'complete' && other !== target.image,
	)?.version;
	return {plan, history, target, undo, differences};
}

/** Tells whether an earlier run was interrupted while it deployed the same image, which needed consent then. */
export const isAgreed = ({journalView}: Project, {image}: PastRelease): boolean =>
	journalView.pendingCall('deploy')?.argv.includes(image) ?? false;

const query = 'SELECT version, inserted_at FROM schema_migrations ORDER BY version';

/** Asks the live database, which alone knows what ran, and when. */
async function readMigrations({facts, readers}: Project, app: string): Promise<MigrationsRead> {
	const {databasePath, newestMigration} = facts;
	if (databasePath === undefined) {
		return newestMigration === undefined
			? {is: 'read', migrations: []}
			: {is: 'unknown', why: 'phxfly does not know where the database is'};
	}

	try {
		const machines = (await readers.fly.listMachines(app)).filter(isManaged);
		const started = machines.find(({state}) => state === 'started');
		if (!started) return {is: 'unknown', why: 'no machine is started'};
		const shell = openMachineShell(readers.fly, app, started.id);
		const {exit_code, stdout, stderr} = await shell.run(['sqlite3', '-readonly', databasePath, query]);
		if (exit_code === 127) return {is: 'unknown', why: 'the image does not include sqlite3'};
		if (/no such table/.test(stderr)) return {is: 'read', migrations: []};
		const rows = exit_code === 0 ? readMigrationRows(stdout) : undefined;
		return rows
			? {is: 'read', migrations: rows}
			: {is: 'unknown', why: stderr.trim() || 'sqlite3 gave an unexpected answer'};
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		return {is: 'unknown', why: error.message};
	}
}
