import {existsSync, renameSync} from 'node:fs';
import {join} from 'node:path';
import {openExecutor} from '../../source/adapters/executor.ts';
import {openFlyReader} from '../../source/adapters/fly-reader.ts';
import {openJournal} from '../../source/adapters/journal.ts';
import {thisComputer} from '../../source/adapters/processes/this-computer.ts';
import type {ProjectFiles} from '../../source/adapters/project-files.ts';
// Loaded here, so that loading it later takes no time.
import '../../source/core/protection/protection.ts';
import {parseArguments} from '../../source/cli/arguments.ts';
import type {Cli, Options, Project} from '../../source/core/command/context.ts';
import {resendDomains} from '../../source/core/domain/mail.ts';
import {Failure} from '../../source/core/errors/failure.ts';
import {readProject} from '../../source/core/project/project.ts';
import type {Given} from '../../source/core/questions/gather.ts';
import {listQuestions} from '../../source/core/questions/named-secret.ts';
import type {Net, ObjectStore, StoreTarget} from '../../source/core/readers.ts';
import {createRedactor} from '../../source/core/secrets/redact.ts';
import {openSecretStore} from '../../source/engine/secret-store.ts';
import type {World} from '../../source/rehearsal/world/world.ts';
import {runUnattended} from '../../source/setup/unattended.ts';
import {readTemplates} from '../helpers/template-files.ts';
import type {Account} from './account.ts';
import {Killed, type Scheduler} from './scheduler.ts';
import type {SimulatedTime} from './simulated-time.ts';

export type Engine = {
	readonly scheduler: Scheduler;
	readonly isDead: () => boolean;
	/** It never resumes: every port of it waits forever after this. */
	kill(): void;
};

/** What stays on the computer between engines. */
export type Computer = {
	readonly time: SimulatedTime;
	readonly account: Account;
	readonly files: Map<string, string>;
	/** Folder of the journal. */
	readonly stateFolder: string;
	readonly argv: readonly string[];
	readonly environment: Readonly<Record<string, string>>;
	readonly registry: Cli['registry'];
	/** What is killed, if it is no setup. */
	readonly run?: (cli: Cli) => Promise<number>;
	readonly findProblem?: (world: World) => string | undefined;
	/** Everything that was printed. */
	readonly output: string[];
};

export type RunEnd =
	| {readonly is: 'killed'}
	| {readonly is: 'ended'; readonly exit: number}
	| {readonly is: 'failed'; readonly failure: Failure};

const never = new Promise<never>(() => undefined);
const root = '/app';

/**
Runs a real command with a world in memory, until it ends or the scheduler kills it.

@param run - By default a setup. It must load nothing while it runs, since the simulated time does not wait for that.
*/
export async function runEngine(
	computer: Computer,
	scheduler: Scheduler,
	run: (cli: Cli) => Promise<number> = computer.run ?? runUnattended,
): Promise<RunEnd> {
	const {time} = computer;
	let isDead = false;
	let resolveKilled: (end: RunEnd) => void = () => undefined;
	const killed = new Promise<RunEnd>(resolve => {
		resolveKilled = resolve;
	});
	const engine: Engine = {
		scheduler,
		isDead: () => isDead,
		kill() {
			isDead = true;
			resolveKilled({is: 'killed'});
		},
	};
	const ended = run(makeCli(computer, engine)).then(
		(exit): RunEnd => ({is: 'ended', exit}),
		(error: unknown): RunEnd | Promise<never> => {
			if (isDead) return never;
			if (!(error instanceof Failure)) throw error;
			return {is: 'failed', failure: error};
		},
	);
	try {
		return await time.runUntil(Promise.race([killed, ended]));
	} finally {
		isDead = true;
	}
}

function makeCli(computer: Computer, engine: Engine): Cli {
	const {argv, environment, registry, output} = computer;
	const options = parseArguments(argv, registry.commands, registry.questions, () => false);
	const host: Cli['host'] = {
		argv,
		environment,
		cwd: root,
		platform: 'linux',
		nodePath: 'node',
		nodeVersion: 'v22.1.0',
		packageFolder: root,
		stdin: process.stdin,
		stdout: process.stdout,
		stderr: process.stderr,
		onSignal: () => () => undefined,
		ignoreInterrupts: () => () => undefined,
	};
	return {
		host,
		options,
		// Checks change nothing, and need a network.
		registry: {...registry, checks: []},
		emit(event) {
			output.push(JSON.stringify(event));
			if (event.type === 'step-changed')
				endIf(engine, engine.scheduler.onEvent(`${event.id} ${event.status}`));
		},
		say: line => void output.push(line),
		print: text => void output.push(text),
		openProject: async (_, given) => makeProject(computer, engine, options, given),
		readGiven: () => Promise.reject(new Error('No file is named.')),
		openCopyFile: () => Promise.reject(new Error('A setup restores no file.')),
		openPushedFile: () => Promise.reject(new Error('A setup pushes no file.')),
		openFolder: () => Promise.reject(new Error('A setup opens its project.')),
		words: async () => ({commands: [], flags: []}),
		openPlans: () => Promise.reject(new Error('A setup keeps no plan.')),
		archiveJournal: async () => archiveJournal(computer),
		person: undefined,
	};
}

function archiveJournal({stateFolder, time}: Computer): string | undefined {
	const path = join(stateFolder, 'journal.json');
	if (!existsSync(path)) return undefined;
	const archive = join(stateFolder, `journal.forgotten-${time.now()}.json`);
	renameSync(path, archive);
	return archive;
}

function endIf(engine: Engine, isEnd: boolean): void {
	if (isEnd) engine.kill();
	if (engine.isDead()) throw new Killed();
}

function makeProject(computer: Computer, engine: Engine, options: Options, given: Given): Project {
	const {account, registry, stateFolder, time} = computer;
	const clock = {
		now: time.now,
		elapsed: time.elapsed,
		speed: time.speed,
		sleep: async (ms: number, signal?: AbortSignal) => {
			await (engine.isDead() ? never : time.sleep(ms, signal));
			if (engine.isDead()) await never;
		},
	};
	const files = openFiles(computer, engine);
	const reading = readProject(computer.files);
	if (!reading.ok) throw new Error(reading.problem);
	const redactor = createRedactor();
	const flyctl = account.openFlyctl(engine, computer.files);
	const journal = openJournal({
		folder: stateFolder,
		project: root,
		isRehearsal: true,
		steps: registry.steps,
		nowMs: time.now(),
		onWrite: when => endIf(engine, !engine.isDead() && engine.scheduler.onWrite(when)),
		fingerprintCost: 2,
	});
	const secretStore = openSecretStore(redactor);
	return {
		shownFolder: root,
		isRehearsal: true,
		flyTomlPath: 'fly.toml',
		facts: reading.facts,
		questions: listQuestions(registry.questions, reading.facts, options.namedSecrets),
		given,
		// Doctor's problems do not belong to the matrix.
		readTexts: async () => ({files: new Map(), unread: []}),
		readTemplates: async folder => readTemplates(folder),
		canWriteProject: async () => true,
		readers: {
			fly: openFlyReader({flyctl, redactor, clock, stateFolder}),
			files,
			store: openStore(computer, engine),
			net: noNet,
			secrets: secretStore,
			clock,
		},
		executor: {
			...openExecutor({
				...{flyctl, command: ['fly'], processes: thisComputer},
				...{files, backupFolder: '/backups', redactor, clock},
			}),
			// The real executor finds processes of this computer.
			stopOrphan: ({marker}) => (engine.isDead() ? never : account.stopOrphan(marker)),
		},
		secretStore,
		redactor,
		journal,
		journalView: journal.journalView,
		terminal: {
			stream: () => Promise.reject(new Error('No command of the matrix streams.')),
			attach: () => Promise.reject(new Error('The matrix has no terminal.')),
		},
		timeZone: 'UTC',
		close: async () => undefined,
	};
}

const noNet: Net = {
	// Resend knows every key. Before it verifies, a setup asks only Resend, and a restore the storage for its time.
	request: ({url}) =>
		url === resendDomains || /^https:\/\/s3\./.test(url)
			? Promise.resolve({is: 'answered', status: 200, headers: {}, body: '{"data":[]}'})
			: Promise.reject(new Error('A setup asks nobody before it verifies.')),
	upgrade: () => Promise.reject(new Error('A setup asks nobody before it verifies.')),
	resolve: () => Promise.reject(new Error('A setup asks nobody before it verifies.')),
	findZone: () => Promise.reject(new Error('A setup asks nobody before it verifies.')),
};

/** Each Phoenix app has them. */
const folders: ReadonlySet<string> = new Set(['assets', 'lib', 'priv', 'rel']);

function openFiles({files}: Computer, engine: Engine): ProjectFiles {
	return {
		read: async path => (engine.isDead() ? never : files.get(path)),
		mode: async path => (files.has(path) ? 0o644 : folders.has(path) ? 0o755 : undefined),
		readAll: async paths => new Map([...files].filter(([path]) => paths.includes(path))),
		async write({path, before, after}) {
			if (engine.isDead()) await never;
			if (files.get(path) === after) return;
			if (files.get(path) !== before) throw new Error(`${path} is not as it was reviewed.`);
			const outcome = engine.scheduler.onChange(`write ${path}`, false);
			if (outcome === 'happens' || outcome === 'killed-after') files.set(path, after);
			if (outcome === 'happens') return;
			engine.kill();
			await never;
		},
		canWrite: async () => true,
	};
}

/** Opens the provider's bucket in the same world. */
function openStore({account, time}: Computer, engine: Engine): ObjectStore {
	const fullKey = ({prefix}: StoreTarget, key: string) => (prefix === '' ? key : `${prefix}/${key}`);
	const find = (target: StoreTarget, key: string) =>
		account.world.objects.find(
			object => object.bucket === target.bucket && object.key === fullKey(target, key),
		);
	const ok = {is: 'ok', status: 200, keys: [], body: ''} as const;
	const answer = async () => {
		if (engine.isDead()) await never;
		await time.sleep(50);
		account.settle();
		if (engine.isDead()) await never;
	};
	return {
		async list(target) {
			await answer();
			const folder = target.prefix === '' ? '' : `${target.prefix}/`;
			const keys = account.world.objects
				.filter(({bucket, key}) => bucket === target.bucket && key.startsWith(folder))
				.map(({key}) => key.slice(folder.length));
			return {...ok, keys};
		},
		async read() {
			throw new Error('A setup reads no objects but its own.');
		},
		async get(target, key) {
			await answer();
			const found = find(target, key);
			if (!found)
				return {
					is: 'refused',
					status: 404,
					code: 'NoSuchKey',
					message: '',
					region: undefined,
					skewSeconds: 0,
				};
			return {...ok, body: Buffer.from(found.body, 'base64').toString('utf8')};
		},
		async put(target, key, body) {
			await answer();
			await account.change(engine, 'put probe', (world, nowMs) => {
				world.objects.push({
					bucket: target.bucket,
					key: fullKey(target, key),
					size: body.length,
					etag: '',
					lastModified: nowMs,
					body: Buffer.from(body).toString('base64'),
				});
			});
			return ok;
		},
		async delete(target, key) {
			await answer();
			await account.change(engine, 'delete probe', world => {
				world.objects = world.objects.filter(
					object => !(object.bucket === target.bucket && object.key === fullKey(target, key)),
				);
			});
			return ok;
		},
	};
}
