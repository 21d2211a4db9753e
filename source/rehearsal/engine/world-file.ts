import {mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';
import * as v from 'valibot';
import {Failure} from '../../core/errors/failure.ts';
import {findDeepNesting, findReservedKey} from '../../core/text/structure.ts';
import type {World} from '../world/world.ts';
import {createWorld, simulatedNow, worldSchema} from '../world/world.ts';
import {settle} from './advance.ts';
import {withLock} from './world-lock.ts';

/**
Checks the file that a person names as a world, since a rehearsal replaces it when the project is another one.

@throws {Failure} `world-unreadable` (exit 2) for anything but a world.
*/
export function requireWorld(path: string): void {
	const problem = findWorldProblem(path);
	if (problem === undefined) return;
	throw new Failure('world-unreadable', `${path} is not the world of a rehearsal: ${problem}.`, {
		hint: 'Pass the path of a new file: --world FILE. Nothing was changed.',
	});
}

function findWorldProblem(path: string): string | undefined {
	try {
		const text = readFileSync(path, 'utf8');
		if (findDeepNesting(text) !== undefined) return 'the nesting is too deep';
		const json: unknown = JSON.parse(text);
		const reserved = findReservedKey(json);
		if (reserved !== undefined) return `${reserved} is unexpected`;
		const {success, issues} = v.safeParse(worldSchema, json);
		return success ? undefined : `${v.getDotPath(issues[0]) ?? 'the top level'} is unexpected`;
	} catch (error) {
		return error instanceof SyntaxError ? 'it is not JSON' : 'it cannot be read';
	}
}

/**
Returns the current world: a copy with everything applied that happens over time.

@throws if the file does not exist or is not a world.
*/
export async function readWorld(path: string): Promise<World> {
	const world = load(path);
	settle(world, simulatedNow(world));
	return world;
}

/**
Changes the world under its lock: no other process reads or writes between `change` reading and its result being on disk.
The file is replaced at once (0600), so a process killed at any point leaves the old or the new one.

@param change - Changes the world it is given; must not wait. If it throws, nothing is written.
*/
export async function changeWorld<T>(path: string, change: (world: World, nowMs: number) => T): Promise<T> {
	return withLock(`${path}.lock`, () => {
		const world = load(path);
		const nowMs = simulatedNow(world);
		settle(world, nowMs);
		const result = change(world, nowMs);
		world.clock = {...world.clock, simulatedMs: nowMs, realMs: Date.now()};
		store(path, world);
		return result;
	});
}

/**
Starts the world's clock for a new run at another speed. Its time continues from the last saved time plus the real time since.

@param speed - How many times faster than real time, at least 1.
*/
export async function startClock(path: string, speed: number): Promise<void> {
	await withLock(`${path}.lock`, () => {
		const world = load(path);
		const {simulatedMs, realMs} = world.clock;
		const now = Date.now();
		world.clock = {simulatedMs: simulatedMs + Math.max(0, now - realMs), realMs: now, speed};
		store(path, world);
	});
}

/** Writes a new world if there is none; returns false if one exists. */
export async function makeWorld(path: string, options: {nowMs: number; speed: number}): Promise<boolean> {
	mkdirSync(dirname(path), {recursive: true});
	return withLock(`${path}.lock`, () => {
		if (exists(path)) return false;
		store(path, createWorld(options));
		return true;
	});
}

function load(path: string): World {
	return v.parse(worldSchema, JSON.parse(readFileSync(path, 'utf8')));
}

/** One temporary name is enough, because only the holder of the lock writes. */
function store(path: string, world: World): void {
	const next = `${path}.new`;
	// A new file follows no link. One may be left of a killed call.
	rmSync(next, {force: true});
	writeFileSync(next, `${JSON.stringify(world, undefined, '\t')}\n`, {mode: 0o600, flag: 'wx'});
	renameSync(next, path);
}

function exists(path: string): boolean {
	try {
		readFileSync(path);
		return true;
	} catch {
		return false;
	}
}
