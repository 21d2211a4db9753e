import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {openTerminal} from '../helpers/terminal.ts';
import {compare, median, type Result} from './compare.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const cli = join(dist, 'cli.js');

/** Milliseconds until the first byte of stdout. */
function firstByte(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> {
	const start = performance.now();
	const child = spawn(process.execPath, [...args], {
		stdio: ['ignore', 'pipe', 'inherit'],
		env: {...process.env, ...env},
	});
	return new Promise(resolve => {
		let atMs = 0;
		child.stdout.on('data', () => {
			atMs ||= performance.now() - start;
		});
		child.on('close', () => resolve(atMs));
	});
}

/** The same in a pseudo-terminal, and how much memory it took until then; the program is then ended. */
async function firstFrame(
	args: readonly string[],
	wanted: RegExp,
	cwd: string,
): Promise<{ms: number; mebibytes: number}> {
	const start = performance.now();
	const terminal = openTerminal(process.execPath, args, {columns: 100, rows: 30, cwd});
	await terminal.waitFor(wanted);
	const ms = performance.now() - start;
	const status = readFileSync(`/proc/${terminal.pid}/status`, 'utf8');
	terminal.kill('SIGKILL');
	await terminal.exitCode;
	return {ms, mebibytes: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024};
}

export async function measureStart(rounds: number): Promise<readonly Result[]> {
	const folder = mkdtempSync(join(tmpdir(), 'phxfly-bench-'));
	const bare = join(folder, 'bare.mjs');
	writeFileSync(bare, "console.log('one line');\n");
	const bareThatStays = join(folder, 'stays.mjs');
	writeFileSync(bareThatStays, "console.log('one line');\nsetTimeout(() => {}, 60_000);\n");
	const world = join(folder, 'world.json');
	const fly = [join(dist, 'fly.js'), 'version', '--json'];
	const flyEnvironment = {PHXFLY_WORLD: world, FLY_CONFIG_DIR: join(folder, 'dot-fly'), PHXFLY_SPEED: '1000'};
	const {makeWorld} = await import('../../source/rehearsal/engine/world-file.ts');
	await makeWorld(world, {nowMs: Date.now(), speed: 1000});
	const reference = () => firstByte([bare]);
	const results: Result[] = [
		await compare('`phxfly --version`', 'bare node, one line', {
			rounds,
			ours: () => firstByte([cli, '--version']),
			reference,
			unit: 'ms',
			goal: 1.1,
		}),
		await compare('`phxfly --help`', 'bare node, one line', {
			rounds,
			ours: () => firstByte([cli, '--help']),
			reference,
			unit: 'ms',
			goal: 1.1,
		}),
		await compare('built-in Fly, `version --json`', 'bare node, one line', {
			rounds,
			ours: () => firstByte(fly, flyEnvironment),
			reference,
			unit: 'ms',
		}),
	];

	const frames: {ms: number; mebibytes: number}[] = [];
	const floors: {ms: number; mebibytes: number}[] = [];
	for (let round = 0; round <= rounds; round++) {
		const state = join(folder, `state-${round}`);
		const floor = await firstFrame([bareThatStays], /one line/, folder);
		const frame = await firstFrame([cli, 'rehearse', '--state-dir', state], /phxfly · /, folder);
		// The first round warms the caches.
		if (round === 0) continue;
		floors.push(floor);
		frames.push(frame);
	}

	const ratio = (read: (entry: {ms: number; mebibytes: number}) => number) =>
		median(frames.map((frame, index) => read(frame) / read(floors[index] ?? frame)));
	const ms = (list: typeof frames) => `${median(list.map(entry => entry.ms)).toFixed(0)} ms`;
	const mebibytes = (list: typeof frames) => `${median(list.map(entry => entry.mebibytes)).toFixed(0)} MiB`;
	results.push(
		{
			what: 'first line and first Ink frame, in a terminal',
			against: 'bare node, one line, in a terminal',
			ours: ms(frames),
			reference: ms(floors),
			ratio: ratio(entry => entry.ms),
			goal: '≤ 2.40',
		},
		{
			what: 'peak memory at the first frame',
			against: 'bare node that stays',
			ours: mebibytes(frames),
			reference: mebibytes(floors),
			ratio: ratio(entry => entry.mebibytes),
			goal: '≤ 1.50',
		},
	);
	rmSync(folder, {recursive: true, force: true});
	return results;
}

/** Types 72 keys into the wizard's first field. */
export async function measureKeys(gapMs: number): Promise<Result> {
	const folder = mkdtempSync(join(tmpdir(), 'phxfly-bench-'));
	const text = 'abcdefghijklmnopqrstuvwxyz'.repeat(3).slice(0, 72);
	const terminal = openTerminal(process.execPath, [cli, 'rehearse', '--speed', '10', '--state-dir', folder], {
		columns: 120,
		rows: 40,
		cwd: folder,
	});
	await terminal.waitFor(/› app +wisp-sample/);
	terminal.type('\u0015');
	await terminal.waitFor(screen => !/› app +wisp-sample/.test(screen));
	if (gapMs === 0) terminal.type(text);
	else {
		for (const key of text) {
			terminal.type(key);
			await new Promise(resolve => setTimeout(resolve, gapMs));
		}
	}

	const screen = await terminal.waitFor(new RegExp(`› app +${text}`), 5000).catch(() => terminal.screen());
	const kept = /› app +([a-z]*)/.exec(screen)?.[1]?.length ?? 0;
	terminal.kill('SIGKILL');
	await terminal.exitCode;
	rmSync(folder, {recursive: true, force: true});
	return {
		what: gapMs === 0 ? 'keys kept of 72, all at once' : `keys kept of 72, ${gapMs} ms apart`,
		against: 'keys typed',
		ours: String(kept),
		reference: '72',
		ratio: kept / 72,
		goal: '1.00',
	};
}
