import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {isDeepStrictEqual} from 'node:util';
import {normaliseWorld} from '../helpers/normalise-world.ts';
import {compareCounts} from './compare-counts.ts';
import {type Computer, type RunEnd, runEngine} from './engine.ts';
import {openComputer} from './open-computer.ts';
import {createDirector, type Point, type Scheduler} from './scheduler.ts';
import {listCanaries, type Setting} from './settings.ts';
import type {Totals} from './totals.ts';

export type Outcome = {
	/** Points that were killed, including lost answers. */
	readonly totals: Totals;
	/** What is wrong, in words. Empty if nothing is. */
	readonly problems: readonly string[];
	/** How each killed run ended. */
	readonly struckEnds: readonly string[];
};

export type Wanted = {
	readonly world: ReturnType<typeof normaliseWorld>;
	readonly files: ReadonlyMap<string, string>;
	readonly seen: Scheduler['seen'];
};

/** Simulated milliseconds between a kill and the next run, in turn. */
const pausesMs = [0, 2_500, 400_000] as const;
/** Runs the baseline: the result every other setup must have, and the points where one can be killed. */
export async function runBaseline(setting: Setting): Promise<Wanted> {
	const computer = await openComputer(setting);
	try {
		const scheduler = createDirector();
		const end = await runEngine(computer, scheduler);
		if (!isDone(end)) throw new Error(`The baseline: ${describe(end)}`);
		await letTimePass(computer);
		return {world: normaliseWorld(computer.account.world), files: computer.files, seen: scheduler.seen};
	} finally {
		computer.close();
	}
}

/** Kills one setup at each of the points, run after run, then runs it until it is done. */
export async function runScenario(
	setting: Setting,
	points: readonly Point[],
	wanted: Wanted,
): Promise<Outcome> {
	const computer = await openComputer(setting);
	const {time} = computer;
	try {
		let end: RunEnd = {is: 'killed'};
		const struckEnds: string[] = [];
		const journals: string[] = [];
		for (const [index, point] of points.entries()) {
			const scheduler = createDirector(point);
			end = await runEngine(computer, scheduler);
			journals.push(readJournal(computer));
			if (!scheduler.hasStruck()) break;
			struckEnds.push(describe(end));
			await time.runUntil(time.sleep(pausesMs[(point.index + index) % pausesMs.length] ?? 0));
		}

		// One run without a kill must be enough, whatever was killed before.
		if (!isDone(end)) end = await runEngine(computer, createDirector());
		await letTimePass(computer);
		const {isEqual, problems, ...counts} = judge(computer, end, wanted, journals);
		const kills = struckEnds.length;
		return {totals: {kills, equal: isEqual ? kills : 0, ...counts}, problems, struckEnds};
	} finally {
		computer.close();
	}
}

/** Lets machines become healthy, certificates arrive, and late requests take effect. */
async function letTimePass({time, account}: Computer): Promise<void> {
	await time.runUntil(time.sleep(900_000));
	account.settle();
}

const isDone = (end: RunEnd) => end.is === 'ended' && end.exit === 0;

const describe = (end: RunEnd) =>
	end.is === 'failed' ? `${end.failure.code}: ${end.failure.message}` : JSON.stringify(end);

/** A run that was killed early has no journal yet. */
function readJournal({stateFolder}: Computer): string {
	const path = join(stateFolder, 'journal.json');
	return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function judge(
	computer: Computer,
	end: RunEnd,
	wanted: Wanted,
	earlierJournals: readonly string[],
): Pick<Outcome, 'problems'> & Omit<Totals, 'kills' | 'equal'> & {readonly isEqual: boolean} {
	const {account, files, output, environment} = computer;
	const world = normaliseWorld(account.world);
	const problems: string[] = [];
	if (!isDone(end)) problems.push(`it never ended well: ${describe(end)}`);
	for (const [name, value] of Object.entries(world)) {
		const want = wanted.world[name as keyof typeof world];
		if (!isDeepStrictEqual(value, want))
			problems.push(`${name}: ${JSON.stringify(value)} instead of ${JSON.stringify(want)}`);
	}
	const own = computer.findProblem?.(account.world);
	if (own !== undefined) problems.push(own);
	if (!isDeepStrictEqual(files, wanted.files)) problems.push('the files differ');

	const bytes = readJournal(computer);
	const journal = JSON.parse(bytes) as {
		readonly apps: readonly {readonly calls: readonly unknown[]}[];
		readonly probes: readonly unknown[];
	};
	const left = [...journal.apps.flatMap(({calls}) => calls), ...journal.probes];
	if (left.length > 0) problems.push(`left in the journal: ${JSON.stringify(left)}`);
	const isEqual = problems.length === 0;

	const [more, fewer] = compareCounts(world, wanted.world);
	const rotated = account.keyBaseChanges();
	if (rotated > 0) problems.push(`SECRET_KEY_BASE changed ${rotated} times`);
	const secrets = [...account.secretValues, ...listCanaries({env: environment})];
	const places = [bytes, ...earlierJournals, ...account.seenByOthers, ...output];
	const leaks = secrets.filter(secret => places.some(place => place.includes(secret))).length;
	if (leaks > 0) problems.push(`${leaks} secret values are in the journal, in argv or on the screen`);
	return {isEqual, duplicates: more, lost: fewer + rotated, leaks, problems};
}
