import {existsSync} from 'node:fs';
import {setTimeout as wait} from 'node:timers/promises';
import Database from 'libsql';
import {failingCommand, type ProtectedApp, type Row, until} from '../helpers/protected-app.ts';
import {storageSecrets} from '../helpers/storage-secrets.ts';
import {readTemplates} from '../helpers/template-files.ts';
import {openScene, type Scene} from '../proof/scene.ts';

/** What a hard kill may cost. */
const mostLostSeconds = 2;

export type Report = {
	/** Of each round: from the first row that did not come back to the last one that was acknowledged. */
	readonly lostSeconds: number[];
	/** Kills that hit a restore, and a first snapshot. */
	restoreKills: number;
	snapshotKills: number;
	/** Rows that were not back after SIGTERM, with an app that ends with 7. */
	rowsLostAtStop: number;
	/** How long the end took while the storage was hanging. */
	readonly hungSeconds: number[];
	/** What was not as it must be. */
	readonly bad: string[];
};

type Campaign = {
	readonly litestream: string;
	readonly version: string;
	readonly rounds: number;
	readonly tell: (line: string) => void;
};

/** What the database must hold: the rows of the last boot, and those acknowledged since. */
type History = {expected(): readonly Row[]; adopt(rows: readonly Row[]): void};

type Stage = {
	readonly scene: Scene;
	readonly history: History;
	readonly report: Report;
	readonly tell: (line: string) => void;
	boot(): void;
};

/** Seconds until Fly kills an app with our fly.toml. */
export const killTimeoutSeconds = Number(
	/^kill_timeout = "(\d+)s"/m.exec(readTemplates('wisp').get('fly.toml') ?? '')?.[1],
);

/** Kills, stops, and boots an app that writes 50 rows a second, and compares every row each time. */
export async function runCampaign({litestream, version, rounds, tell}: Campaign): Promise<Report> {
	const scene = await openScene({litestream, version});
	const report: Report = {
		lostSeconds: [],
		restoreKills: 0,
		snapshotKills: 0,
		rowsLostAtStop: 0,
		hungSeconds: [],
		bad: [],
	};
	const {app, server, variables} = scene;
	const stage: Stage = {
		scene,
		history: openHistory(app),
		report,
		tell: line => tell(`${version} ${line}`),
		boot: () => app.start({...storageSecrets(server), ...variables}),
	};
	try {
		await scene.start();
		await loseVolumes(stage, rounds);
		await killRestores(stage, Math.ceil(rounds * 0.3));
		await killFirstSnapshots(stage, Math.ceil(rounds * 0.15));
		await stopFailingApps(stage);
		await stopWhileStorageHangs(stage);
	} catch (error) {
		report.bad.push((error as Error).message);
		stage.tell(`OFF ${(error as Error).message}`);
	} finally {
		await scene.close();
	}

	return report;
}

function openHistory(app: ProtectedApp): History {
	let known: readonly Row[] = [];
	let seen = 0;
	return {
		expected: () => [...known, ...app.acknowledged().slice(seen)],
		adopt(rows) {
			known = rows;
			seen = app.acknowledged().length;
		},
	};
}

/** Compares what is there with what must be, adopts it, and returns how many seconds and rows are lost. */
function judge({scene, history, report, tell}: Stage, what: string, isWhole: boolean) {
	const expected = history.expected();
	const found = scene.app.rows();
	const odd = found.findIndex(({id, at}, index) => {
		const wanted = expected[index];
		// The last commit before a kill may be there without its acknowledgment.
		return wanted ? wanted.id !== id || wanted.at !== at : index > expected.length;
	});
	const lostRows = Math.max(0, expected.length - found.length);
	const lostSeconds =
		((expected.at(-1)?.at ?? 0) - (expected[found.length]?.at ?? expected.at(-1)?.at ?? 0)) / 1000;
	const problem =
		odd !== -1
			? `row ${odd + 1} of ${found.length} is not the one that was written`
			: isWhole && lostRows > 0
				? `${lostRows} of ${expected.length} rows are lost`
				: lostSeconds > mostLostSeconds
					? `${lostSeconds} s are lost`
					: findDamage(scene.app.databasePath);
	const line = `${what}: ${found.length} of ${expected.length} rows, ${lostSeconds.toFixed(2)} s lost`;
	tell(problem === undefined ? line : `OFF ${line}: ${problem}`);
	if (problem !== undefined) {
		report.bad.push(`${what}: ${problem}`);
		tell(scene.app.output().split('\n').slice(-40).join('\n'));
	}

	history.adopt(found);
	return {lostSeconds, lostRows};
}

/** Says what SQLite finds wrong with a database, or with a row's text. */
function findDamage(path: string): string | undefined {
	const database = new Database(path);
	try {
		database.exec('PRAGMA busy_timeout = 5000');
		const [result] = database.pragma('integrity_check') as {integrity_check: string}[];
		if (result?.integrity_check !== 'ok') return result?.integrity_check ?? 'no answer of integrity_check';
		const other = database
			.prepare('SELECT count(*) AS count FROM posts WHERE body <> ?')
			.get('x'.repeat(200));
		const {count} = other as {count: number};
		return count === 0 ? undefined : `${count} rows have another text`;
	} finally {
		database.close();
	}
}

const hasRows = ({app}: Scene) =>
	until(() => app.rows().length > 0, {withinMs: 60_000, what: () => `rows\n${app.output().slice(-2000)}`});

/** Kill -9, lose the volume, boot. */
async function loseVolumes(stage: Stage, rounds: number): Promise<void> {
	const {scene, report} = stage;
	for (let round = 1; round <= rounds; round++) {
		scene.app.pause(false);
		await scene.write(50);
		// A kill is to fall at any moment between two syncs.
		await wait((round * 373) % 1000);
		await scene.loseVolume();
		const {lostSeconds} = judge(stage, `round ${round}`, false);
		report.lostSeconds.push(lostSeconds);
	}
}

/** Kills a boot while it restores; the next one must restore everything. */
async function killRestores({scene, report, ...rest}: Stage, kills: number): Promise<void> {
	const stage = {scene, report, ...rest};
	const {app, server} = scene;
	await scene.settle();
	await app.stop();
	/** Boots on an empty volume with slow storage, up to where the restore begins. */
	const bootSlowly = async () => {
		app.wipeVolume();
		server.behaviour.delayMs = 150;
		const {length} = app.output();
		stage.boot();
		await until(() => app.output().slice(length).includes('restoring it from the replica'));
		return Date.now();
	};
	const begunMs = await bootSlowly();
	await until(() => existsSync(app.databasePath), {withinMs: 60_000, what: () => app.output().slice(-2000)});
	const restoreMs = Date.now() - begunMs;
	await app.kill();
	for (let tries = 1; report.restoreKills < kills && tries <= 3 * kills; tries++) {
		await bootSlowly();
		await wait((restoreMs * ((tries * 7) % 19)) / 20);
		await app.kill();
		const isHit = !existsSync(app.databasePath);
		if (isHit) report.restoreKills++;
		server.behaviour.delayMs = 0;
		stage.boot();
		await hasRows(scene);
		judge(stage, `boot after a kill ${isHit ? 'in' : 'after'} the restore`, true);
		await app.kill();
	}

	if (report.restoreKills < kills) report.bad.push(`only ${report.restoreKills} kills hit a restore`);
}

/** Kills an app while the first snapshot of an empty prefix is on its way; then the volume, and after it the replica, must be whole. */
async function killFirstSnapshots(stage: Stage, kills: number): Promise<void> {
	const {scene, report} = stage;
	const {app, server, variables} = scene;
	for (let tries = 1; report.snapshotKills < kills && tries <= 3 * kills; tries++) {
		const prefix = `first-${tries}`;
		variables.LITESTREAM_REPLICA_URL = `s3://store-1/${prefix}`;
		server.behaviour.delayMs = 300;
		app.pause(false);
		const {length} = app.output();
		stage.boot();
		await until(() => app.output().slice(length).includes('replicating to'), {withinMs: 60_000});
		await wait(300 + ((tries * 373) % 1500));
		await app.kill();
		app.pause(true);
		const isHit = ![...scene.objects().keys()].some(
			key => key.startsWith(`${prefix}/`) && /\/0009\/|\/snapshots\//.test(key),
		);
		if (isHit) report.snapshotKills++;
		server.behaviour.delayMs = 0;
		stage.boot();
		await hasRows(scene);
		judge(stage, `boot after a kill ${isHit ? 'in' : 'after'} the first snapshot`, true);
		app.pause(false);
		await scene.write(50);
		await scene.settle();
		await scene.loseVolume();
		judge(stage, 'and without the volume', true);
		await app.kill();
	}

	if (report.snapshotKills < kills)
		report.bad.push(`only ${report.snapshotKills} kills hit a first snapshot`);
}

/** SIGTERM to an app that ends with 7. */
async function stopFailingApps(stage: Stage): Promise<void> {
	const {scene, report} = stage;
	const {app, server, variables} = scene;
	for (let time = 1; time <= 3; time++) {
		app.pause(false);
		const {length} = app.output();
		app.start({...storageSecrets(server), ...variables}, 'ours', {command: failingCommand});
		await scene.write(100);
		await app.stop();
		if (!app.output().slice(length).includes('the command ended with 7'))
			report.bad.push('the app did not end with 7');
		await scene.loseVolume();
		report.rowsLostAtStop += judge(stage, 'SIGTERM, the app ends with 7', true).lostRows;
		await app.kill();
	}
}

/** SIGTERM while the storage accepts and does not answer. */
async function stopWhileStorageHangs(stage: Stage): Promise<void> {
	const {scene, report, tell} = stage;
	const {app, server} = scene;
	app.pause(false);
	stage.boot();
	await scene.write(100);
	server.behaviour.delayMs = 600_000;
	const begunMs = Date.now();
	void app.stop().catch(() => undefined);
	await until(() => app.processes().length === 0, {
		withinMs: 2 * killTimeoutSeconds * 1000,
		what: () => `an end\n${app.output().slice(-2000)}`,
	});
	const seconds = (Date.now() - begunMs) / 1000;
	report.hungSeconds.push(seconds);
	tell(`SIGTERM while the storage hangs: ended after ${seconds.toFixed(1)} s of ${killTimeoutSeconds}`);
	if (seconds >= killTimeoutSeconds) report.bad.push(`the end took ${seconds} s`);
	server.behaviour.delayMs = 0;
	app.pause(true);
	stage.boot();
	await hasRows(scene);
	judge(stage, 'and the next boot', true);
}
