import {type Answers, none, readAnswer, requireAnswer} from '../answer.ts';
import {Failure} from '../errors/failure.ts';
import type {AppStatus} from '../fly/output.ts';
import {
	findDatabasePath,
	findFlyTomlLine,
	findFlyTomlProblems,
	findMountDestination,
	findMounts,
} from '../fly-toml/config.ts';
import {editFlyToml} from '../fly-toml/edit.ts';
import {planFlyTomlEdits} from '../fly-toml/plan-edits.ts';
import {findHiddenRelease} from '../image/release.ts';
import {readLitestreamConfig} from '../litestream/config.ts';
import {writeHostedUrl} from '../litestream/host.ts';
import type {FileChange} from '../project/files.ts';
import type {ProjectFacts} from '../project/project.ts';
import {planTemplateFiles} from '../project/template.ts';
import {readSecretName} from '../questions/named-secret.ts';
import type {AnswerState} from '../questions/question.ts';
import type {DesiredSecret} from '../secrets/secret.ts';
import type {Provider} from '../storage/provider.ts';
import {deriveStorageSecrets} from '../storage/secrets.ts';
import {diffLines} from '../text/diff.ts';
import type {PlanContext} from './context.ts';
import {planDatabase} from './database.ts';
import {listHeartbeatSecrets} from './heartbeat.ts';
import {settleSecret} from './secret-actions.ts';

type PlanOptions = {
	readonly adopt: boolean;
	readonly redeploy: boolean;
	readonly existing: AppStatus | undefined;
	/** The texts in the profile's folder of `templates/`. */
	readonly templates: ReadonlyMap<string, string>;
	/** What the image needs to replicate the database; by default nothing. */
	readonly imageFiles?: readonly FileChange[];
	/** Variables that a start script gives to Litestream as the URL of the replica. */
	readonly replicaUrls?: readonly string[];
};

/**
Turns complete answers, files, and account into everything the steps need. Pure: the same input gives the same output.

@throws {Failure} Exit 2 for a fly.toml that phxfly cannot edit as needed, with the line to change by hand.
*/
export function buildPlanContext(state: AnswerState, options: PlanOptions): PlanContext {
	const {profile, answers, facts} = state;
	const {adopt, redeploy, existing} = options;
	const app = requireAnswer(answers, 'app');
	const region = requireAnswer(answers, 'region');
	const domain = readAnswer(answers, 'domain');
	const host = domain ?? existing?.Hostname ?? `${app}.fly.dev`;
	const mount = chooseMount(state);
	const vm = {size: requireAnswer(answers, 'vm-size'), memoryMb: Number(requireAnswer(answers, 'vm-memory'))};
	const volumeSizeGb = Number(readAnswer(answers, 'volume-size') ?? '1');
	const {provider, secrets} = planStorage(state, options.replicaUrls ?? []);
	const settle = (desired: DesiredSecret) => settleSecret(desired, state.secrets);
	const storageSecrets = secrets.map(settle);
	const image = readAnswer(answers, 'image');
	const fileOptions = {app, region, host, mount, vm, volumeSizeGb, isBuilt: image === undefined};
	const files = planFiles(state, fileOptions, options.templates, options.imageFiles ?? []);
	const appSecrets = [
		...profile.secrets(answers, host),
		...listNamedSecrets(answers),
		...listHeartbeatSecrets({answers, facts, files, image}),
	].map(settle);
	const flyTomlPath = facts.flyToml?.path ?? 'fly.toml';
	const flyToml = files.find(({path}) => path === flyTomlPath)?.after ?? facts.flyToml?.text ?? '';
	return {
		profile,
		provider,
		answers,
		app,
		org: requireAnswer(answers, 'org'),
		region,
		domain,
		host,
		mount,
		databasePath: facts.databasePath ?? /^\s*DATABASE_PATH\s*=\s*['"]([^'"]+)/m.exec(flyToml)?.[1],
		volumeSizeGb,
		vm,
		image,
		redeploy,
		adopt,
		bucket: readAnswer(answers, 'bucket'),
		prefix: readAnswer(answers, 'prefix'),
		facts,
		flyTomlPath,
		files,
		appSecrets,
		storageSecrets,
		existing,
		isNamedByProject: facts.flyToml?.config.app === app,
		terms: provider?.makesBucket ? provider.terms : undefined,
	};
}

function chooseMount({profile, facts}: AnswerState): PlanContext['mount'] {
	if (!profile.mount) return undefined;
	const named = facts.flyToml && findMounts(facts.flyToml.config)[0]?.entry;
	return {
		source: named?.source ?? profile.mount.source,
		destination: named?.destination ?? profile.mount.destination,
	};
}

type StoragePlan = {
	/** With the names of the secrets that contain its key pair for this app. */
	readonly provider: Provider | undefined;
	readonly secrets: readonly DesiredSecret[];
};

/**
Returns the storage secrets that the app's own litestream.yml reads; an app without one gets ours, which reads the provider's names.

@throws {Failure} Exit 2 with the line, for a file that points to a different location.
*/
function planStorage(
	{provider, providers, answers, secrets: store, facts}: AnswerState,
	replicaUrls: readonly string[],
): StoragePlan {
	if (!provider) return {provider, secrets: []};
	const {env} = facts.flyToml?.config ?? {};
	const place = {
		target: provider.target(answers),
		bucket: requireAnswer(answers, 'bucket'),
		prefix: readAnswer(answers, 'prefix') ?? '',
	};
	const url = writeHostedUrl({...place, endpoint: place.target.endpoint});
	const addUrls = (known: readonly DesiredSecret[]): readonly DesiredSecret[] => [
		...known,
		...replicaUrls
			.filter(name => env?.[name] === undefined && known.every(secret => secret.name !== name))
			.flatMap(name => (url === undefined ? [] : [{name, value: url}])),
	];
	const secrets = provider.secrets(answers);
	const file = facts.litestreamPath;
	const source = file && facts.files.get(file);
	if (!file || source === undefined) return {provider, secrets: addUrls(secrets)};

	const derived = deriveStorageSecrets(readLitestreamConfig(file, source), {
		provider,
		providers,
		secrets,
		store,
		...place,
		databasePath: facts.databasePath,
		environment: new Map(Object.entries(env ?? {}).map(([name, value]) => [name, String(value)])),
	});
	return {provider: {...provider, keyNames: derived.keyNames}, secrets: addUrls(derived.secrets)};
}

/** Returns the secrets that the code or `--secret` asks for. */
function listNamedSecrets(answers: Answers): readonly DesiredSecret[] {
	return [...answers].flatMap(([id, {value}]): readonly DesiredSecret[] => {
		const name = readSecretName(id);
		return name === undefined || value === none ? [] : [{name, from: id}];
	});
}

type FileOptions = Pick<PlanContext, 'app' | 'region' | 'host' | 'mount' | 'vm' | 'volumeSizeGb'> & {
	/** Fly builds the image, so the files for it must exist. */
	readonly isBuilt: boolean;
};

function planFiles(
	{profile, facts}: AnswerState,
	{app, region, host, mount, vm, volumeSizeGb, isBuilt}: FileOptions,
	templates: ReadonlyMap<string, string>,
	imageFiles: readonly FileChange[],
): readonly FileChange[] {
	const common = {app, primaryRegion: region, phxHost: host, vmSize: vm.size, vmMemoryMb: vm.memoryMb};
	const {swapMb} = profile.vm;
	const chosen = isBuilt ? templates : new Map([...templates].filter(([path]) => path === 'fly.toml'));
	const fromTemplates = planTemplateFiles(facts, {...common, mount, swapMb, volumeSizeGb}, chosen);
	const others = fromTemplates.filter(({path}) => imageFiles.every(each => each.path !== path));
	const made = [...imageFiles, ...others].sort((left, right) => (left.path < right.path ? -1 : 1));
	const {flyToml} = facts;
	if (!flyToml) return made;

	const [problem] = findFlyTomlProblems(flyToml.config, flyToml.path);
	if (problem) {
		const line = findFlyTomlLine(flyToml.text, problem.path);
		throw new Failure('fly-toml-unfit', `${flyToml.path}, line ${line}: ${problem.problem}`, {
			hint: `Fix that line of ${flyToml.path}, then run phxfly again. Nothing was changed.`,
		});
	}

	if (mount) rejectHiddenRelease(facts, flyToml);
	const named = findMounts(flyToml.config)[0]?.entry.destination;
	const database = profile.hasStorage ? planDatabase(facts, named) : undefined;
	const edits = planFlyTomlEdits(flyToml.config, {
		...common,
		mount: mount && {source: mount.source, destination: database?.destination},
		environment: database?.environment,
		swapMb,
		runsLitestream: profile.hasStorage,
		...chooseHealthCheck(facts),
		port: choosePort(facts),
	});
	const edited = editFlyToml(flyToml.text, edits);
	if (!edited.ok) {
		throw new Failure('fly-toml-edit-refused', edited.problem, {
			hint: `Line ${edited.line} of ${flyToml.path} should say: ${edited.wanted}`,
		});
	}

	if (edited.text === flyToml.text) return made;
	const reasons = edits.map(({reason}) => reason).join('; ');
	const change: FileChange = {
		path: flyToml.path,
		before: flyToml.text,
		after: edited.text,
		mode: 0o644,
		why: reasons,
	};
	return [change, ...made];
}

/** @throws {Failure} `fly-toml-unfit` (exit 2) for a volume over the release: the machine could not start. */
function rejectHiddenRelease(
	{dockerfile}: ProjectFacts,
	{path, text, config}: NonNullable<ProjectFacts['flyToml']>,
): void {
	const folder = findMountDestination(config);
	const release = findHiddenRelease(folder, dockerfile);
	if (!release) return;
	const [mount] = findMounts(config);
	const place = mount ? [...mount.path, 'destination'] : ['env', 'DATABASE_PATH'];
	const database = findDatabasePath(config)?.split('/').at(-1) ?? 'blog.db';
	const why = `A volume at ${folder} would hide the app itself, which the image has at ${release.folder}.`;
	throw new Failure('fly-toml-unfit', `${path}, line ${findFlyTomlLine(text, place)}: ${why}`, {
		hint: `Keep the database in a separate folder: DATABASE_PATH = "/data/${database}"${mount ? ' and destination = "/data"' : ''}. phxfly never moves a database: copy what is in it first. Nothing was changed.`,
	});
}

/** Where only running the code would tell the port, an app that reads PORT when it starts listens on what that says. */
function choosePort({
	elixir: {endpoint, environment},
}: ProjectFacts): Parameters<typeof planFlyTomlEdits>[1]['port'] {
	const {port} = endpoint;
	if (port?.variable !== undefined || port?.value !== undefined) return port;
	const readsPort = environment.some(
		({name, holds, phase}) => name === 'PORT' && holds !== 'no' && phase === 'boot',
	);
	return readsPort ? {variable: 'PORT', value: undefined} : undefined;
}

/** Without a path that is sure to answer 200, a check of the port is better than one that always fails. */
function chooseHealthCheck({
	elixir,
}: ProjectFacts): Pick<Parameters<typeof planFlyTomlEdits>[1], 'healthPath' | 'noHealthPath'> {
	const {path, why = 'no path is sure to answer 200 without a login'} = elixir.health;
	return path === undefined ? {noHealthPath: why} : {healthPath: path};
}

/** Writes a file's change for people to read. */
export const showDiff = ({path, before, after, mode}: FileChange) => diffLines(before, after, path, mode);
