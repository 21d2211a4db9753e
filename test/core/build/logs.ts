/** Logs of failed builds as flyctl prints them, of a made-up app. */

const noImage = 'Error: failed to fetch an image or build from source: error building: failed to solve: ';

type Told = {
	/** `builder 10/12`. */
	readonly stage: string;
	readonly instruction: string;
	readonly lines?: readonly string[];
	/** What BuildKit reports of the step. */
	readonly error: string;
	/** What flyctl reports, if that is more. */
	readonly reported?: string;
};

/** One try: a step before it, the failed step, one that is canceled, and the block that repeats the failed one. */
function writeAttempt({stage, instruction, lines = [], error}: Told): readonly string[] {
	const timed = lines.map((line, index) => `${(index / 7 + 0.2).toFixed(3)} ${line}`);
	return [
		'==> Building image',
		'Waiting for depot builder...',
		'',
		'==> Building image with Depot',
		'--> build:  (\u200b)',
		'#1 [internal] load build definition from Dockerfile',
		'#1 transferring dockerfile: 2.41kB done',
		'#1 DONE 0.1s',
		'',
		'#9 [runtime 2/5] RUN apt-get update',
		'#9 0.812 Get:1 http://deb.debian.org/debian bookworm InRelease [151 kB]',
		'#9 ...',
		'',
		`#15 [${stage}] ${instruction}`,
		...timed.slice(0, 2).map(line => `#15 ${line}`),
		'#15 ...',
		'',
		'#9 [runtime 2/5] RUN apt-get update',
		'#9 3.100 Error: 503 Service Unavailable, failed to solve everything',
		'#9 3.200 ** (Mix) The task "of.another.step" could not be found',
		'#9 ...',
		'',
		`#15 [${stage}] ${instruction}`,
		...timed.slice(2).map(line => `#15 ${line}`),
		`#15 ERROR: ${error}`,
		'',
		'#9 [runtime 2/5] RUN apt-get update',
		'#9 CANCELED',
		'------',
		` > [${stage}] ${instruction}:`,
		...timed.slice(-10),
		'------',
	];
}

export function writeLog(told: Told): string {
	return [...writeAttempt(told), ...writeAttempt(told), `${noImage}${told.reported ?? told.error}`, ''].join(
		'\n',
	);
}

export const exits = (command: string, code = 1) =>
	`process "/bin/sh -c ${command}" did not complete successfully: exit code: ${code}`;

const run = (command: string, lines: readonly string[], code = 1): Told => ({
	stage: 'builder 10/12',
	instruction: `RUN ${command}`,
	lines,
	error: exits(command, code),
});

const copy = (instruction: string, path: string, stage = 'builder  8/12'): Told => ({
	stage,
	instruction,
	error: `failed to calculate checksum of ref 8x2p::q1: "${path}": not found`,
	reported: `failed to compute cache key: failed to calculate checksum of ref 8x2p::q1: "${path}": not found`,
});

const frames = Array.from({length: 4}, (_, at) => `    (mix 1.18.4) lib/mix/task.ex:${at}: Mix.Task.run/2`);

export const usualLogs: readonly {readonly told: Told; readonly code: string; readonly says: string}[] = [
	{
		told: copy('COPY mix.exs mix.lock ./', '/mix.lock', 'builder  5/12'),
		code: 'build-lock-missing',
		says: 'The build gets no mix.lock.',
	},
	{told: copy('COPY rel rel', '/rel'), code: 'build-file-missing', says: 'The build gets no rel.'},
	{told: copy('COPY priv priv', '/priv'), code: 'build-file-missing', says: 'The build gets no priv.'},
	{
		told: copy(
			'COPY --from=builder /app/_build/prod/rel/blog ./',
			'/app/_build/prod/rel/blog',
			'runtime 4/5',
		),
		code: 'build-file-missing',
		says: 'builder has no /app/_build/prod/rel/blog.',
	},
	{
		told: {
			stage: 'internal',
			instruction:
				'load metadata for docker.io/hexpm/elixir:1.18.4-erlang-99.9-debian-bookworm-20250101-slim',
			error: 'docker.io/hexpm/elixir:1.18.4-erlang-99.9-debian-bookworm-20250101-slim: not found',
			reported:
				'hexpm/elixir:1.18.4-erlang-99.9-debian-bookworm-20250101-slim: failed to resolve source metadata for docker.io/hexpm/elixir:1.18.4-erlang-99.9-debian-bookworm-20250101-slim: docker.io/hexpm/elixir:1.18.4-erlang-99.9-debian-bookworm-20250101-slim: not found',
		},
		code: 'build-image-not-found',
		says: 'There is no image hexpm/elixir:1.18.4-erlang-99.9-debian-bookworm-20250101-slim.',
	},
	{
		told: run('mix assets.setup', [
			'[debug] Downloading esbuild from https://registry.npmjs.org/@esbuild/linux-x64/-/linux-x64-0.25.4.tgz',
			'** (RuntimeError) couldn\'t fetch https://registry.npmjs.org/@esbuild/linux-x64/-/linux-x64-0.25.4.tgz: {:error, {:failed_connect, [{:to_address, {~c"registry.npmjs.org", 443}}, {:inet, [:inet], :etimedout}]}}',
			'',
			'This typically means we cannot reach the source or you are behind a proxy.',
			...frames,
		]),
		code: 'build-download-failed',
		says: 'The build could not download https://registry.npmjs.org/@esbuild/linux-x64/-/linux-x64-0.25.4.tgz.',
	},
	{
		told: run('mix assets.setup', [
			'** (RuntimeError) couldn\'t fetch https://github.com/tailwindlabs/tailwindcss/releases/download/v9.9.9/tailwindcss-linux-x64: {:ok, {{~c"HTTP/1.1", 404, ~c"Not Found"}, [], ""}}',
		]),
		code: 'build-download-failed',
		says: 'tailwindcss-linux-x64: not found.',
	},
	{
		told: run('mix assets.deploy', [
			'** (Mix) The task "assets.deploy" could not be found',
			'Note no mix.exs was found in the current directory',
		]),
		code: 'build-task-missing',
		says: 'The app has no mix task assets.deploy.',
	},
	{
		told: run('mix deps.compile', ['==> exqlite', 'Killed'], 137),
		code: 'build-out-of-memory',
		says: 'The builder killed the step, as it does when memory runs out.',
	},
	{
		told: run(
			'npm run deploy --prefix assets',
			['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
			134,
		),
		code: 'build-out-of-memory',
		says: 'Node ran out of memory.',
	},
	{
		told: run('mix deps.get --only prod', [
			'Failed to fetch record for hexpm:acme/acme_ui from registry (using cache instead)',
			"This could be because the package does not exist, it was spelled incorrectly or you don't have permissions to it",
			'** (Mix) Unknown package acme_ui in lockfile',
		]),
		code: 'build-package-private',
		says: 'The build may not read the packages of acme on Hex: it has no key.',
	},
	{
		told: run('mix deps.get --only prod', [
			'** (Mix) Unknown repository "workers", add new repositories with the `mix hex.repo add` task',
		]),
		code: 'build-package-private',
		says: 'The build may not read the package repository workers, or does not know it.',
	},
	{
		told: run('mix compile', [
			'** (System.EnvError) could not fetch environment variable "STRIPE_KEY" because it is not set',
			'    (elixir 1.18.4) lib/system.ex:705: System.fetch_env!/1',
			'    config/prod.exs:14: (file)',
			...frames,
		]),
		code: 'build-setting-missing',
		says: 'config/prod.exs:14 needs STRIPE_KEY during the build, where it is not set.',
	},
	{
		told: run('mix ecto.create', [
			'** (RuntimeError) environment variable DATABASE_PATH is missing.',
			'For example: /data/blog.db',
			'',
			'    /app/config/runtime.exs:31: (file)',
		]),
		code: 'build-setting-missing',
		says: 'config/runtime.exs:31 needs DATABASE_PATH during the build, where it is not set.',
	},
	{
		told: run('npm ci --prefix assets', ['/bin/sh: 1: npm: not found'], 127),
		code: 'build-node-missing',
		says: 'npm is not installed where the build runs.',
	},
	{
		told: run('mix assets.deploy', [
			'** (ErlangError) Erlang error: :enoent',
			'    (elixir 1.18.4) lib/system.ex:1120: System.cmd("npm", ["ci"], [cd: "assets"])',
		]),
		code: 'build-node-missing',
		says: 'npm is not installed where the build runs.',
	},
	{
		told: run('mix assets.deploy', [
			'✘ [ERROR] Could not resolve "topbar"',
			'',
			'1 error',
			'** (Mix) `mix esbuild blog --minify` exited with 1',
		]),
		code: 'build-package-unresolved',
		says: 'The build has no npm package topbar.',
	},
	{
		told: run('mix deps.get', [
			"** (Mix) You're trying to run :blog on Elixir v1.14.5 but it has declared in its mix.exs file it supports only Elixir ~> 1.18",
		]),
		code: 'build-elixir-unfit',
		says: 'The image has Elixir 1.14.5, but blog needs ~> 1.18.',
	},
	{
		told: run('git rev-parse HEAD', ['/bin/sh: git: not found'], 127),
		code: 'build-command-missing',
		says: 'git is not installed where the build runs.',
	},
	{
		told: run('mix compile', [
			'    error: undefined variable "title"',
			'    │',
			' 12 │     title <> "!"',
			'    │     ^^^^^',
			'    │',
			'    └─ lib/blog/post.ex:12:5: Blog.Post.show/1',
			'',
			'== Compilation error in file lib/blog/post.ex ==',
			'** (CompileError) lib/blog/post.ex: cannot compile module Blog.Post (errors have been logged)',
		]),
		code: 'build-failed',
		says: 'lib/blog/post.ex does not compile.',
	},
];
