import {type Conditions, readConditions} from './conditions.ts';
import {type BuildContext, type Image, readImageFile, resolvePath} from './stage.ts';

/** What fly.toml changes about the start of an image. */
export type Start = {
	/** `[experimental] exec`: nothing of the image starts. */
	readonly exec?: readonly string[] | undefined;
	readonly entrypoint?: readonly string[] | undefined;
	/** `[processes] app`, or `[experimental] cmd`. */
	readonly command?: readonly string[] | undefined;
	/** Where the volume is mounted. */
	readonly mount?: string | undefined;
};

/** What a machine of an image does, as far as the Dockerfile tells. */
export type Judgment = {
	/** The program is in the image. */
	readonly hasLitestream: boolean;
	/** What starts runs `litestream replicate`. */
	readonly replicates: boolean;
	readonly hasSqlite: boolean;
	/** `/usr/local/bin/entrypoint` passes its words on to Litestream. */
	readonly passesLitestream: boolean;
	/** It carries out what `phxfly restore` leaves on the volume. */
	readonly goesBack: boolean;
	/** It demands the replica's variables, unless LITESTREAM_REQUIRED says otherwise. */
	readonly demandsReplica: boolean;
	readonly litestreamYml: string | undefined;
	/** What the words of its start say in place of a file. */
	readonly litestreamArguments: string | undefined;
	/** Where Litestream looks for its configuration. */
	readonly litestreamPath: string;
	/** Variables that its scripts restore from: `litestream restore -o PATH "$REPLICA_URL"`. */
	readonly restoreUrls: readonly string[];
	/** The version in the image, where the Dockerfile names one. */
	readonly litestreamVersion?: string;
	readonly isSure: boolean;
	readonly switches: Conditions['switches'];
	readonly isRoot: boolean;
	readonly environment: Readonly<Record<string, string>>;
	/** Why no machine of it can run. */
	readonly fault: {readonly lines: readonly string[]; readonly exit: number} | undefined;
};

type Followed = {
	readonly trail: Trail;
	readonly fault: Judgment['fault'];
	readonly read: Read;
	readonly hasLitestream: boolean;
};

/** Follows the words that Fly runs to the scripts they lead to, and finds why they cannot run. */
export function followStart(image: Image, context: BuildContext, start: Start): Followed {
	const words = listWords(image, start);
	const read = (path: string) => readImageFile(image, context, resolvePath(image.folder, path));
	const trail = follow(words, read, image.runs, new Set());
	const hasLitestream = holds(image, 'litestream');
	const hasOverlays = context.read('mix.exs')?.includes('overlays') ?? true;
	const fault = findFault(image, words, trail, {hasLitestream, mount: start.mount, read, hasOverlays});
	return {trail, fault, read, hasLitestream};
}

/** Whether the image's USER may do everything. */
export const isRoot = ({user}: Image): boolean => /^(?:|root|0)(?::.*)?$/.test(user);

/** Judges what starts on a machine. */
export function judgeImage(image: Image, context: BuildContext, start: Start): Judgment {
	const {trail, fault, read, hasLitestream} = followStart(image, context, start);
	const entrypoint = read('/usr/local/bin/entrypoint') ?? '';
	const litestreamPath =
		/(?:^|\s)-config[ =]["']?(\/[\w./-]+)/.exec(trail.texts.join('\n'))?.[1] ??
		image.environment.get('LITESTREAM_CONFIG') ??
		'/etc/litestream.yml';
	return {
		hasLitestream,
		replicates: trail.replicates && hasLitestream,
		hasSqlite: image.runs.some(run => /\b(?:apt-get|apt|apk)\b[\s\S]*\bsqlite3?(?=\s|$)/.test(run)),
		passesLitestream: entrypoint.includes('= litestream ]'),
		goesBack: /^go_back\(\)/m.test(entrypoint),
		demandsReplica: trail.texts.some(text => text.includes('LITESTREAM_REQUIRED')),
		litestreamYml: read(litestreamPath),
		litestreamArguments: readArguments(trail),
		restoreUrls: listRestoreUrls(trail),
		litestreamPath,
		isSure: trail.isSure,
		switches: trail.switches,
		isRoot: isRoot(image),
		environment: Object.fromEntries(image.environment),
		fault,
	};
}

/** Reads the database and the URL of `litestream replicate DATABASE URL`, which count in place of a file, as a litestream.yml. */
function readArguments({texts}: Trail): string | undefined {
	const line = texts.map(text => isReplicating.exec(text)?.[1]).find(found => found !== undefined);
	const words = line?.replaceAll(/-\w[\w-]*[ =]?(?:"[^"]*"|'[^']*'|\S+)/g, ' ').match(/[^\s"']+/g) ?? [];
	const [database, url] = words;
	return database !== undefined && url !== undefined && /^(?:s3:|\$)/.test(url)
		? `dbs:\n  - path: ${database}\n    replicas:\n      - url: ${url}\n`
		: undefined;
}

/** Lists the variables without whose URL a restore fails, and the script with it. */
function listRestoreUrls({texts}: Trail): readonly string[] {
	return texts
		.filter(text => /^set +-\w*e/m.test(text))
		.flatMap(text =>
			[...text.matchAll(/^[^#\n]*\blitestream +restore\b[^\n|;&]*\s"?\$\{?(\w*URL\w*)\}?"?[ \t]*$/gm)].map(
				([, name = '']) => name,
			),
		);
}

function listWords({entrypoint = [], command = []}: Image, start: Start): readonly string[] {
	if (start.exec && start.exec.length > 0) return start.exec;
	const first = start.entrypoint && start.entrypoint.length > 0 ? start.entrypoint : entrypoint;
	return [...first, ...(start.command && start.command.length > 0 ? start.command : command)];
}

type Trail = {
	readonly replicates: boolean;
	/** Litestream runs, besides the switches, whatever is asked for. */
	readonly isSure: boolean;
	/** It runs without any question. */
	readonly isAlways: boolean;
	readonly switches: Conditions['switches'];
	/** The scripts and words that led there. */
	readonly texts: readonly string[];
};

const nothing: Trail = {replicates: false, isSure: false, isAlways: false, switches: [], texts: []};

type Read = (path: string) => string | undefined;

const deepest = 6;

/** Follows a command through shells, wrappers, and scripts whose text is known. */
function follow(
	words: readonly string[],
	read: Read,
	runs: readonly string[],
	seen: ReadonlySet<string>,
): Trail {
	const [program = '', ...rest] = skipWrappers(words);
	const name = program.split('/').at(-1) ?? '';
	if (name === 'litestream') {
		return {
			...nothing,
			replicates: rest.includes('replicate'),
			isSure: true,
			isAlways: true,
			texts: [words.join(' ')],
		};
	}

	if (/^(?:ba|da|a)?sh$/.test(name)) {
		const at = rest.findIndex(word => !word.startsWith('-'));
		const word = rest[at];
		if (word === undefined) return nothing;
		return rest.slice(0, at).some(option => /^-\w*c$/.test(option))
			? followScript(word, rest.slice(at + 1), read, runs, seen)
			: follow(rest.slice(at), read, runs, seen);
	}

	if (program === '' || seen.has(program) || seen.size >= deepest) return nothing;
	const text = read(program) ?? runs.find(run => run.includes(program) && isReplicating.test(run));
	return text === undefined ? nothing : followScript(text, rest, read, runs, new Set([...seen, program]));
}

/** Returns the command that `tini`, `exec`, `env`, `gosu` and the like run. */
export function skipWrappers(words: readonly string[]): readonly string[] {
	const [program = '', ...rest] = words;
	switch (program.split('/').at(-1)) {
		case 'tini':
		case 'dumb-init': {
			const at = rest.findIndex(word => word === '--' || !word.startsWith('-'));
			return at === -1 ? [] : skipWrappers(rest.slice(rest[at] === '--' ? at + 1 : at));
		}
		case 'exec':
			return skipWrappers(rest);
		case 'env':
			return skipWrappers(rest.slice(rest.findIndex(word => !word.includes('='))));
		case 'gosu':
		case 'su-exec':
		case 'timeout':
			return skipWrappers(rest.slice(1));
		default:
			return words;
	}
}

const isReplicating = /(?:^|[\s;&|("'`])(?:\S*\/)?litestream["']?\s+replicate\b([^\n]*)/m;

function followScript(
	text: string,
	more: readonly string[],
	read: Read,
	runs: readonly string[],
	seen: ReadonlySet<string>,
): Trail {
	const code = text.replaceAll(/^[ \t]*#.*$/gm, '').replaceAll(/\\\r?\n/g, ' ');
	const own = isReplicating.exec(code);
	if (own) {
		const {switches, hasOthers, isInside} = readConditions(code, own.index + 1);
		const isBeside = /&\s*$/.test(own[1] ?? '');
		const isPlain = /^(?:exec +)?(?:\S*\/)?litestream +replicate\b/m.test(code);
		return {
			replicates: true,
			isSure: !hasOthers && !isBeside,
			isAlways: isPlain && !isInside,
			switches,
			texts: [text],
		};
	}

	const paths = new Set(code.match(/(?<![\w.-])[\w.-]*\/[\w./-]+/g) ?? []);
	const trails = [
		...[...paths].slice(0, 50).map(path => ({path, trail: follow([path, ...more], read, runs, seen)})),
		...(code.includes('"$@"') ? [{path: '"$@"', trail: follow(more, read, runs, seen)}] : []),
	];
	const found = trails.find(({trail}) => trail.replicates);
	const texts = [text, ...trails.flatMap(({trail}) => trail.texts)];
	if (!found) return {...nothing, texts};
	const {switches, hasOthers, isInside} = readConditions(code, code.lastIndexOf(found.path));
	return {
		replicates: true,
		isSure: found.trail.isSure && !hasOthers,
		isAlways: found.trail.isAlways && !isInside,
		switches: [...switches, ...found.trail.switches],
		texts,
	};
}

/** Whether a program is in the image: copied, installed, or in the base image. */
function holds(image: Image, program: string): boolean {
	if (new RegExp(`(?:^|/)${program}(?:[:@]|$)`).test(image.base)) return true;
	const installs = new RegExp(
		`\\b(?:curl|wget|dpkg|tar|apt-get|apk|go|mv|cp|install)\\b[\\s\\S]*\\b${program}\\b`,
	);
	if (image.runs.some(run => installs.test(run))) return true;
	return image.copies.some(copy => {
		if (copy.is === 'text') return false;
		const names = [copy.source, copy.target].map(path => path.split('/').at(-1));
		if (names.includes(program)) return true;
		if (copy.is === 'context') return false;
		const isFolder = /^\/(?:usr\/(?:local\/)?)?(?:bin)?$/.test(copy.source);
		return isFolder && (copy.from ? holds(copy.from, program) : copy.image.includes(program));
	});
}

type Known = {
	readonly hasLitestream: boolean;
	readonly mount: string | undefined;
	readonly read: Read;
	/** mix.exs names folders that go into the release besides rel/overlays. */
	readonly hasOverlays: boolean;
};

/** Finds why a machine ends at its start, only where the Dockerfile leaves no doubt. */
function findFault(
	image: Image,
	words: readonly string[],
	{replicates, isAlways}: Trail,
	{hasLitestream, mount, read, hasOverlays}: Known,
): Judgment['fault'] {
	const [first = ''] = words;
	const release = image.copies.findLast(
		copy => copy.is === 'image' && /(?:^|\/)rel(?:\/|$)/.test(copy.source),
	);
	if (mount !== undefined && release && `${release.target}/`.startsWith(`${mount.replace(/\/$/, '')}/`)) {
		const program = words.map(word => resolvePath(image.folder, word)).find(word => isBelow(word, mount));
		return program === resolvePath(image.folder, first)
			? failToSpawn(first)
			: {lines: [`${program ?? release.target}: no such file or directory`], exit: 127};
	}

	if (replicates && isAlways && !hasLitestream) {
		return {
			lines: /(?:^|\/)litestream$/.test(first)
				? failToSpawn(first).lines
				: [`${first}: exec: litestream: not found`],
			exit: 127,
		};
	}

	const program = resolvePath(image.folder, first);
	const name = program.split('/').at(-1) ?? '';
	const isOfRelease = release !== undefined && program === resolvePath(release.target, `bin/${name}`);
	const isOwn = release?.is === 'image' && release.source.split('/').at(-1) === name;
	// Elixir makes the release's own program; the others come from its overlays.
	const mayBeThere =
		!isOfRelease ||
		hasOverlays ||
		isOwn ||
		read(program) !== undefined ||
		/^(?:rel|\*|)$/.test(sourceName(release)) ||
		image.runs.some(run => run.includes(name) && !/^chmod\b/.test(run));
	return mayBeThere ? undefined : failToSpawn(first);
}

const sourceName = (copy: Image['copies'][number] | undefined): string =>
	(copy?.is === 'image' && copy.source.split('/').at(-1)) || '';

const isBelow = (path: string, folder: string): boolean =>
	path === folder || path.startsWith(`${folder.replace(/\/$/, '')}/`);

/** In the words of Fly's init. */
const failToSpawn = (program: string) => ({
	lines: [
		`ERROR Error: failed to spawn command: ${program}: No such file or directory (os error 2)`,
		`does \`${program}\` exist and is executable?`,
	],
	exit: 1,
});
