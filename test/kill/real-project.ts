import {createHash} from 'node:crypto';
import {cpSync, existsSync, readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {isDeepStrictEqual} from 'node:util';
import {normaliseWorld} from '../helpers/normalise-world.ts';
import {
	asChildren,
	type Ended,
	listProcesses,
	openRehearsal,
	type Rehearsal,
	readTree,
} from '../helpers/rehearsal.ts';
import {chatFolder} from '../helpers/template-files.ts';
import {compareCounts} from './compare-counts.ts';
import type {Moment} from './real-moments.ts';
import {listCanaries, type Setting} from './settings.ts';
import type {Totals} from './totals.ts';

export type RealWanted = {
	readonly world: ReturnType<typeof normaliseWorld>;
	readonly files: ReadonlyMap<string, Buffer>;
	readonly stepIds: readonly string[];
	readonly tookMs: number;
};

/** One project of the built program, killed any number of times. */
export type RealProject = {
	/** Kills the program at the moment. */
	killAt(moment: Moment): Promise<void>;
	/** Kills the program after so many real milliseconds, unless it has ended. */
	killAfter(ms: number): Promise<void>;
	/** Runs the program to its end and compares. */
	finish(wanted: RealWanted): Promise<{readonly totals: Totals; readonly problems: readonly string[]}>;
	close(): Promise<void>;
};

const speed = 50;
/** Milliseconds in which a busy computer ends leftover processes. */
const patienceMs = 120_000;

/** Tells whether everything exists. Kills do not explain what a busy computer could not verify in time. */
const isSetUp = (exit: number | undefined) => exit === 0 || exit === 3;

type Project = {readonly rehearsal: Rehearsal; readonly args: readonly string[]};

/** @param builtIn - Folder of a copy of the built program. */
async function openProject({profile, args, env, startsOnTwo}: Setting, builtIn: string): Promise<Project> {
	const rehearsal = openRehearsal(builtIn);
	if (profile === 'phoenix') cpSync(chatFolder, join(rehearsal.folder, 'chat'), {recursive: true});
	const words = profile === 'phoenix' ? ['rehearse', 'chat'] : ['rehearse'];
	const options = ['--yes', '--json', '--speed', String(speed), '--world', 'w.json', '--wait', '1h'];
	const project = {rehearsal, args: [...words, ...options, ...args]};
	if (!startsOnTwo) return project;

	const first = await rehearsal.run(project.args, {env});
	if (!isSetUp(first.exit)) throw new Error(`The first setup ended with ${first.exit}: ${first.stderr}`);
	const app = rehearsal.world().apps[0]?.name ?? '';
	await rehearsal.fly('scale', 'count', '2', '--yes', '-a', app);
	rmSync(join(rehearsal.stateFolder(), 'journal.json'));
	return project;
}

export async function runRealUndisturbed(setting: Setting, builtIn: string): Promise<RealWanted> {
	const {rehearsal, args} = await openProject(setting, builtIn);
	const env = {...setting.env, ...asChildren};
	try {
		const startedAtMs = Date.now();
		const {exit, events, stdout, stderr} = await rehearsal.run(args, {env});
		if (!isSetUp(exit)) throw new Error(`The baseline ended with ${exit}:\n${stdout.slice(-2000)}${stderr}`);
		return {
			world: normaliseWorld(rehearsal.world()),
			files: readTree(join(rehearsal.stateFolder(), 'project')),
			stepIds: events.find(({type}) => type === 'plan-made')?.steps?.map(({id}) => id) ?? [],
			tookMs: Date.now() - startedAtMs,
		};
	} finally {
		await rehearsal.close();
	}
}

export async function openRealProject(setting: Setting, builtIn: string): Promise<RealProject> {
	const {rehearsal, args} = await openProject(setting, builtIn);
	const env = {...setting.env, ...asChildren};
	const ends: Ended[] = [];
	let [kills, keyBase, rotated]: [number, string | undefined, number] = [0, undefined, 0];

	const noteKeyBase = () => {
		const now = existsSync(rehearsal.worldPath) ? findKeyBase(rehearsal) : undefined;
		if (keyBase !== undefined && now !== keyBase) rotated++;
		keyBase = now ?? keyBase;
	};
	const end = async (running: ReturnType<Rehearsal['start']>) => {
		running.kill('SIGKILL');
		const ended = await running.ended;
		ends.push(ended);
		if (ended.exit === undefined) kills++;
		noteKeyBase();
	};
	noteKeyBase();

	return {
		async killAt({isNow}) {
			const running = rehearsal.start(args, {env});
			await running.until(() => isNow(running, rehearsal));
			await end(running);
		},
		async killAfter(ms) {
			const running = rehearsal.start(args, {env});
			await Promise.race([sleep(ms), running.ended]);
			await end(running);
		},
		async finish(wanted) {
			const last = await rehearsal.run(args, {env});
			ends.push(last);
			noteKeyBase();
			await waitForOrphans(rehearsal);
			const world = normaliseWorld(rehearsal.world());
			const problems = [
				...(isSetUp(last.exit)
					? []
					: [`it ended with ${last.exit}: ${last.stdout.slice(-1500)}${last.stderr.slice(-1500)}`]),
				...Object.entries(world)
					.filter(([name, value]) => !isDeepStrictEqual(value, wanted.world[name as keyof typeof world]))
					.map(([name, value]) => `${name}: ${JSON.stringify(value)}`),
				...(isDeepStrictEqual(readTree(join(rehearsal.stateFolder(), 'project')), wanted.files)
					? []
					: ['the files differ']),
				...findLeftovers(rehearsal),
			];
			const isEqual = problems.length === 0;
			const [duplicates, lost] = compareCounts(world, wanted.world);
			const leaks = findLeaks(rehearsal, ends, listCanaries(setting));
			if (rotated > 0) problems.push(`SECRET_KEY_BASE changed ${rotated} times`);
			problems.push(...leaks.map(where => `a secret value in ${where}`));
			const totals = {
				kills,
				equal: isEqual ? kills : 0,
				duplicates,
				lost: lost + rotated,
				leaks: leaks.length,
			};
			return {totals, problems};
		},
		close: () => rehearsal.close(),
	};
}

const findKeyBase = (rehearsal: Rehearsal) =>
	rehearsal.world().secrets.find(({name}) => name === 'SECRET_KEY_BASE')?.sha256;

/** Waits for the looks of a killed run, which change nothing and end a moment after it. */
async function waitForOrphans({worldPath}: Rehearsal): Promise<void> {
	const endMs = Date.now() + patienceMs;
	while (listProcesses(worldPath).length > 0 && Date.now() < endMs) await sleep(20);
}

function findLeftovers(rehearsal: Rehearsal): readonly string[] {
	const folder = rehearsal.stateFolder();
	const journal = JSON.parse(readTree(folder).get('journal.json')?.toString() ?? '{}') as {
		apps?: readonly {readonly calls: readonly unknown[]}[];
		probes?: readonly unknown[];
	};
	return [
		...readdirSync(folder).filter(name => /^fly-|^journal\.json\.|^lock/.test(name)),
		...(journal.apps?.every(({calls}) => calls.length === 0) && journal.probes?.length === 0
			? []
			: [`open in the journal: ${JSON.stringify(journal)}`]),
		...listProcesses(rehearsal.worldPath).map(pid => `process ${pid} still runs`),
	];
}

/** Finds the places with a secret's value, of those passed and those that flyctl or phxfly created. */
function findLeaks(
	rehearsal: Rehearsal,
	ends: readonly Ended[],
	given: readonly string[],
): readonly string[] {
	const keyBase = findKeyBase(rehearsal);
	const texts = [
		...[...readTree(rehearsal.stateHome), ...readTree(rehearsal.home), ...readTree(rehearsal.folder)].map(
			([name, bytes]) => [name, bytes.toString('latin1')] as const,
		),
		...ends.map(({stdout, stderr}, run) => [`the output of run ${run}`, `${stdout}${stderr}`] as const),
	];
	return texts
		.filter(
			([, text]) =>
				given.some(value => text.includes(value)) ||
				/\bt(?:id|sec)_[0-9a-f]{24}/.test(text) ||
				[...text.matchAll(/[A-Za-z\d+/]{64}/g)].some(
					([word]) => createHash('sha256').update(word).digest('hex') === keyBase,
				),
		)
		.map(([name]) => name);
}
