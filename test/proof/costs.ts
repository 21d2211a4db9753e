import {copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {loadavg, tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {replica} from '../../source/checks/verify/replica.ts';
import type {FlyReader} from '../../source/core/readers.ts';
import {litestreams} from '../helpers/litestream.ts';
import {until} from '../helpers/protected-app.ts';
import {storageSecrets} from '../helpers/storage-secrets.ts';
import {makeLargeDatabase} from './large-database.ts';
import {openScene, type Scene} from './scene.ts';

const sizesMb = [1, 100, 500];

/** Of each database with a writer; then once more without. */
const busyChecks = 2;

/** How long the writer is watched before the first check, at 50 rows a second. */
const quietMs = 6000;

/** So short that a program hardly ends between two looks unseen; the kernel remembers the highest of each. */
const lookMs = 20;

type Gaps = {readonly p99: number; readonly max: number};

type Cost = {
	readonly answer: string;
	/** As the person waits, and as the script on the machine measures. */
	readonly seconds: number;
	readonly scriptSeconds: number;
	readonly heldSeconds: number;
	readonly peaks: Peaks;
	readonly gaps: Gaps;
};

/** Highest resident memory in KB: of the restore, of Litestream's other calls, of the largest other program, and of all at one moment. */
type Peaks = {restore: number; litestream: number; helper: number; helperName: string; together: number};

/** Measures what a check costs the machine and the app, and prints a table. @returns Whether each answer was `proved`. */
export async function measureCosts(print: (line: string) => void, version: string): Promise<boolean> {
	const folder = mkdtempSync(join(tmpdir(), 'costs-'));
	let isProved = true;
	print(
		`load ${showLoad()}. Memory: VmHWM of every process of the check in /proc, every ${lookMs} ms; lists: Litestream's other calls; helper: the largest other program; together: VmRSS of all at one moment, shared pages counted in each.`,
	);
	print(
		'| database, Litestream | writer | check: person / script | reader held | restore / lists / helper / together | acks: gap p99, max before → during | load |',
	);
	print('|---|---|---|---|---|---|---|');
	try {
		for (const megabytes of sizesMb) {
			makeLargeDatabase(join(folder, `${megabytes}.db`), megabytes);
			for (const each of litestreams) {
				if (each.path === undefined || !each.version.startsWith(version)) continue;
				const scene = await openScene({litestream: each.path, version: each.version});
				try {
					const found = await measure(
						scene,
						join(folder, `${megabytes}.db`),
						print,
						`${megabytes} MB, ${each.version}`,
					);
					isProved &&= found;
				} finally {
					await scene.close();
				}
			}
		}
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}

	return isProved;
}

async function measure(
	scene: Scene,
	database: string,
	print: (line: string) => void,
	name: string,
): Promise<boolean> {
	const {app, server} = scene;
	copyFileSync(database, app.databasePath);
	app.start(storageSecrets(server));
	const hasSnapshot = () => [...scene.objects().keys()].some(key => /\/0009\/|\/snapshots\//.test(key));
	await until(hasSnapshot, {withinMs: 120_000, what: `a snapshot\n${app.output()}`});
	const startMs = Date.now();
	await wait(quietMs);
	const before = readGaps(scene, startMs, Date.now());
	const costs: Cost[] = [];
	for (let checks = 0; checks < busyChecks; checks++) costs.push(await checkOnce(scene));
	describe('50 rows/s', costs, before);
	app.pause(true);
	await scene.settle();
	const idle = await checkOnce(scene);
	describe('idle', [idle]);
	return [...costs, idle].every(({answer}) => answer === 'proved');

	function describe(writer: string, all: readonly Cost[], gapsBefore?: Gaps): void {
		const span = (read: (cost: Cost) => number) => showSpan(all.map(read));
		const most = (read: (peaks: Peaks) => number) =>
			Math.round(Math.max(...all.map(({peaks}) => read(peaks))) / 1024);
		const odd = all.filter(({answer}) => answer !== 'proved').map(({answer}) => answer);
		const gaps = gapsBefore
			? `${gapsBefore.p99}, ${gapsBefore.max} → ${Math.max(...all.map(({gaps: {p99}}) => p99))}, ${Math.max(...all.map(({gaps: {max}}) => max))} ms`
			: '';
		print(
			`| ${name} | ${writer} | ${odd.length > 0 ? `${odd.join(', ')} ` : ''}${span(({seconds}) => seconds)} / ${span(({scriptSeconds}) => scriptSeconds)} s | ${span(({heldSeconds}) => heldSeconds)} s | ${most(({restore}) => restore)} / ${most(({litestream}) => litestream)} / ${most(({helper}) => helper)} (${all.at(-1)?.peaks.helperName}) / ${most(({together}) => together)} MB | ${gaps} | ${showLoad()} |`,
		);
	}
}

async function checkOnce(scene: Scene): Promise<Cost> {
	const {plan, readers} = scene.machine();
	let report = '';
	const exec: FlyReader['exec'] = async (...asked) => {
		const answer = await readers.fly.exec(...asked);
		if (answer.stdout.endsWith('end\n')) report = answer.stdout;
		return answer;
	};
	const memory = watchMemory(scene);
	const startMs = Date.now();
	const {status, detail} = await replica.check(plan, {...readers, fly: {...readers.fly, exec}});
	const endMs = Date.now();
	const peaks = memory.stop();
	const read = (field: string) => Number(new RegExp(`^${field}=(\\d+)$`, 'm').exec(report)?.[1] ?? 0);
	return {
		answer: status === 'proved' ? status : `${status} ${detail}`,
		seconds: (endMs - startMs) / 1000,
		scriptSeconds: read('took_ms') / 1000,
		heldSeconds: read('held_ms') / 1000,
		peaks,
		gaps: readGaps(scene, startMs, endMs),
	};
}

/** Reads the pauses between two acknowledged rows. */
function readGaps({app}: Scene, fromMs: number, toMs: number): Gaps {
	const times = app
		.acknowledged()
		.map(({at}) => at)
		.filter(at => at >= fromMs && at <= toMs);
	const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
	gaps.sort((a, b) => a - b);
	return {p99: gaps[Math.ceil(gaps.length * 0.99) - 1] ?? 0, max: gaps.at(-1) ?? 0};
}

/** Watches the processes that the check starts on the machine: those with the app's environment which were not there before. */
function watchMemory({app: {folder}}: Scene): {stop(): Peaks} {
	const peaks: Peaks = {restore: 0, litestream: 0, helper: 0, helperName: '', together: 0};
	const isOurs = new Map<string, boolean>();
	const read = (pid: string, file: string) => {
		const path = `/proc/${pid}/${file}`;
		try {
			return existsSync(path) ? readFileSync(path, 'utf8') : '';
		} catch {
			// The process has ended.
			return '';
		}
	};
	const list = () => readdirSync('/proc').filter(name => /^\d+$/.test(name));
	for (const pid of list()) isOurs.set(pid, false);
	const look = () => {
		let together = 0;
		for (const pid of list()) {
			const isNew = !isOurs.has(pid);
			if (isNew) isOurs.set(pid, read(pid, 'environ').includes(`ROW_LOG=${folder}/`));
			if (!isOurs.get(pid)) continue;
			const status = read(pid, 'status');
			const kilobytes = (field: string) =>
				Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
			together += kilobytes('VmRSS');
			const peak = kilobytes('VmHWM');
			const name = read(pid, 'comm').trim();
			if (name === 'litestream') {
				const kind = read(pid, 'cmdline').includes('\0restore\0') ? 'restore' : 'litestream';
				peaks[kind] = Math.max(peaks[kind], peak);
			} else if (peak > peaks.helper) {
				peaks.helper = peak;
				peaks.helperName = name;
			}
		}

		peaks.together = Math.max(peaks.together, together);
	};
	const timer = setInterval(look, lookMs);
	return {
		stop() {
			clearInterval(timer);
			return peaks;
		},
	};
}

const showSpan = (values: readonly number[]): string => {
	const [least, most] = [Math.min(...values), Math.max(...values)].map(value => value.toFixed(1));
	return least === most ? `${most}` : `${least}–${most}`;
};

const showLoad = (): string => (loadavg()[0] ?? 0).toFixed(1);
