import {existsSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {realClock} from '../adapters/clock.ts';
import {openDns} from '../adapters/dns.ts';
import {openExecutor, runProgram} from '../adapters/executor.ts';
import {findFlyctl} from '../adapters/find-flyctl.ts';
import {openFlyReader} from '../adapters/fly-reader.ts';
import {openFlyctl, requireSuccess} from '../adapters/flyctl.ts';
import {openHttp} from '../adapters/http.ts';
import {openJournal} from '../adapters/journal.ts';
import {openObjectStore} from '../adapters/object-store.ts';
import {ownUserId} from '../adapters/process.ts';
import {thisComputer} from '../adapters/processes/this-computer.ts';
import {openProjectFiles, type ProjectFiles} from '../adapters/project-files.ts';
import {takeProjectLock} from '../adapters/project-lock.ts';
import {listProjectFiles, readTemplates, readTexts} from '../adapters/project-texts.ts';
import {makeStateFolder, secureStateFolder} from '../adapters/state/folder.ts';
import {findMovedJournal} from '../adapters/state/journal-file.ts';
import {openLog} from '../adapters/state/log.ts';
import type {Cli, Options, Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import {mustBeReadable} from '../core/project/files.ts';
import {type ProjectFacts, readProject} from '../core/project/project.ts';
import type {Given} from '../core/questions/gather.ts';
import {listQuestions} from '../core/questions/named-secret.ts';
import type {Readers} from '../core/readers.ts';
import {createRedactor} from '../core/secrets/redact.ts';
import {Secret} from '../core/secrets/secret.ts';
import {openSecretStore} from '../engine/secret-store.ts';
import {findFlyToml, type NamedFlyToml} from './fly-toml.ts';
import {findNamedFlyToml, resolvePaths} from './folder.ts';
import {findPreferences} from './preferences.ts';
import type {Rehearsal} from './rehearsal.ts';

/**
Opens every adapter for one project. Only here does it matter whether this is a rehearsal, which uses the same adapters
with another route and clock.

@param registry - Child processes get no variable that answers one of its questions, or one of the project's own.
@param onLog - Gets every flyctl call and its output, redacted, with `--verbose`.
@throws {Failure} Exit 2 without a Phoenix app, 4 without flyctl, 8 while another phxfly process is running here, and 9 for a
state folder that is not safe.
*/
export async function openProject(
	host: Cli['host'],
	options: Options,
	mode: 'read' | 'write',
	{registry, given}: {readonly registry: Pick<Cli['registry'], 'questions' | 'steps'>; readonly given: Given},
	onLog?: (line: string) => void,
): Promise<Project> {
	const {folder, stateFolder, stateRoot, worldPath} = resolvePaths(host, options);
	const named = findNamedFlyToml(options, {folder, stateFolder}, registry);
	const early = options.isRehearsal ? undefined : await readFolder(folder, named);
	if (mode === 'write' || options.isRehearsal) makeStateFolder(stateFolder, ownUserId);
	else secureStateFolder(stateFolder, ownUserId);
	const release = mode === 'write' ? takeProjectLock(stateFolder, options.breakLock) : () => undefined;
	try {
		const rehearsal = options.isRehearsal
			? await (await import('./rehearsal.ts')).openRehearsal({
					stateFolder,
					worldPath: worldPath ?? join(stateFolder, 'world.json'),
					...{project: folder, flyToml: named},
					sampleFolder: join(host.packageFolder, 'templates', 'sample'),
					speed: options.speed,
					command: [host.nodePath, join(host.packageFolder, 'dist', 'fly.js')],
					environment: host.environment,
				})
			: undefined;
		const root = rehearsal?.root ?? folder;
		const clock = rehearsal?.clock ?? realClock;
		const {files, facts, flyTomlPath} = early ?? (await readFolder(root, named));
		const questions = listQuestions(registry.questions, facts, options.namedSecrets);
		const secretNames = questions.flatMap(({environment}) => environment ?? []);
		const redactor = createRedactor();
		for (const name of secretNames) redactor.add(new Secret(name, host.environment[name] ?? ''));
		const runLog = mode === 'write' ? openLog(join(stateFolder, 'run.log'), ownUserId) : undefined;
		const log = (line: string) => {
			if (options.verbose) onLog?.(line);
			runLog?.append(`${new Date(clock.now()).toISOString()} ${line}`);
		};
		const userFolder = host.environment.FLY_CONFIG_DIR ?? join(host.environment.HOME ?? homedir(), '.fly');
		const program: Rehearsal['flyctl'] = rehearsal?.flyctl ?? {
			command: [await findFlyctl(options.fly, host.environment, root, secretNames)],
			userFolder,
			extra: {},
		};
		const flyctl = openFlyctl({
			...program,
			environment: host.environment,
			secretNames,
			cwd: root,
			stateFolder,
			redactor,
			log,
		});
		const route = rehearsal && ((url: URL) => rehearsal.outside.route(url));
		const http = openHttp({route});
		const dns = openDns({timeoutMs: 5000, ...rehearsal?.outside.dns});
		const secretStore = openSecretStore(redactor);
		const readers: Readers = {
			fly: openFlyReader({flyctl, redactor, clock, stateFolder}),
			files,
			store: openObjectStore(http, () => clock.now()),
			net: {...http, ...dns},
			secrets: secretStore,
			clock,
		};
		const app = options.flags.get('app') ?? facts.flyToml?.config.app;
		const isLost = !options.isRehearsal && !existsSync(join(stateFolder, 'journal.json'));
		const moved = isLost && app ? findMovedJournal(stateRoot, app, registry.steps) : undefined;
		const journal = openJournal({
			...(moved ? {moved} : {}),
			folder: stateFolder,
			project: root,
			isRehearsal: options.isRehearsal,
			nowMs: clock.now(),
			isReadOnly: mode === 'read',
			flyToml: {path: flyTomlPath, app: facts.flyToml?.config.app},
			steps: registry.steps,
		});
		return {
			shownFolder: showFolder(folder, host),
			isRehearsal: options.isRehearsal,
			facts,
			questions,
			given,
			flyTomlPath,
			readTexts: async () => readTexts(root, files, await listProjectFiles(root, files, flyTomlPath)),
			readTemplates: name => readTemplates(join(host.packageFolder, 'templates', name)),
			canWriteProject: () => files.canWrite(),
			readers,
			executor: openExecutor({
				...{flyctl, command: program.command, processes: thisComputer},
				...{files, backupFolder: join(stateFolder, 'backups'), redactor, clock},
			}),
			secretStore,
			redactor,
			journal,
			journalView: journal.journalView,
			logProblem: runLog?.problem,
			preferences: mode === 'write' ? findPreferences(host, options) : undefined,
			...(rehearsal ? {} : {runProgram}),
			terminal: {
				attach: flyctl.attach,
				async stream(args, options) {
					const result = await flyctl.run({args, keepBytes: 0, graceMs: 2000, ...options});
					if (result.endedBy === 'itself') requireSuccess(args, result, redactor);
					return result.endedBy;
				},
			},
			// flyctl prefers a token of the environment to any login.
			...(host.environment.FLY_ACCESS_TOKEN || host.environment.FLY_API_TOKEN ? {} : {logIn: flyctl.logIn}),
			timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
			async close() {
				await flyctl.close();
				await rehearsal?.outside.close();
				release();
			},
		};
	} catch (error) {
		release();
		throw error;
	}
}

type ReadFolder = {
	readonly files: ProjectFiles;
	readonly facts: ProjectFacts;
	readonly flyTomlPath: string;
};

/** @throws {Failure} `no-usable-project`, and as `findFlyToml` (exit 2), before anything is created. */
async function readFolder(root: string, named: NamedFlyToml): Promise<ReadFolder> {
	const files = openProjectFiles(root);
	const flyTomlPath = await findFlyToml(root, named);
	const paths = await listProjectFiles(root, files, flyTomlPath);
	const {files: texts, unread} = await readTexts(root, files, paths);
	for (const {path} of unread) if (mustBeReadable(path)) await files.read(path);
	const reading = readProject(texts, {flyTomlPath, elapsed: realClock.elapsed});
	if (reading.ok) return {files, facts: reading.facts, flyTomlPath};
	throw new Failure('no-usable-project', reading.problem, {
		hint: reading.place
			? 'Fix that line, then run phxfly again. Nothing was changed.'
			: 'Run phxfly in the folder of a Phoenix app, or name that folder: phxfly DIR. To try it with a sample app: phxfly rehearse',
	});
}

function showFolder(folder: string, {environment}: Cli['host']): string {
	const home = environment.HOME;
	return home && folder.startsWith(`${home}/`) ? `~${folder.slice(home.length)}` : folder;
}
