import {join} from 'node:path';
import type {Context} from '../arguments/invocation.ts';
import type {AppConfig} from '../config/config.ts';
import {type Flow, FlyError, print, printError, wait} from '../world/effects.ts';
import {makeStableHex, makeUlid} from '../world/make.ts';

/** A step that fails, what it prints before, and its exit code. */
type Failing = {readonly command: string; readonly lines: readonly string[]; readonly exit: number};

type Options = {readonly image: string; readonly failing: Failing | undefined; readonly isCached: boolean};

const packages =
	`bandit castore db_connection decimal dns_cluster ecto ecto_sql ecto_sqlite3 elixir_make esbuild exqlite finch
floki gettext heroicons hpax jason mime mint nimble_options nimble_pool phoenix phoenix_ecto phoenix_html phoenix_live_dashboard
phoenix_live_reload phoenix_live_view phoenix_pubsub phoenix_template plug plug_crypto req swoosh tailwind telemetry
telemetry_metrics telemetry_poller thousand_island wax_ websock websock_adapter`.split(/\s+/);

const steps: readonly (readonly [seconds: number, name: string, lines: readonly string[]])[] = [
	[1, '[internal] load build definition from Dockerfile', ['transferring dockerfile: 2.41kB done']],
	[2, '[internal] load metadata for docker.io/hexpm/elixir', []],
	[2, '[internal] load metadata for docker.io/library/debian', []],
	[1, '[internal] load .dockerignore', ['transferring context: 631B done']],
	[2, '[internal] load build context', ['transferring context: 1.18MB done']],
	[
		8,
		'[builder  1/12] FROM docker.io/hexpm/elixir',
		['extracting 12.4MB / 78.1MB', 'extracting 78.1MB / 78.1MB', 'done'],
	],
	[
		9,
		'[builder  2/12] RUN apt-get update -y && apt-get install -y build-essential git',
		[
			'Get:1 http://deb.debian.org/debian bookworm InRelease [151 kB]',
			'Fetched 9021 kB in 2s (4511 kB/s)',
			'Setting up build-essential (12.9) ...',
			'Setting up git (1:2.39.5) ...',
		],
	],
	[1, '[builder  3/12] WORKDIR /app', []],
	[
		3,
		'[builder  4/12] RUN mix local.hex --force && mix local.rebar --force',
		['* creating root/.mix/archives/hex', '* creating root/.mix/elixir/rebar3'],
	],
	[1, '[builder  5/12] COPY mix.exs mix.lock ./', []],
	[
		7,
		'[builder  6/12] RUN mix deps.get --only prod',
		packages.map(name => `* Getting ${name} (Hex package)`),
	],
	[22, '[builder  7/12] RUN mix deps.compile', packages.map(name => `==> ${name}`)],
	[1, '[builder  8/12] COPY lib lib', []],
	[
		2,
		'[builder  9/12] RUN mix assets.setup',
		['[info] tailwind is installed', '[info] esbuild is installed'],
	],
	[9, '[builder 10/12] RUN mix compile', ['Compiling 48 files (.ex)', 'Generated app']],
	[
		4,
		'[builder 11/12] RUN mix assets.deploy',
		['Done in 412ms', '../priv/static/assets/app.js  98.2kb', 'Check your digested files at "priv/static"'],
	],
	[
		5,
		'[builder 12/12] RUN mix release',
		[
			'* assembling release',
			'* using config/runtime.exs to configure the release at runtime',
			'Release created at _build/prod/rel',
		],
	],
	[
		4,
		'[runtime 2/5] RUN apt-get update && apt-get install -y ca-certificates libstdc++6 openssl locales',
		['Setting up openssl (3.0.17-1) ...', 'Setting up ca-certificates (20230311) ...'],
	],
	[1, '[runtime 3/5] WORKDIR /app', []],
	[2, '[runtime 4/5] COPY --from=builder /app/_build/prod/rel ./', []],
	[1, '[runtime 5/5] COPY etc/litestream.yml /etc/litestream.yml', []],
];

/**
The lines of a Phoenix build, as BuildKit prints them, with the simulated milliseconds before each: about 90 seconds in total,
a few when everything is cached.
*/
function* buildLog({image, failing, isCached}: Options): Generator<{ms: number; line: string}> {
	const slowness = isCached ? 0.04 : 1;
	let number = 0;
	for (const [seconds, name, lines] of steps) {
		number++;
		const isLast = failing !== undefined && name.includes('mix compile');
		const shown = isLast ? `[builder 10/12] RUN ${failing.command}` : name;
		yield {ms: 50, line: `#${number} ${shown}`};
		if (isCached && /\[(?:builder|runtime)/.test(name) && !isLast) {
			yield {ms: 20, line: `#${number} CACHED\n`};
			continue;
		}
		const output = (isLast ? failing.lines : lines).map((line, index, {length}) => {
			const at = (seconds * (index + 1)) / (length + 1);
			return `${at.toFixed(at < 10 ? 3 : 2)} ${line}`;
		});
		const ms = (seconds * slowness * 1_000) / (output.length + 1);
		for (const line of output) yield {ms, line: `#${number} ${line}`};
		if (isLast) {
			yield {ms, line: `#${number} ERROR: ${describeExit(failing)}`};
			for (const line of ['------', ` > ${shown}:`, ...output, '------']) yield {ms: 0, line};
			return;
		}
		yield {ms, line: `#${number} DONE ${seconds}.0s\n`};
	}
	yield {ms: 1_000, line: `#${number + 1} exporting to image`};
	yield {ms: 3_000 * slowness, line: `#${number + 1} exporting layers 3.1s done`};
	yield {ms: 1_000, line: `#${number + 1} exporting manifest sha256:${makeStableHex(image, 64)} done`};
	yield {ms: 1_000, line: `#${number + 1} pushing manifest for ${image}`};
	yield {ms: 500, line: `#${number + 1} DONE 6.0s\n`};
}

const describeExit = ({command, exit}: Failing): string =>
	`process ${JSON.stringify(`/bin/sh -c ${command}`)} did not complete successfully: exit code: ${exit}`;

/** `--image`, the file's own image, or a build. Tries and prints a failure twice, like flyctl. */
export function* chooseImage(context: Context, config: AppConfig): Flow<string> {
	const image = context.flags.string('image') || String(config.build.image ?? '');
	if (image !== '') return yield* findImage(image);

	const provided = context.flags.string('dockerfile') || String(config.build.dockerfile ?? '');
	const names = provided === '' ? ['Dockerfile', 'dockerfile'] : [provided];
	const text = names
		.map(name => context.files.read(join(context.cwd, name)))
		.find(found => found !== undefined);
	const builder = config.build.builder ?? config.build.buildpacks ?? config.build.builtin;
	if (text === undefined && builder === undefined) {
		const reason =
			provided === ''
				? 'app does not have a Dockerfile or buildpacks configured. See https://fly.io/docs/reference/configuration/#the-build-section'
				: `dockerfile '${join(context.cwd, provided)}' not found`;
		return yield* failTwice([], reason);
	}
	if (context.flags.bool('local-only')) {
		return yield* failTwice([], 'docker is unavailable to build the deployment image');
	}
	return yield* build(context, text ?? '');
}

function* findImage(image: string): Flow<string> {
	const search = `Searching for image '${image}' remotely...`;
	if (image.startsWith('registry.fly.io/nope'))
		return yield* failTwice([search], `could not find image "${image}"`);
	yield* printError('==> Building image');
	yield* printError(search);
	yield* wait(1_500);
	yield* printError(`image found: img_${makeStableHex(image, 16)}`);
	return image;
}

function* failTwice(lines: readonly string[], reason: string): Flow<never> {
	for (const _ of [1, 2]) {
		yield* printError('==> Building image');
		for (const line of lines) yield* printError(line);
		yield* wait(600);
	}
	throw new FlyError(`failed to fetch an image or build from source: ${reason}`);
}

function* build({app, flags}: Context, dockerfile: string): Flow<string> {
	const failing = findFailing(dockerfile);
	const image = `registry.fly.io/${app}:${flags.string('image-label') || `deployment-${makeUlid()}`}`;
	for (const attempt of [1, 2]) {
		yield* printError('==> Building image');
		yield* printError('Waiting for depot builder...\n');
		for (const {ms, line} of buildLog({image, failing, isCached: attempt === 2 || flags.bool('no-cache')})) {
			yield* wait(ms);
			yield* printError(line);
		}
		if (failing === undefined) break;
	}
	if (failing !== undefined) {
		throw new FlyError(
			`failed to fetch an image or build from source: error building: failed to solve: ${describeExit(failing)}`,
		);
	}
	yield* printError('--> Building image done');
	yield* printError(`image: ${image}`);
	yield* printError('image size: 148 MB');
	yield* print();
	return image;
}

/** Finds a step that runs `false` or `exit 1`, perhaps after some `echo`. */
function findFailing(dockerfile: string): Failing | undefined {
	const [, command] =
		/^\s*RUN\s+((?:echo\s+[^&\n]+&&\s*)*(?:false|exit [1-9]\d*))\s*$/m.exec(dockerfile) ?? [];
	if (command === undefined) return undefined;
	const lines = [...command.matchAll(/echo\s+([^&]+?)\s*&&/g)].map(([, text = '']) =>
		text.replace(/^(["'])(.*)\1$/, '$2'),
	);
	return {command, lines, exit: Number(/exit (\d+)$/.exec(command)?.[1] ?? 1)};
}
