import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as registry from '../../source/cli/registry.ts';
import {destroy} from '../../source/commands/destroy.ts';
import {forget} from '../../source/commands/forget.ts';
import {createWorld} from '../../source/rehearsal/world/world.ts';
import {readChat, readSample} from '../helpers/template-files.ts';
import {type Account, openAccount} from '../kill/account.ts';
import {type Computer, type RunEnd, runEngine} from '../kill/engine.ts';
import type {Scheduler} from '../kill/scheduler.ts';
import {createSimulatedTime, type SimulatedTime} from '../kill/simulated-time.ts';
import {actByHand, nameBucket, nameDomain} from './by-hand.ts';
import {type AppName, appNames, type Desk, describeStep, type History, type Step} from './history.ts';
import {isExplained, listRecorded} from './known.ts';
import {type Oracle, openOracle, type Run, type Thing} from './oracle.ts';
import {createTroublemaker, falsify, type Trouble} from './trouble.ts';

export type Verdict = {
	/** Foreign things that phxfly destroyed, or changed without consent. */
	readonly touched: readonly string[];
	/** Things of phxfly that its journal has lost, and that `destroy` neither removes nor names. */
	readonly forgotten: readonly string[];
	/** Each step, and how it ended. */
	readonly log: readonly string[];
};

type Place = {
	readonly stateFolder: string;
	readonly files: Map<string, string>;
	readonly runs: Run[];
	copy: {readonly text: string; readonly runs: readonly Run[]} | undefined;
};

const temporaryFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const minuteMs = 60_000;
/** Longer than a deploy may take, ten minutes more, and what two clocks may differ. What appears later is not its result. */
const lateMs = 65 * minuteMs;

/**
Plays one history in a world in memory, then destroys every app from both computers, and tells what went wrong.

Agreed, and so not wrong: a setup may change an app that the user adopts, that fly.toml names, or whose name phxfly asked
Fly for, since an app has no other id. Lost by the history, and so not forgotten: what was recorded in a journal that a
step forgets, loses, or replaces.
*/
export async function play({profile, steps}: History): Promise<Verdict> {
	const time = createSimulatedTime(Date.parse('2026-11-22T10:00:00Z'));
	const world = createWorld({nowMs: time.now(), speed: 1});
	world.orgs.push({id: 'org_acme', slug: 'acme', name: 'Acme', type: 'SHARED'});
	const oracle = openOracle(world);
	const runs = new Map<Scheduler, Run>();
	const account = openAccount(time, world, ({scheduler}, words) => oracle.look(runs.get(scheduler), words));
	const places = [openPlace(profile), openPlace(profile)] as const;
	const stage: Stage = {
		...{profile, time, account, oracle, runs, places},
		asked: new Set(),
		adopted: new Set(),
		unfinished: new Map(),
		lastEnds: new Map(),
		said: [],
	};
	const log: string[] = [];
	try {
		for (const step of steps) log.push(`${describeStep(step)}${await perform(step, stage)}`);
		log.push(
			...(await destroyAll(
				appNames.filter(app => JSON.stringify(steps).includes(`"app":"${app}"`)),
				stage,
			)),
		);
		const ours = oracle.listOurs();
		return {touched: oracle.touched, forgotten: findForgotten(ours, stage), log};
	} finally {
		for (const {stateFolder} of places) rmSync(stateFolder, {recursive: true, force: true});
	}
}

type Stage = {
	readonly profile: History['profile'];
	readonly time: SimulatedTime;
	readonly account: Account;
	readonly oracle: Oracle;
	readonly runs: Map<Scheduler, Run>;
	readonly places: readonly [Place, Place];
	/** Apps and buckets that a setup may have asked Fly for. */
	readonly asked: Set<string>;
	readonly adopted: Set<string>;
	/** Apps whose last setup did not end well, and when it ended. */
	readonly unfinished: Map<string, number>;
	/** How the last `destroy` of each app ended, by run of it. */
	readonly lastEnds: Map<string, string>;
	/** What `destroy` said. */
	readonly said: string[];
};

function openPlace(profile: History['profile']): Place {
	return {
		stateFolder: mkdtempSync(join(temporaryFolder, 'phxfly-ownership-')),
		files: new Map(projects[profile]),
		runs: [],
		copy: undefined,
	};
}

const projects = {wisp: readSample(), phoenix: readChat()} as const;

const journalOf = ({stateFolder}: Place) => join(stateFolder, 'journal.json');

/** @returns How it ended, in words; empty if there is nothing to say. */
async function perform(step: Step, stage: Stage): Promise<string> {
	const {time, account, oracle, places, unfinished} = stage;
	switch (step.does) {
		case 'setup':
			return ` -> ${describeEnd(await setUp(step, stage))}`;
		case 'destroy': {
			const end = await destroyApp(step, stage);
			if (step.trouble) await letLand(stage);
			return ` -> ${describeEnd(end)}`;
		}

		case 'by hand':
			await actByHand(step.hand, {
				account,
				time,
				async untilQuiet() {
					await letLand(stage);
					await time.runUntil(time.sleep(lateMs));
				},
				async untilLate(app) {
					const endedMs = unfinished.get(app);
					if (endedMs !== undefined) await time.runUntil(time.sleep(endedMs + lateMs - time.now()));
				},
				isUnfinished: app => unfinished.has(app),
				hasAskedFor: name => stage.asked.has(name),
				hasOurVolume: app => oracle.listOurs().some(thing => thing.kind === 'volume' && thing.app === app),
			});
			oracle.look();
			return '';
		case 'wait':
			if (step.minutes > 1) await letLand(stage);
			await time.runUntil(time.sleep(step.minutes * minuteMs));
			account.settle();
			return '';
		case 'lose files': {
			const {files} = places[step.at];
			files.clear();
			for (const [path, text] of projects[stage.profile]) files.set(path, text);
			return '';
		}

		case 'change journal':
			return changeJournal(step, stage);
	}
}

/** A request on its way takes effect within minutes, or never. */
async function letLand({account, time}: Stage): Promise<void> {
	account.sendLate();
	await time.runUntil(time.sleep(15_000));
}

async function changeJournal(
	{how, at}: Extract<Step, {readonly does: 'change journal'}>,
	stage: Stage,
): Promise<string> {
	const place = stage.places[at];
	const path = journalOf(place);
	const lose = (runs: readonly Run[]) => {
		for (const run of runs) run.hasLostJournal = true;
	};
	switch (how) {
		case 'forget': {
			const end = await run(
				stage,
				at,
				{argv: ['forget', '--yes']},
				{command: 'forget', app: '', mayChange: false},
			);
			if (!existsSync(path)) lose(place.runs);
			return ` -> ${describeEnd(end)}`;
		}

		case 'lose':
			rmSync(path, {force: true});
			lose(place.runs);
			return '';
		case 'copy':
			if (existsSync(path)) place.copy = {text: readFileSync(path, 'utf8'), runs: [...place.runs]};
			return '';
		case 'restore': {
			const {copy} = place;
			if (!copy) return '';
			writeFileSync(path, copy.text);
			lose(place.runs.filter(each => !copy.runs.includes(each)));
			return '';
		}

		case 'take': {
			const other = journalOf(stage.places[at === 0 ? 1 : 0]);
			if (!existsSync(other)) return '';
			writeFileSync(path, readFileSync(other));
			lose(place.runs);
			return '';
		}
	}
}

type Traced = Omit<Run, 'hasLostJournal'>;

async function run(
	{places, time, account, runs, profile}: Stage,
	at: Desk,
	{argv, trouble}: {readonly argv: readonly string[]; readonly trouble?: Trouble | undefined},
	traced: Traced,
): Promise<{readonly end: RunEnd; readonly output: string}> {
	const {stateFolder, files, runs: own} = places[at];
	const scheduler = createTroublemaker(trouble);
	const now: Run = {...traced, hasLostJournal: false};
	runs.set(scheduler, now);
	own.push(now);
	const output: string[] = [];
	const computer: Computer = {
		...{time, account: falsify(account, trouble), files, stateFolder, argv, output},
		environment:
			profile === 'wisp' ? {} : {ANTHROPIC_API_KEY: 'sk-ant-api03-0123456789', ROOM_NOTE: 'a-note-4711'},
		registry,
	};
	const command = {setup: undefined, destroy: destroy.run, forget: forget.run}[traced.command];
	const end = await runEngine(computer, scheduler, command);
	return {end, output: output.join('\n')};
}

async function setUp(
	step: Extract<Step, {readonly does: 'setup'}>,
	stage: Stage,
): Promise<{readonly end: RunEnd}> {
	const {at, app, org, adopts, answers, trouble} = step;
	const {oracle, asked, adopted, unfinished, places, profile, time, account} = stage;
	const isNamed = places[at].files.get('fly.toml')?.includes(`app = "${app}"`) ?? false;
	const mayChange = adopts || adopted.has(app) || isNamed || asked.has(app);
	const bucket = nameBucket(app, answers.bucket);
	const own =
		profile === 'wisp'
			? ['--volume-size', String(answers.sizeGb), '--storage', 'tigris', '--bucket', bucket, '--no-mail']
			: ['--secret', 'ROOM_NOTE'];
	const argv = [
		...['rehearse', '--yes', '--json', '--app', app, '--org', org, '--region', answers.region],
		...['--domain', nameDomain(app, answers.domain), ...own, ...(adopts ? ['--adopt'] : [])],
	];
	const isForeign = oracle.isForeign(app);
	const hasBucket = account.world.buckets.some(({name}) => name === bucket);
	const result = await run(stage, at, {argv, trouble}, {command: 'setup', app, mayChange});
	if (!isForeign) asked.add(app);
	if (!hasBucket) asked.add(bucket);
	if (adopts) adopted.add(app);
	const {end} = result;
	if (end.is === 'ended' && end.exit === 0) unfinished.delete(app);
	else unfinished.set(app, time.now());
	return result;
}

async function destroyApp(
	{at, app, trouble}: Pick<Extract<Step, {readonly does: 'destroy'}>, 'at' | 'app' | 'trouble'>,
	stage: Stage,
): Promise<{readonly end: RunEnd}> {
	const argv = ['destroy', '--app', app, '--yes'];
	const result = await run(stage, at, {argv, trouble}, {command: 'destroy', app, mayChange: false});
	const {end, output} = result;
	stage.lastEnds.set(`${at} ${app}`, describeEnd(result));
	if (end.is === 'ended') stage.said.push(output);
	if (end.is === 'failed' && end.failure.code !== 'app-not-known') {
		const {message, hint, exists} = end.failure;
		stage.said.push([message, hint, ...exists].join('\n'));
	}

	return result;
}

/** Destroys every app from every computer where phxfly ran. @returns What was done, in words. */
async function destroyAll(apps: readonly AppName[], stage: Stage): Promise<readonly string[]> {
	const {time, account, places} = stage;
	await letLand(stage);
	await time.runUntil(time.sleep(20 * minuteMs));
	account.settle();
	const log: string[] = [];
	for (const at of [0, 1] as const) {
		if (places[at].runs.length === 0 && !existsSync(journalOf(places[at]))) continue;
		for (const app of apps) {
			const end = describeEnd(await destroyApp({at, app, trouble: undefined}, stage));
			log.push(`at the end, ${describeStep({does: 'destroy', at, app, trouble: undefined})} -> ${end}`);
		}
	}

	return log;
}

/** Returns what phxfly made and no longer knows, though the history took nothing away. */
function findForgotten(ours: readonly Thing[], {places, said, lastEnds}: Stage): readonly string[] {
	const recorded = places.map(place => listRecorded(journalOf(place)));
	return ours
		.filter(thing => {
			const {id, maker} = thing;
			if (!maker || maker.hasLostJournal || isExplained(thing, said)) return false;
			const at = places.findIndex(({runs}) => runs.includes(maker));
			const words = recorded[at];
			const lastEnd = lastEnds.get(`${at} ${maker.app}`);
			if (lastEnd === 'app-not-known' || !words) return true;
			// What it rejects as a whole, it still knows as a whole.
			return !words.has(id) && (lastEnd === 'exit 0' || !words.has(maker.app));
		})
		.map(({kind, id, app}) => `${kind} ${id}${app === undefined || kind === 'app' ? '' : ` of ${app}`}`);
}

const describeEnd = ({end}: {readonly end: RunEnd}) =>
	end.is === 'failed' ? end.failure.code : end.is === 'ended' ? `exit ${end.exit}` : 'killed';
