import {dirname, join, resolve} from 'node:path';
import {findLitestreamPins} from '../../core/doctor/litestream-pins.ts';
import type {Context} from '../arguments/invocation.ts';
import {type AppConfig, asTable} from '../config/config.ts';
import {parseDockerfile} from '../image/dockerfile.ts';
import {isIgnored} from '../image/ignore.ts';
import {type Judgment, judgeImage, type Start} from '../image/judge.ts';
import {judgeReleaseRun, type ReleaseRun} from '../image/release-run.ts';
import {type BuildContext, type Image, planBuild} from '../image/stage.ts';
import {splitWords} from '../remote/words.ts';

/** A Dockerfile and the folder it is built in. */
export type DockerSource = {readonly path: string; readonly text: string; readonly context: BuildContext};

/** Returns where flyctl looks for the Dockerfile, and the one it takes. */
export function findDockerfile(
	context: Context,
	config: AppConfig,
): {readonly provided: string; readonly source: DockerSource | undefined} {
	const {flags, files, cwd} = context;
	const named = String(config.build.dockerfile ?? '');
	const provided =
		flags.string('dockerfile') ||
		(named === '' ? '' : resolve(dirname(config.path || join(cwd, '-')), named));
	const paths = (provided === '' ? ['Dockerfile', 'dockerfile'] : [provided]).map(name => resolve(cwd, name));
	const path = paths.find(candidate => files.read(candidate) !== undefined);
	return {
		provided,
		source:
			path === undefined
				? undefined
				: {path, text: files.read(path) ?? '', context: openBuildContext(context, config, path)},
	};
}

function openBuildContext({flags, files, cwd}: Context, config: AppConfig, path: string): BuildContext {
	const named = String(config.build.ignorefile ?? '');
	const ignoreFile =
		named === '' ? flags.string('ignorefile') : resolve(dirname(config.path || join(cwd, '-')), named);
	const ignored =
		(ignoreFile === '' ? files.read(`${path}.dockerignore`) : files.read(resolve(cwd, ignoreFile))) ??
		files.read(join(cwd, '.dockerignore')) ??
		'';
	const given = [
		...Object.entries(asTable(config.build.args)).map(([name, value]) => [name, String(value)] as const),
		...flags.list('build-arg').map(pair => {
			const at = pair.indexOf('=');
			return [at === -1 ? pair : pair.slice(0, at), at === -1 ? '' : pair.slice(at + 1)] as const;
		}),
	];
	const isFolder = (name: string) => {
		const place = join(cwd, name);
		return files.isFolder(place) || files.list(place).length > 0;
	};
	const has = (name: string) => {
		if (name === '') return true;
		if (isIgnored(ignored, name)) return false;
		const place = join(cwd, name);
		return files.list(dirname(place)).includes(name.split('/').at(-1) ?? '') || isFolder(name);
	};
	return {
		has,
		isFolder,
		read: name => (has(name) ? files.read(join(cwd, name)) : undefined),
		buildArguments: new Map(given),
	};
}

/** What the machines of an image do. */
export type BuildJudgment = {
	readonly judgment: Judgment;
	/** What the release_command does; undefined without one. */
	readonly releaseRun: ReleaseRun | undefined;
};

/** Judges an image by a Dockerfile and by what fly.toml starts of it. */
export function judgeBuild(config: AppConfig, source: DockerSource, image: Image): BuildJudgment {
	const experimental = asTable(config.tree.experimental);
	const [group] = Object.values(asTable(config.tree.processes));
	const start: Start = {
		exec: readWords(experimental.exec),
		entrypoint: readWords(experimental.entrypoint),
		command: readWords(group) ?? readWords(experimental.cmd),
		mount: config.mounts[0]?.destination,
	};
	const {version} = findLitestreamPins(source.text).findLast(pin => pin.version !== undefined) ?? {};
	const words = readWords(asTable(config.tree.deploy).release_command);
	return {
		judgment: {
			...judgeImage(image, source.context, start),
			...(version === undefined ? {} : {litestreamVersion: version}),
		},
		releaseRun: words && judgeReleaseRun(image, source.context, start, words),
	};
}

/** Judges an image that was built before, by the Dockerfile that the folder has now. */
export function judgeEarlierBuild(context: Context, config: AppConfig): BuildJudgment | undefined {
	const {source} = findDockerfile(context, config);
	if (!source) return undefined;
	const plan = planBuild(parseDockerfile(source.text), source.context, readTarget(context, config));
	return plan.ok ? judgeBuild(config, source, plan.image) : undefined;
}

export const readTarget = ({flags}: Context, {build}: AppConfig): string =>
	flags.string('build-target') || String(build['build-target'] ?? '');

/** A list, or a text that is cut into words like a shell does. */
function readWords(value: unknown): readonly string[] | undefined {
	if (Array.isArray(value)) return value.map(String);
	return typeof value === 'string' && value !== '' ? splitWords(value) : undefined;
}

const mostModules = 9999;

/** Counts the Elixir modules that are compiled. */
export function countModules({files, cwd}: Pick<Context, 'files' | 'cwd'>): number {
	let count = 0;
	const visit = (folder: string, depth: number) => {
		if (depth > 12 || count >= mostModules) return;
		for (const name of files.list(folder)) {
			if (name.endsWith('.ex')) count++;
			else if (!name.includes('.')) visit(join(folder, name), depth + 1);
		}
	};
	visit(join(cwd, 'lib'), 0);
	for (const app of files.list(join(cwd, 'apps'))) visit(join(cwd, 'apps', app, 'lib'), 0);
	return count;
}
