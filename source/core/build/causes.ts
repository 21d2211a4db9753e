import type {OneExitCode} from '../errors/codes.ts';
import type {FailedStep} from './log.ts';

/** Why a build failed, and what to do. */
export type Diagnosis = {
	readonly code: OneExitCode;
	/** What happened, in a sentence. */
	readonly sentence: string;
	/** A command or an action. */
	readonly next: string;
	/** A path of the project that the build did not get. */
	readonly missingPath?: string;
};

/** Words for the next step. */
export type Surroundings = {
	/** The name of the app, with `--config FILE` if it needs that. */
	readonly app: string;
	/** The path of the Dockerfile, with the line of the failed instruction if it is known. */
	readonly place: string;
};

type Found = Readonly<Record<string, string>>;

/** Everything that is given must match; the named groups are the words of the sentence. */
type Cause = {
	readonly code: OneExitCode;
	readonly instruction?: RegExp;
	/** Matched with what BuildKit reports of the step. */
	readonly reason?: RegExp;
	/** Matched with one of the last lines that the step printed. */
	readonly line?: RegExp;
	/** Adds words to the others if one of the lines has them. */
	readonly also?: RegExp;
	sentence(found: Found): string;
	next(found: Found, surroundings: Surroundings): string;
};

const again = 'Then run phxfly again.';

const isFetched = (tool: string) => (/esbuild/.test(tool) ? 'esbuild' : 'tailwind');

const installNode = 'apt-get update && apt-get install -y nodejs npm (Alpine: apk add --no-cache nodejs npm)';

const withSecret = (app: string) =>
	`build it yourself with the key, fly deploy --build-only --push --build-secret HEX_KEY=KEY -a ${app}, and deploy that image: phxfly --image REF.`;

const buildHere = (app: string) =>
	`With Docker on this computer: fly deploy --local-only --build-only --push -a ${app}, then deploy that image: phxfly --image REF.`;

/**
The usual causes of a failed build. A build that fits none, or more than one, is explained by its last lines alone.

@see docs/flyctl.md
*/
const causes: readonly Cause[] = [
	{
		code: 'build-lock-missing',
		reason: /"\/?(?:[^"]*\/)?(?<path>mix\.lock)"?:? not found|(?<other>mix\.lock): no such file or directory/,
		sentence: () => 'The build gets no mix.lock.',
		next: () =>
			`Run mix deps.get and commit mix.lock; if it is there, remove it from .dockerignore. ${again}`,
	},
	{
		code: 'build-file-missing',
		instruction: /^(?:COPY|ADD) (?!.*--from=)/i,
		reason:
			/"\/?(?<path>(?!\/?(?:[^"]*\/)?mix\.lock")[^":]+)"?:? not found|lstat (?:\S*\/)?(?<other>(?!mix\.lock:)[^/:\s]+): no such file or directory/,
		sentence: ({path, other}) => `The build gets no ${path ?? other}.`,
		next: ({path, other}, {place}) =>
			`Add ${path ?? other} to the project, remove the line of .dockerignore that excludes it, or remove ${place}. ${again}`,
	},
	{
		code: 'build-file-missing',
		instruction: /^(?:COPY|ADD) .*--from=(?<stage>\S+)/i,
		reason: /"(?<path>[^":]+)"?:? not found|lstat (?<other>\S+): no such file or directory/,
		sentence: ({path, other, stage}) => `${stage} has no ${path ?? other}.`,
		next: (_, {place}) =>
			`Compare the path in ${place} with what that stage makes: _build/prod/rel/NAME, where NAME is the release in mix.exs. ${again}`,
	},
	{
		code: 'build-image-not-found',
		instruction: /^(?:load metadata for|FROM|COPY|resolve image config for) /i,
		reason:
			/(?:^|[\s:])(?<image>[\w.-]+(?:\/[\w.-]+)*(?::[\w.-]+)?(?:@sha256:\w+)?): (?:not found|.*manifest unknown)/,
		sentence: ({image = ''}) => `There is no image ${shorten(image)}.`,
		next: ({image = ''}, {place}) =>
			/hexpm\/elixir/.test(image)
				? `Choose a tag from https://hub.docker.com/r/hexpm/elixir/tags and set its versions in ${place}. ${again}`
				: `Choose a tag that exists and set it in ${place}. ${again}`,
	},
	{
		code: 'build-image-not-found',
		reason:
			/pull access denied, repository does not exist or may require authorization|(?<image>\S+): .*insufficient_scope/,
		sentence: () => 'An image in the Dockerfile does not exist, or is private.',
		next: (_, {place}) => `Check the name in ${place}; a private image cannot be built from here. ${again}`,
	},
	{
		code: 'build-dockerfile-invalid',
		reason:
			/^(?:failed to create LLB definition: )?(?<problem>(?:dockerfile parse error|failed to parse|target stage|unknown instruction|invalid from flag|no build stage|circular dependency).*)/,
		sentence: () => 'BuildKit cannot read the Dockerfile.',
		next: ({problem = ''}, {place}) => `Fix ${place}: ${problem.slice(0, 200)}. ${again}`,
	},
	{
		code: 'build-out-of-memory',
		reason: /exit code: 137$|non-zero code: 137$|cannot allocate memory$/,
		sentence: () => 'The builder killed the step, as it does when memory runs out.',
		next: (_, {app}) =>
			`Let the step do less at a time (in the Dockerfile: ENV ERL_FLAGS="+S 2:2"). ${buildHere(app)}`,
	},
	{
		code: 'build-out-of-memory',
		line: /JavaScript heap out of memory/,
		sentence: () => 'Node ran out of memory.',
		next: (_, {place}) =>
			`Give it more, in the Dockerfile above ${place}: ENV NODE_OPTIONS=--max-old-space-size=4096. ${again}`,
	},
	{
		code: 'build-out-of-memory',
		line: /eheap_alloc: Cannot allocate|binary_alloc: Cannot allocate/,
		sentence: () => 'Erlang ran out of memory.',
		next: (_, {app}) => `Set ENV ERL_FLAGS="+S 2:2" in the Dockerfile. ${buildHere(app)}`,
	},
	{
		code: 'build-task-missing',
		line: /^\*\* \(Mix\) The task "(?<task>[^"]{1,80})" could not be found/,
		sentence: ({task}) => `The app has no mix task ${task}.`,
		next: ({task = ''}, {place}) =>
			task.startsWith('assets.')
				? `Add the alias "${task}" to mix.exs, or, if the app has no assets, remove ${place}. mix help lists its tasks. ${again}`
				: `Add what brings it to mix.exs, also for MIX_ENV=prod, or remove ${place}. MIX_ENV=prod mix help lists its tasks. ${again}`,
	},
	{
		code: 'build-setting-missing',
		instruction: /^RUN /i,
		line: /^\*\* \((?:System\.EnvError|RuntimeError|ArgumentError|KeyError)\) (?:could not fetch )?[Ee]nvironment variable ["`']?(?<name>[A-Z][A-Z0-9_]*)["`']? (?:is missing|is not set|because it is not set|not set|must be set)/,
		also: /(?<file>config\/[\w./-]+\.exs):(?<row>\d+)/,
		sentence: ({name, file, row}) =>
			file
				? `${file}:${row} needs ${name} during the build, where it is not set.`
				: `The build needs ${name}, which is not set there.`,
		next: ({name, file}, {place}) =>
			file === 'config/runtime.exs'
				? `Copy config/runtime.exs only after ${place}, since it is for the running app. ${again}`
				: `Read ${name} in config/runtime.exs instead. If the build itself needs it and it is no secret, add ARG ${name} to the Dockerfile and the value to [build.args] in fly.toml. ${again}`,
	},
	{
		code: 'build-package-private',
		line: /^Failed to fetch record for '?hexpm:(?<organization>[\w-]+)\/|No authenticated organization found for (?<one>[\w-]+)|Unknown repository "hexpm:(?<other>[\w-]+)"/,
		sentence: ({organization, one, other}) =>
			`The build may not read the packages of ${organization ?? one ?? other} on Hex: it has no key.`,
		next: ({organization, one, other}, {app, place}) =>
			`Above ${place} add RUN --mount=type=secret,id=HEX_KEY mix hex.organization auth ${organization ?? one ?? other} --key "$(cat /run/secrets/HEX_KEY)". Then ${withSecret(app)}`,
	},
	{
		code: 'build-package-private',
		line: /^Failed to fetch record for '?(?<repository>(?!hexpm[:/])[\w-]+)\/|Unknown repository "(?<other>(?!hexpm:)[\w-]+)"/,
		sentence: ({repository, other}) =>
			`The build may not read the package repository ${repository ?? other}, or does not know it.`,
		next: ({repository, other}, {app, place}) =>
			`Above ${place} add RUN --mount=type=secret,id=HEX_KEY mix hex.repo add ${repository ?? other} URL --auth-key "$(cat /run/secrets/HEX_KEY)". Then ${withSecret(app)}`,
	},
	{
		code: 'build-package-private',
		line: /could not read Username for '(?<host>[^']+)'|^(?:git@)?(?<other>[\w.@-]+): Permission denied \(publickey|^Host key verification failed/,
		sentence: ({host, other}) => `The build may not read a private Git repository${at(host ?? other)}.`,
		next: () =>
			`Use a package from Hex, or a public repository with an https address, in mix.exs and mix.lock. ${again}`,
	},
	{
		code: 'build-download-failed',
		line: /(?:couldn't|could not) fetch "?(?<url>https?:\/\/[^\s"]+?)"?(?::|,|$| )/,
		also: /(?<status>\b404\b|Not Found)/,
		sentence: ({url = '', status}) => `The build could not download ${url}${status ? ': not found' : ''}.`,
		next: ({url = '', status}) =>
			status
				? `Set a version that exists in config/config.exs (config :${isFetched(url)}, version: "…"). ${again}`
				: `Run phxfly again, since the network may have failed. If it stays so, check its version in config/config.exs (config :${isFetched(url)}).`,
	},
	{
		code: 'build-download-failed',
		line: /httpc request failed with:|(?:EAI_AGAIN|ETIMEDOUT|ECONNRESET|ENOTFOUND) |Temporary failure (?:in name resolution|resolving)|Could not resolve host: (?<host>\S+)|^Request failed \(:?(?:timeout|nxdomain|connect)/,
		sentence: ({host}) => `A download of the build failed${at(host)}.`,
		next: () => 'Run phxfly again, since the network may have failed. Compare https://status.flyio.net.',
	},
	{
		code: 'build-node-missing',
		line: /(?:^|[\s:])(?<command>npm|npx|node|yarn|pnpm|corepack)['’"]?: (?:command )?(?:not found|No such file or directory)|System\.cmd\("(?<other>npm|npx|node|yarn|pnpm)"|"(?<third>npm|npx|node|yarn|pnpm)" (?:is not installed|not found)/,
		sentence: ({command, other, third}) =>
			`${command ?? other ?? third} is not installed where the build runs.`,
		next: (_, {place}) => `Above ${place} add RUN ${installNode}. ${again}`,
	},
	{
		code: 'build-package-unresolved',
		line: /Could not resolve "(?<name>phoenix-colocated\/[^"]+)"/,
		sentence: ({name}) => `${name} is missing, which mix compile makes.`,
		next: (_, {place}) => `Put RUN mix compile above ${place}. ${again}`,
	},
	{
		code: 'build-package-unresolved',
		line: /Could not resolve "(?<name>[^."/][^"]*)"|Can't resolve '(?<other>[^.'/][^']*)'/,
		sentence: ({name, other}) => `The build has no npm package ${name ?? other}.`,
		next: (_, {place}) =>
			`Above ${place} install Node and the packages: RUN ${installNode}, then RUN npm ci --prefix assets. ${again}`,
	},
	{
		code: 'build-elixir-unfit',
		line: /You're trying to run :(?<name>\w+) on Elixir v?(?<version>\S+) but it has declared in its mix\.exs file it supports only Elixir (?<wanted>.{1,40})/,
		sentence: ({version, name, wanted}) => `The image has Elixir ${version}, but ${name} needs ${wanted}.`,
		next: () =>
			`Choose a tag from https://hub.docker.com/r/hexpm/elixir/tags and set its versions at the top of the Dockerfile. ${again}`,
	},
	{
		code: 'build-command-missing',
		line: /^(?:\/bin\/)?(?:ba|da)?sh: (?:\d+: |line \d+: )?(?!(?:npm|npx|node|yarn|pnpm|corepack): )(?<command>[\w./+-]{1,60}): (?:command )?not found|^\*\* \(Mix\) "(?<other>make|gcc|cc|g\+\+|git|cargo|cmake)" not found in the path/,
		sentence: ({command, other}) => `${command ?? other} is not installed where the build runs.`,
		next: ({command, other}, {place}) =>
			`Install it above ${place}: RUN apt-get update && apt-get install -y ${toPackage(command ?? other ?? '')}, or apk add --no-cache on Alpine. ${again}`,
	},
	{
		code: 'build-failed',
		line: /^\*\* \((?:CompileError|SyntaxError|TokenMissingError|MismatchedDelimiterError)\) (?<file>(?:lib|test|config|apps)\/[\w./-]+)/,
		sentence: ({file}) => `${file} does not compile.`,
		next: () => `MIX_ENV=prod mix compile --force shows the same here. ${again}`,
	},
	{
		code: 'builder-lost',
		reason:
			/^(?:failed to receive status: )?(?:rpc error: code = )?Unavailable\b|error reading from server|closing transport|unexpected EOF$|: EOF$|connection (?:reset by peer|refused)|no active sessions?|lease \S+ not found/,
		sentence: () => "The connection to Fly's builder broke.",
		next: (_, {app}) =>
			`Run phxfly again. If it breaks at the same step, its memory may be too small. ${buildHere(app)}`,
	},
];

const shorten = (image: string) => image.replace(/^docker\.io\/(?:library\/)?/, '');

const at = (host: string | undefined) => (host === undefined ? '' : ` (${host})`);

const toPackage = (command: string) =>
	/^(?:make|gcc|cc|g\+\+)$/.test(command) ? 'build-essential' : command.replace(/^.*\//, '');

/** As many of the last lines are compared: earlier ones seldom belong to the failure. */
const comparedLines = 40;

/**
Finds why a build failed.

@param reason - What BuildKit reports.
@returns `undefined` if no cause fits, or several do.
*/
export function diagnose(
	{instruction, lines}: Pick<FailedStep, 'instruction' | 'lines'>,
	reason: string,
	surroundings: Surroundings,
): Diagnosis | undefined {
	const last = lines.slice(-comparedLines).map(line => line.slice(0, 1000));
	const fitting = causes.flatMap(cause => {
		const found = compare(cause, instruction, reason, last);
		return found ? [{cause, found}] : [];
	});
	const [first] = fitting;
	if (!first || fitting.some(({cause: {code}}) => code !== first.cause.code)) return undefined;
	const {cause, found} = first;
	const isOfProject = !/--from=/i.test(instruction) && cause.reason !== undefined;
	const missing = isOfProject && /^build-(?:lock|file)-missing$/.test(cause.code);
	const path = found.path ?? found.other;
	return {
		code: cause.code,
		sentence: cause.sentence(found),
		next: cause.next(found, surroundings),
		...(missing && path !== undefined ? {missingPath: path.replace(/^\//, '')} : {}),
	};
}

function compare(
	cause: Cause,
	instruction: string,
	reason: string,
	lines: readonly string[],
): Found | undefined {
	const texts = [
		[cause.instruction, [instruction]],
		[cause.reason, [reason]],
		[cause.line, lines],
	] as const;
	const found: Record<string, string> = {};
	for (const [pattern, among] of texts) {
		if (!pattern) continue;
		const match = findLast(pattern, among);
		if (!match) return undefined;
		Object.assign(found, dropMissing(match.groups));
	}
	return cause.also ? {...found, ...dropMissing(findLast(cause.also, lines)?.groups)} : found;
}

function findLast(pattern: RegExp, texts: readonly string[]): RegExpExecArray | undefined {
	for (const text of [...texts].reverse()) {
		const match = pattern.exec(text);
		if (match) return match;
	}
	return undefined;
}

const dropMissing = (groups: Record<string, string | undefined> | undefined = {}): Found =>
	Object.fromEntries(
		Object.entries(groups).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
	);
