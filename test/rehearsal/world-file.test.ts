import {type ChildProcess, spawn} from 'node:child_process';
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {afterAll, afterEach, beforeAll, beforeEach, expect, test} from 'vitest';
import {
	changeWorld,
	makeWorld,
	readWorld,
	requireWorld,
	startClock,
} from '../../source/rehearsal/engine/world-file.ts';
import {simulatedNow} from '../../source/rehearsal/world/world.ts';
import {collect, until} from '../helpers/fake-fly.ts';

const scripts = mkdtempSync(join(tmpdir(), 'world-file-scripts-'));
const library = join(scripts, 'world-file.mjs');
const worker = join(scripts, 'worker.mjs');
let folder: string;
let path: string;

beforeAll(async () => {
	const source = fileURLToPath(new URL('../../source/rehearsal/engine/world-file.ts', import.meta.url));
	await build({entryPoints: [source], outfile: library, bundle: true, format: 'esm', platform: 'node'});
	writeFileSync(
		worker,
		`import {changeWorld} from './world-file.mjs';
		const [path, name, count] = process.argv.slice(2);
		for (let index = 0; index < Number(count); index++) {
			await changeWorld(path, world => { world.dns.push({name, type: 'TXT', value: String(index)}); });
			process.stdout.write('.');
		}`,
	);
});

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'world-file-'));
	path = join(folder, 'w.json');
	await makeWorld(path, {nowMs: Date.parse('2026-11-22T10:00:00Z'), speed: 10});
});

afterEach(() => rmSync(folder, {recursive: true, force: true}));
afterAll(() => rmSync(scripts, {recursive: true, force: true}));

const start = (name: string, count: number): ChildProcess =>
	spawn(process.execPath, [worker, path, name, String(count)]);

test('eight processes at once lose no change', async () => {
	const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
	const ends = await Promise.all(names.map(name => collect(start(name, 25))));
	expect(ends.map(({exit, stderr}) => ({exit, stderr}))).toEqual(names.map(() => ({exit: 0, stderr: ''})));
	const {dns} = await readWorld(path);
	for (const name of names) {
		expect(dns.filter(entry => entry.name === name).map(({value}) => Number(value))).toEqual(
			Array.from({length: 25}, (_, index) => index),
		);
	}
	expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('holders killed at any moment, three at once, tear nothing, lose nothing they reported, and do not block each other', async () => {
	const reported = new Map<string, number>();
	const killOne = async (name: string, afterDots: number) => {
		const child = start(name, 10_000);
		let dots = 0;
		child.stdout?.on('data', chunk => {
			dots += String(chunk).length;
		});
		const ended = collect(child);
		await until(() => dots >= afterDots);
		child.kill('SIGKILL');
		expect((await ended).signal).toBe('SIGKILL');
		reported.set(name, dots);
	};
	const lanes = [0, 1, 2].map(async lane => {
		for (let round = 0; round < 8; round++) await killOne(`${lane}-${round}`, 1 + round);
	});
	await Promise.all(lanes);

	const before = Date.now();
	await changeWorld(path, () => undefined);
	expect(Date.now() - before).toBeLessThan(1_000);
	const {dns} = await readWorld(path);
	for (const [name, dots] of reported) {
		const numbers = dns.filter(entry => entry.name === name).map(({value}) => Number(value));
		expect(numbers).toEqual(numbers.map((_, index) => index));
		expect([dots, dots + 1]).toContain(numbers.length);
	}
	expect(readdirSync(`${path}.lock`).length).toBeLessThan(6);
});

test('one of many processes takes over the lock of a dead one immediately', async () => {
	const child = start('holder', 1);
	await collect(child);
	writeFileSync(join(`${path}.lock`, 'lock'), `${child.pid} 1 0`);
	await Promise.all(
		Array.from({length: 6}, (_, index) =>
			changeWorld(path, world => {
				world.dns.push({name: 'me', type: 'TXT', value: String(index)});
			}),
		),
	);
	expect((await readWorld(path)).dns.filter(({name}) => name === 'me')).toHaveLength(6);
});

test('a change that throws writes nothing and frees the lock', async () => {
	const before = readFileSync(path, 'utf8');
	await expect(
		changeWorld(path, world => {
			world.dns.push({name: 'x', type: 'A', value: 'y'});
			throw new Error('no');
		}),
	).rejects.toThrow('no');
	expect(readFileSync(path, 'utf8')).toBe(before);
	await changeWorld(path, () => undefined);
});

test('reports a broken file instead of replacing it', async () => {
	writeFileSync(path, '{"account": 1}');
	await expect(readWorld(path)).rejects.toThrow();
	await expect(changeWorld(path, () => undefined)).rejects.toThrow();
	expect(readFileSync(path, 'utf8')).toBe('{"account": 1}');
	expect(await makeWorld(path, {nowMs: 0, speed: 1})).toBe(false);
	expect(existsSync(`${path}.new`)).toBe(false);
});

test('a file that is not a world is refused with the reason', async () => {
	expect(() => requireWorld(path)).not.toThrow();
	const world = readFileSync(path, 'utf8');
	for (const [text, reason] of [
		['notes', 'it is not JSON'],
		['{"account": 1}', 'is unexpected'],
		[world.replace('{', '{"__proto__": {"a": 1},'), '__proto__ is unexpected'],
		[world.replace('"dns": []', '"dns": [{"constructor": 1}]'), 'dns.0.constructor is unexpected'],
		[world.replace('{', `{"a": ${'['.repeat(20_000)}${']'.repeat(20_000)},`), 'the nesting is too deep'],
	] as const) {
		writeFileSync(path, text);
		expect(() => requireWorld(path)).toThrow(
			expect.objectContaining({code: 'world-unreadable', exit: 'usage'}),
		);
		expect(() => requireWorld(path)).toThrow(reason);
	}

	expect(() => requireWorld(folder)).toThrow('it cannot be read');
});

test('the clock runs at its speed; a new run continues where the last one stopped', async () => {
	const first = await readWorld(path);
	expect(simulatedNow(first)).toBeGreaterThanOrEqual(Date.parse('2026-11-22T10:00:00Z'));
	await until(async () => simulatedNow(await readWorld(path)) > Date.parse('2026-11-22T10:00:00.500Z'));
	await changeWorld(path, () => undefined);
	const written = (await readWorld(path)).clock.simulatedMs;
	await startClock(path, 50);
	const {clock} = await readWorld(path);
	expect(clock.speed).toBe(50);
	expect(clock.simulatedMs).toBeGreaterThanOrEqual(written);
	expect(clock.simulatedMs - written).toBeLessThan(10_000);
});
