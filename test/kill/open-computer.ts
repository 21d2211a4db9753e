import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as ownRegistry from '../../source/cli/registry.ts';
import type {World} from '../../source/rehearsal/world/world.ts';
import {readChat, readSample} from '../helpers/template-files.ts';
import {openAccount} from './account.ts';
import {type Computer, runEngine} from './engine.ts';
import {createDirector} from './scheduler.ts';
import {replicaTime, type Setting} from './settings.ts';
import {createSimulatedTime} from './simulated-time.ts';

/** Folder for journals, which are real files with syncs. In memory if possible, since thousands of syncs load a disk. */
const temporaryFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

type Beginning = {
	readonly nowMs: number;
	readonly world: World;
	/** What an earlier run left on this computer. */
	readonly computer?: {readonly files: ReadonlyMap<string, string>; readonly journal: string};
};
type OpenComputer = Computer & {close(): void};

const beginnings = new Map<string, Promise<Beginning>>();

/** Opens a computer with the project, every answer, and the account that the setting starts with. */
export async function openComputer(setting: Setting): Promise<OpenComputer> {
	const {startsOnTwo, startsSmall, afterSetup} = setting;
	if (!startsOnTwo && !startsSmall && !afterSetup) return makeComputer(setting);
	const beginning = beginnings.get(setting.label) ?? (afterSetup ? runSetup(setting) : runElsewhere(setting));
	beginnings.set(setting.label, beginning);
	return makeComputer(setting, structuredClone(await beginning));
}

function makeComputer(
	{profile, args, env, afterSetup, registry = ownRegistry}: Setting,
	beginning?: Beginning,
): OpenComputer {
	const time = createSimulatedTime(beginning?.nowMs ?? Date.parse('2026-11-22T10:00:00Z'));
	const own = profile === 'wisp' ? readSample() : readChat();
	const files = new Map(beginning?.computer?.files ?? own);
	const stateFolder = mkdtempSync(join(temporaryFolder, 'phxfly-kill-'));
	const {journal} = beginning?.computer ?? {};
	const replicaMs = beginning?.world.objects.find(({key}) => key.endsWith('.ltx'))?.lastModified ?? 0;
	const place = (word: string) =>
		word === replicaTime ? new Date((Math.floor(replicaMs / 1000) + 1) * 1000).toISOString() : word;
	if (journal !== undefined) writeFileSync(join(stateFolder, 'journal.json'), journal, {mode: 0o600});
	return {
		time,
		files,
		account: openAccount(time, beginning?.world),
		stateFolder,
		argv:
			journal === undefined || !afterSetup
				? ['rehearse', '--yes', '--json', ...args]
				: afterSetup.argv.map(place),
		...(journal === undefined || !afterSetup
			? {}
			: {run: afterSetup.run, findProblem: afterSetup.findProblem}),
		environment: env,
		registry,
		output: [],
		close: () => rmSync(stateFolder, {recursive: true, force: true}),
	};
}

/** Returns the account and the computer after a setup and what comes before the command. */
async function runSetup(setting: Setting): Promise<Beginning> {
	const computer = makeComputer(setting);
	const {time, account, files, stateFolder} = computer;
	const wait = async () => {
		await time.runUntil(time.sleep(900_000));
		account.settle();
	};
	try {
		const runs = [undefined, setting.afterSetup?.before];
		for (const run of runs) {
			const argv = run ? ['deploy', '--rehearse', '--yes', '--json'] : computer.argv;
			const end = await runEngine({...computer, argv}, createDirector(), run);
			if (end.is !== 'ended' || end.exit !== 0) throw new Error(`The first setup: ${JSON.stringify(end)}`);
			await wait();
		}

		const journal = readFileSync(join(stateFolder, 'journal.json'), 'utf8');
		return {nowMs: time.now(), world: account.world, computer: {files, journal}};
	} finally {
		computer.close();
	}
}

/** Returns the account of an app that was set up elsewhere: on a smaller volume, or scaled to two machines. */
async function runElsewhere(setting: Setting): Promise<Beginning> {
	const {args, startsOnTwo} = setting;
	const size = args.indexOf('--volume-size') + 1;
	const computer = makeComputer(startsOnTwo ? setting : {...setting, args: args.with(size, '1')});
	const {time, account} = computer;
	try {
		const end = await runEngine(computer, createDirector());
		if (end.is !== 'ended' || end.exit !== 0) throw new Error(`The first setup: ${JSON.stringify(end)}`);
		if (startsOnTwo) await scaleToTwo(computer);
		await time.runUntil(time.sleep(900_000));
		account.settle();
		return {nowMs: time.now(), world: account.world};
	} finally {
		computer.close();
	}
}

async function scaleToTwo({time, account, files}: OpenComputer): Promise<void> {
	const somebody = {scheduler: createDirector(), isDead: () => false, kill: () => undefined};
	const app = account.world.apps[0]?.name ?? '';
	const args = ['scale', 'count', '2', '--yes', '-a', app];
	const {exit, stderr} = await time.runUntil(
		account.openFlyctl(somebody, files).run({args, timeoutMs: 60_000}),
	);
	if (exit !== 0) throw new Error(stderr);
}
