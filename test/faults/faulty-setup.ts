import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as registry from '../../source/cli/registry.ts';
import type {Fault} from '../../source/rehearsal/engine/faults.ts';
import type {World} from '../../source/rehearsal/world/world.ts';
import {providerAnswers} from '../helpers/answers.ts';
import {normaliseWorld} from '../helpers/normalise-world.ts';
import {readSample} from '../helpers/template-files.ts';
import {type Account, openAccount} from '../kill/account.ts';
import {type Computer, type RunEnd, runEngine} from '../kill/engine.ts';
import {createDirector} from '../kill/scheduler.ts';
import {createSimulatedTime} from '../kill/simulated-time.ts';

export type FaultyCall = Omit<Fault, 'seed'> & {readonly seed?: number};
export type Setup = {
	readonly world: World;
	/** The project, by path. */
	readonly files: Map<string, string>;
	/** Folder of the journal. */
	readonly stateFolder: string;
	/** Everything that was printed. */
	readonly output: readonly string[];
	/** Runs the whole setup once. */
	run(faults?: readonly FaultyCall[], more?: readonly string[]): Promise<RunEnd>;
	/** Changes the account after so many simulated milliseconds. */
	later(ms: number, act: (nowMs: number) => void): void;
	/** Lets time pass, as between two runs. */
	wait(ms: number): Promise<void>;
	state(): ReturnType<typeof normaliseWorld>;
	readSample(): string;
	changes(): readonly string[];
	close(): void;
};

/** Folder for the journal, a real file with a sync for every write. In memory if the system has such a folder. */
const temporaryFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const answers = [
	...['--app', 'blog-1', '--org', 'personal', '--region', 'sjc', '--volume-size', '1'],
	...['--domain', 'blog.example.com', '--no-mail'],
];

/** Opens the unattended setup in this process, on simulated time, with a Fly whose answers a test can falsify. */
export function openSetup(provider: keyof typeof providerAnswers = 'tigris'): Setup {
	const time = createSimulatedTime(Date.parse('2026-11-22T10:00:00Z'));
	const files = new Map(readSample());
	const stateFolder = mkdtempSync(join(temporaryFolder, 'phxfly-faults-'));
	const {args, env} = providerAnswers[provider];
	const honest = openAccount(time);
	const output: string[] = [];
	let faults: readonly FaultyCall[] = [];
	const account: Account = {
		...honest,
		openFlyctl(engine, files) {
			const flyctl = honest.openFlyctl(engine, files);
			return {
				...flyctl,
				async run(call) {
					const environment = {...call.environment, PHXFLY_FAULTS: JSON.stringify(faults)};
					const late = new AbortController();
					const answer = flyctl.run({...call, environment});
					const timeOut = time.sleep(call.timeoutMs, late.signal).then(
						() => ({exit: undefined, endedBy: 'time-out', stdout: '', stderr: '', isCut: false}) as const,
						() => answer,
					);
					return Promise.race([answer, timeOut]).finally(() => late.abort());
				},
			};
		},
	};
	const computer: Computer = {
		time,
		files,
		account,
		stateFolder,
		argv: ['rehearse', '--yes', '--json', ...answers, ...args],
		registry,
		environment: env,
		output,
	};
	return {
		world: honest.world,
		files,
		stateFolder,
		output,
		async run(wanted = [], more = []) {
			faults = wanted;
			const end = await runEngine({...computer, argv: [...computer.argv, ...more]}, createDirector());
			faults = [];
			return end;
		},
		later(ms, act) {
			void time.sleep(ms).then(() => act(time.now()));
		},
		async wait(ms) {
			await time.runUntil(time.sleep(ms));
			honest.settle();
		},
		state: () => normaliseWorld(honest.world),
		readSample: () => readFileSync(join(stateFolder, 'not-understood.txt'), 'utf8'),
		changes: () =>
			honest.world.calls.filter(({mutates}) => mutates).map(({argv}) => argv.slice(0, 2).join(' ')),
		close: () => rmSync(stateFolder, {recursive: true, force: true}),
	};
}

/** Returns how it ended: the exit code, or the failure's code. */
export const describeEnd = (end: RunEnd): string =>
	end.is === 'failed' ? end.failure.code : end.is === 'ended' ? String(end.exit) : 'killed';
