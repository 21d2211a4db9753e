import type {Flyctl, FlyctlCall} from '../../source/adapters/flyctl.ts';
import {createLineSplitter} from '../../source/core/text/lines.ts';
import {settle} from '../../source/rehearsal/engine/advance.ts';
import {runCommand} from '../../source/rehearsal/engine/command.ts';
import {runFly, type WorldAccess} from '../../source/rehearsal/engine/run.ts';
import {createWorld, type World} from '../../source/rehearsal/world/world.ts';
import {listNames} from '../helpers/list-names.ts';
import type {Engine} from './engine.ts';
import type {SimulatedTime} from './simulated-time.ts';

/** A Fly account in memory. The account and its flyctl processes outlive the engines that use them. */
export type Account = {
	readonly world: World;
	/** Secrets that flyctl got on standard input or printed. */
	readonly secretValues: ReadonlySet<string>;
	/** Each call's arguments and environment, which other processes could read. */
	readonly seenByOthers: readonly string[];
	/** Number of changes of SECRET_KEY_BASE. */
	readonly keyBaseChanges: () => number;
	/** @param files - Of the project, which a deploy reads. */
	openFlyctl(engine: Engine, files: ReadonlyMap<string, string>): Flyctl;
	/** Changes the world as a request from outside flyctl does; subject to the engine's outcome. */
	change<T>(engine: Engine, name: string, act: (world: World, nowMs: number) => T): Promise<T>;
	/** As `open-hands` ends an orphan, by its marker. */
	stopOrphan(marker: string): Promise<boolean>;
	/** Lets requests of killed calls take effect soon, as the next call does. */
	sendLate(): void;
	settle(): void;
};

type Process = {
	readonly marker: string | undefined;
	isOver: boolean;
	/** Never continues. */
	isDead: boolean;
	signal: 'SIGINT' | undefined;
	interruption: AbortController;
};

type Change<T> = (world: World, nowMs: number) => T;

const never = new Promise<never>(() => undefined);
/** Simulated milliseconds after the next run's first call: before its looks, and between two looks 10 s apart. */
const lateMs = {'lands-soon': 2_500, 'lands-late': 9_000} as const;
const lost: {readonly exit: number; readonly stderr: string} = {
	exit: 1,
	stderr: 'Error: Post "https://api.machines.dev/v1/apps": EOF',
};
const refused: typeof lost = {
	exit: 1,
	stderr: 'Error: We need your payment information to continue! Add a credit card or buy credit',
};

/** Tells who changed the world, right after it changed. Other changes come with time. */
export type Witness = (engine: Engine, words: readonly string[]) => void;

/** @param world - Changes over time. By default an empty account. */
export function openAccount(
	time: SimulatedTime,
	world = createWorld({nowMs: time.now(), speed: 1}),
	witness: Witness = () => undefined,
): Account {
	const findKeyBase = () => world.secrets.find(({name}) => name === 'SECRET_KEY_BASE')?.sha256;
	const processes = new Set<Process>();
	const onTheirWay: (() => void)[] = [];
	const secretValues = new Set<string>();
	const seenByOthers: string[] = [];
	let [keyBase, keyBaseChanges]: [string | undefined, number] = [findKeyBase(), 0];

	const put = (changes: Partial<World>, engine: Engine, words: readonly string[]) => {
		Object.assign(world, changes);
		witness(engine, words);
		const now = findKeyBase();
		if (keyBase !== undefined && now !== keyBase) keyBaseChanges++;
		keyBase = now ?? keyBase;
	};
	const attempt = <T>(act: Change<T>) => {
		settle(world, time.now());
		const {draft, parts} = openDraft(world);
		const result = act(draft, time.now());
		const changed = [...parts].filter(([name, part]) => JSON.stringify(part) !== JSON.stringify(world[name]));
		return {result, changes: Object.fromEntries(changed) as Partial<World>, hasChanged: changed.length > 0};
	};
	const land = <T>(act: Change<T>, engine: Engine, words: readonly string[]) => {
		try {
			put(attempt(act).changes, engine, words);
		} catch {
			// Rejected in the meantime, with nothing to report it to.
		}
	};
	const change = async <T>(
		engine: Engine,
		words: readonly string[],
		act: Change<T>,
		{process, isEarly = false}: {readonly process?: Process; readonly isEarly?: boolean} = {},
	): Promise<T> => {
		const name = words.slice(0, 2).join(' ');
		const sendLate = (outcome: keyof typeof lateMs) =>
			void time.sleep(lateMs[outcome]).then(() => land(act, engine, words));
		const {changes, result, hasChanged} = attempt(act);
		if (!hasChanged) return result;
		if (isEarly) {
			sendLate('lands-late');
			return never;
		}

		// An orphan's changes are no longer kill points.
		const outcome = engine.isDead() ? 'happens' : engine.scheduler.onChange(name, process !== undefined);
		if (outcome === 'happens') {
			put(changes, engine, words);
			return result;
		}

		if (outcome === 'killed-after' || outcome === 'orphaned') put(changes, engine, words);
		if (outcome === 'lands-soon' || outcome === 'lands-late') onTheirWay.push(() => sendLate(outcome));
		engine.kill();
		if (outcome === 'orphaned') return result;
		if (process) process.isDead = true;
		return never;
	};

	const sendAll = () => {
		for (const send of onTheirWay.splice(0)) send();
	};

	const start = async (
		engine: Engine,
		files: ReadonlyMap<string, string>,
		call: FlyctlCall,
		isEarly: boolean,
	) => {
		const process: Process = {
			marker: call.environment?.PHXFLY_MARKER,
			isOver: false,
			isDead: false,
			signal: undefined,
			interruption: new AbortController(),
		};
		processes.add(process);
		const out = {stdout: '', stderr: ''};
		const splitters = {
			stdout: createLineSplitter(line => call.onLine?.('stdout', line)),
			stderr: createLineSplitter(line => call.onLine?.('stderr', line)),
		};
		const alive = () => (process.isDead ? never : undefined);
		const access: WorldAccess = {
			async read() {
				await alive();
				settle(world, time.now());
				return {...world, clock: {simulatedMs: time.now(), realMs: 0, speed: 1}};
			},
			async change(act) {
				await alive();
				return change(engine, call.args, act, {process, isEarly});
			},
		};
		const exit = await runFly(
			{
				argv: call.args,
				env: {FLY_API_TOKEN: 'x', LOG_LEVEL: 'error', ...call.environment},
				cwd: '/app',
				home: '/home/dev',
				isInteractive: false,
				files: {
					read: path => (isReadInVain(path, call.args) ? undefined : files.get(path.replace(/^\/app\//, ''))),
					isFolder: path => path === '/app',
					list: path => listNames([...files.keys()], path),
				},
			},
			access,
			{
				async print(stream, text) {
					await alive();
					out[stream] += text;
					if (call.isSecret) noteSecrets(text, /^(AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY): (.+)$/gm);
					if (!engine.isDead()) splitters[stream].push(Buffer.from(text));
				},
				async wait(ms) {
					await alive();
					await time.sleep(ms, process.interruption.signal).catch(() => undefined);
					return process.signal;
				},
				readStdin: async () => call.input ?? '',
				ask: async () => '',
				logIn: async () => undefined,
				log: async () => undefined,
			},
		);
		process.isOver = true;
		processes.delete(process);
		if (!engine.isDead()) {
			splitters.stdout.end();
			splitters.stderr.end();
		}

		return {exit, endedBy: 'itself', isCut: false, ...out} as const;
	};

	const noteSecrets = (text: string, pattern: RegExp) => {
		for (const [, name = '', value = ''] of text.matchAll(pattern)) {
			if (!/HOST|URL|ENDPOINT|REGION|BUCKET/.test(name)) secretValues.add(value);
		}
	};

	return {
		world,
		secretValues,
		seenByOthers,
		keyBaseChanges: () => keyBaseChanges,
		change: (engine, name, act) => change(engine, [name], act),
		openFlyctl: (engine, files) => ({
			async run(call) {
				if (engine.isDead()) return never;
				sendAll();
				seenByOthers.push(JSON.stringify([call.args, call.environment]));
				noteSecrets(call.input ?? '', /^(\w+)="(.*)"$/gm);
				const {mutates} = runCommand({
					argv: call.args,
					env: {},
					cwd: '/app',
					home: '/home/dev',
					isInteractive: false,
					files: {read: () => undefined, isFolder: () => true, list: () => []},
				});
				const outcome = mutates ? engine.scheduler.onCall(call.args.slice(0, 2).join(' ')) : 'runs';
				if (outcome === 'never-begun') {
					engine.kill();
					return never;
				}

				if (outcome === 'refused') return {endedBy: 'itself', isCut: false, stdout: '', ...refused};
				call.onStart?.({pid: 4_000_000 + seenByOthers.length});
				if (outcome === 'call-lost') {
					await time.sleep(700);
				} else if (outcome === 'answer-early') {
					void start(engine, files, call, true);
					await time.sleep(5_000);
				}
				const result =
					outcome === 'runs' || outcome === 'answer-lost'
						? await start(engine, files, call, false)
						: undefined;
				if (engine.isDead()) return never;
				if (result && outcome === 'runs') return result;
				return {endedBy: 'itself', isCut: false, stdout: '', ...lost};
			},
			close: async () => undefined,
		}),
		async stopOrphan(marker) {
			const found = [...processes].find(process => process.marker === marker && !process.isDead);
			if (!found) return false;
			found.signal = 'SIGINT';
			found.interruption.abort();
			for (let waitedMs = 0; waitedMs < 10_000 && !found.isOver; waitedMs += 250) await time.sleep(250);
			found.isDead = true;
			return true;
		},
		sendLate: sendAll,
		settle: () => settle(world, time.now()),
	};
}

/** With -a, flyctl needs fly.toml only for these. To parse it for every call would take a quarter of the time. */
const isReadInVain = (path: string, args: readonly string[]) =>
	path.endsWith('/fly.toml') && args.includes('-a') && !['deploy', 'config'].includes(args[0] ?? '');

/** Copies the parts of the world that a call changes. The list of calls is the built-in Fly's own record and stays. */
function openDraft(world: World): {readonly draft: World; readonly parts: ReadonlyMap<keyof World, unknown>} {
	const parts = new Map<keyof World, unknown>();
	const draft = new Proxy(world, {
		get(_, name: keyof World) {
			if (name === 'calls') return world.calls;
			if (!parts.has(name)) parts.set(name, structuredClone(world[name]));
			return parts.get(name);
		},
		set(_, name: keyof World, value: unknown) {
			parts.set(name, value);
			return true;
		},
	});
	return {draft, parts};
}
