import {cpSync, existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {argv, env} from 'node:process';
import {fileURLToPath} from 'node:url';
import {normaliseWorld} from '../helpers/normalise-world.ts';
import {type Ended, listProcesses, openRehearsal, type Rehearsal, readTree} from '../helpers/rehearsal.ts';
import {createScrub, normalisePlanFile, normaliseRun, type Scrub} from './normalise-run.ts';
import {type Packed, pack, unpack} from './pack.ts';
import {readSurface} from './read-surface.ts';
import {
	type BaseName,
	bases,
	makeProject,
	projectName,
	type Scenario,
	type Step,
	scenarios,
} from './scenarios.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const recordingPath = fileURLToPath(new URL('recording.json', import.meta.url));

/** Calls that change nothing, and how often each was made, which also depends on the computer. */
export type Reads = Readonly<Record<string, number>>;

export type ScenarioRecord = {
	/** What must be the same. */
	readonly behavior: unknown;
	/** What may decrease. */
	readonly reads: Reads;
};

export type Recording = {
	readonly surface: unknown;
	readonly scenarios: Readonly<Record<string, ScenarioRecord>>;
};

/** Secrets with random values. */
const randomSecrets = ['SECRET_KEY_BASE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];

export type Recorder = {
	record(scenario: Scenario): Promise<ScenarioRecord>;
	surface(): Promise<unknown>;
	close(): Promise<void>;
};

/**
Runs scenarios against the built program.

@param builtIn - The folder with `dist`, `templates`, and `package.json`.
*/
export function openRecorder(builtIn = env.PHXFLY_BUILT_IN ?? root): Recorder {
	const opened: Rehearsal[] = [];
	const started = new Map<BaseName, Promise<Base>>();
	const open = () => {
		const rehearsal = openRehearsal(builtIn);
		opened.push(rehearsal);
		return rehearsal;
	};

	/** A later run waits until the earlier one is done with the folder. */
	const queues = new Map<BaseName, Promise<unknown>>();
	const afterBase = (name: BaseName, scenario: Scenario) => {
		const result = (queues.get(name) ?? Promise.resolve()).then(async () => {
			const base = started.get(name) ?? openBase(open(), name, scenario);
			started.set(name, base);
			const {rehearsal, restore} = await base;
			restore();
			return recordScenario(rehearsal, scenario);
		});
		queues.set(
			name,
			result.catch(() => undefined),
		);
		return result;
	};

	return {
		async record(scenario) {
			if (scenario.after) return afterBase(scenario.after, scenario);
			const rehearsal = open();
			makeProject(scenario.project, rehearsal.packageFolder, join(rehearsal.folder, projectName));
			const result = await recordScenario(rehearsal, scenario);
			await rehearsal.close();
			return result;
		},
		surface: () => readSurface(open(), builtIn),
		async close() {
			for (const rehearsal of opened) await rehearsal.close();
		},
	};
}

type Base = {
	readonly rehearsal: Rehearsal;
	/** Restores everything to the state after the setup. */
	restore(): void;
};

async function openBase(rehearsal: Rehearsal, name: BaseName, {project}: Scenario): Promise<Base> {
	makeProject(project, rehearsal.packageFolder, join(rehearsal.folder, projectName));
	const {exit, stdout, stderr} = await runStep(rehearsal, bases[name]);
	if (exit !== 0) throw new Error(`${name} ended with ${exit}:\n${stdout.slice(-3000)}${stderr}`);
	const folders = [rehearsal.folder, rehearsal.stateHome].map(
		(folder, at) => [folder, join(rehearsal.home, `kept-${at}`)] as const,
	);
	const move = (from: string, to: string) => {
		rmSync(to, {recursive: true, force: true});
		cpSync(from, to, {recursive: true});
	};
	for (const [folder, kept] of folders) move(folder, kept);
	return {
		rehearsal,
		restore() {
			for (const [folder, kept] of folders) move(kept, folder);
		},
	};
}

async function runStep(rehearsal: Rehearsal, step: Step): Promise<Ended & {readonly other?: Ended}> {
	await step.prepare?.(rehearsal);
	const faults: Readonly<Record<string, string>> = step.faults
		? {PHXFLY_FAULTS: JSON.stringify(step.faults)}
		: {};
	const options = {env: {...step.env, ...faults}};
	const running = rehearsal.start(step.argv, options);
	const {killWhen, meanwhile} = step;
	if (!killWhen) return running.ended;
	await running.until(() => killWhen(running, rehearsal));
	const other = meanwhile && (await rehearsal.run(meanwhile, options));
	running.kill('SIGKILL');
	const ended = await running.ended;
	// Processes that are still running would keep working for an unknown time.
	for (const pid of listProcesses(rehearsal.worldPath)) {
		try {
			process.kill(pid, 'SIGKILL');
		} catch {
			// It has already ended.
		}
	}

	return {...ended, ...(other && {other})};
}

async function recordScenario(rehearsal: Rehearsal, scenario: Scenario): Promise<ScenarioRecord> {
	const scrub = createScrub([
		[rehearsal.folder, '@WORK@'],
		[rehearsal.stateHome, '@STATE@'],
		[rehearsal.home, '@HOME@'],
	]);
	const calls = () => (existsSync(rehearsal.worldPath) ? rehearsal.world().calls : []);
	const reads: Record<string, number> = {};
	const steps: unknown[] = [];
	for (const step of scenario.steps) {
		const before = new Set(calls().map(({id}) => id));
		const {other, ...ended} = await runStep(rehearsal, step);
		const made = calls().filter(({id}) => !before.has(id));
		for (const {argv} of made.filter(({mutates}) => !mutates)) {
			const words = scrub(argv.join(' '));
			reads[words] = (reads[words] ?? 0) + 1;
		}

		const changes = made
			.filter(({mutates}) => mutates)
			.map(({argv, exit, stdinSha256}) =>
				[
					...argv,
					...(stdinSha256 ? ['< stdin'] : []),
					exit === null ? '(killed)' : exit === 0 ? '' : '(failed)',
				]
					.filter(word => word !== '')
					.join(' '),
			)
			.map(scrub);
		steps.push({
			run: scrub(step.argv.join(' ')),
			...describeEnd(scenario, step, ended, scrub),
			...(other && {other: {exit: other.exit, failures: other.events.flatMap(({code}) => code ?? [])}}),
			...(!scenario.isCutShort && {changes: step.isOrdered ? changes : [...changes].sort()}),
			...(step.writes && {
				[step.writes]: scrub(normalisePlanFile(readFileSync(join(rehearsal.folder, step.writes), 'utf8'))),
			}),
		});
	}

	const end = scenario.isCutShort ? {} : scrub(describeEndOfAll(rehearsal));
	return {behavior: JSON.parse(JSON.stringify({steps, ...end})), reads: sortKeys(reads)};
}

/** Of a killed run, only what it had done by then. */
function describeEnd({isCutShort}: Scenario, {killWhen}: Step, ended: Ended, scrub: Scrub): object {
	if (!killWhen) return scrub(normaliseRun(ended));
	const {steps} = normaliseRun({...ended, strayLines: []});
	return {exit: ended.exit ?? null, ...(isCutShort ? {} : {steps})};
}

function describeEndOfAll(rehearsal: Rehearsal) {
	if (!existsSync(rehearsal.worldPath)) return {};
	const world = rehearsal.world();
	const secrets = world.secrets.filter(({name}) => !randomSecrets.includes(name));
	const folder = rehearsal.stateFolder();
	const journalPath = join(folder, 'journal.json');
	return {
		world: normaliseWorld(world),
		secretDigests: Object.fromEntries(secrets.map(({name, sha256}) => [name, sha256]).sort()),
		files: listChanges(join(rehearsal.folder, projectName), join(folder, 'project')),
		journal: existsSync(journalPath) ? normaliseJournal(readFileSync(journalPath, 'utf8')) : null,
	};
}

/** Lists the files of the copy that are missing or different in the project. */
function listChanges(project: string, copy: string): Readonly<Record<string, readonly string[] | 'removed'>> {
	if (!existsSync(copy)) return {};
	const [before, after] = [readTree(project), readTree(copy)];
	const changed = [...after].filter(([path, bytes]) => !before.get(path)?.equals(bytes));
	const removed = [...before.keys()].filter(path => !after.has(path));
	return sortKeys(
		Object.fromEntries([
			...changed.map(([path, bytes]) => [path, bytes.toString('utf8').split('\n')] as const),
			...removed.map(path => [path, 'removed'] as const),
		]),
	);
}

function normaliseJournal(text: string) {
	const journal = JSON.parse(text) as {
		readonly answers: Readonly<Record<string, {readonly value: string}>>;
		readonly probes: readonly unknown[];
		readonly apps: readonly {
			readonly ids: object;
			readonly made: readonly {readonly step: string}[];
			readonly secrets: object;
			readonly calls: readonly {readonly step: string; readonly argv: readonly string[]}[];
			readonly replica?: string;
		}[];
	};
	const [section] = journal.apps;
	const namesOf = (part: object = {}) => Object.keys(part).sort();
	return {
		answers: Object.fromEntries(Object.entries(journal.answers).map(([id, {value}]) => [id, value])),
		apps: journal.apps.length,
		ids: namesOf(section?.ids),
		made: [...new Set(section?.made.map(({step}) => step))].sort(),
		secrets: namesOf(section?.secrets),
		pending: (section?.calls ?? []).map(({step, argv}) => `${step}: ${argv.join(' ')}`),
		probes: journal.probes.length,
		replica: section?.replica ?? null,
	};
}

const sortKeys = <T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
	Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

export const readRecording = (): Recording =>
	unpack(JSON.parse(readFileSync(recordingPath, 'utf8')) as Packed) as Recording;

/** Returns new reads, and reads that became more or less frequent. */
export function compareReads(before: Reads, after: Reads) {
	const added = Object.keys(after).filter(words => !(words in before));
	const changed = Object.keys(before)
		.filter(words => before[words] !== (after[words] ?? 0))
		.map(words => `${before[words]} -> ${after[words] ?? 0}  ${words}`);
	return {added, changed};
}

/**
Runs everything, two scenarios at a time, and prints how long each took.

@param parts - Only scenarios whose names contain one of these; the rest stays as recorded.
*/
async function main(parts: readonly string[]): Promise<void> {
	const recorder = openRecorder();
	const isChosen = ({name}: Scenario) => parts.length === 0 || parts.some(part => name.includes(part));
	const records = new Map(parts.length === 0 ? [] : Object.entries(readRecording().scenarios));
	const waiting = scenarios.filter(isChosen);
	const work = async () => {
		for (let scenario = waiting.shift(); scenario; scenario = waiting.shift()) {
			const startedAt = performance.now();
			records.set(scenario.name, await recorder.record(scenario));
			console.log(`${((performance.now() - startedAt) / 1000).toFixed(1)} s  ${scenario.name}`);
		}
	};
	try {
		const surface = await recorder.surface();
		await Promise.all([work(), work()]);
		const recording = {surface, scenarios: sortKeys(Object.fromEntries(records))};
		writeFileSync(recordingPath, `${JSON.stringify(pack(recording), undefined, '\t')}\n`);
	} finally {
		await recorder.close();
	}
}

if (argv[1] === fileURLToPath(import.meta.url)) await main(argv.slice(2));
