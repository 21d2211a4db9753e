import {expect, test} from 'vitest';
import {openWorldInMemory} from '../helpers/fake-fly.ts';
import {runtimeSecrets, sampleToml} from '../helpers/fly-texts.ts';
import {readSample} from '../helpers/sample-project.ts';

const sample: Readonly<Record<string, string>> = {
	...readSample(),
	'fly.toml': sampleToml,
	'rel/overlays/bin/server': '#!/bin/sh\nexec ./wisp start\n',
};

/** What `mix phx.gen.release --docker` leaves, in short. */
const plainDockerfile = `ARG BUILDER=hexpm/elixir:1.18
FROM \${BUILDER} AS builder
WORKDIR /app
COPY mix.exs mix.lock ./
COPY lib lib
COPY rel rel
RUN mix release wisp
FROM debian:trixie-slim
WORKDIR "/app"
COPY --from=builder --chown=nobody:root /app/_build/prod/rel/wisp ./
USER nobody
CMD ["/app/bin/server"]
`;

async function deploy(changes: Readonly<Record<string, string | undefined>>, secrets = runtimeSecrets) {
	const fly = openWorldInMemory();
	await fly.call(['apps', 'create', 'blog-1', '--org', 'personal']);
	await fly.call(['secrets', 'import', '--stage', '-a', 'blog-1'], {stdin: secrets});
	const entries = Object.entries({...sample, ...changes});
	const files = Object.fromEntries(
		entries.flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const])),
	);
	const done = await fly.call(['deploy', '--ha=false', '--dns-checks=false'], {files});
	fly.advance(30_000);
	return {...fly, ...done, machine: fly.world.machines[0]};
}

const exec = async ({call, world}: ReturnType<typeof openWorldInMemory>, line: string) =>
	(await call(['machine', 'exec', world.machines[0]?.id ?? '', line, '-a', 'blog-1', '--timeout', '9']))
		.stdout;

test('the image of the templates replicates', async () => {
	const {exit, world} = await deploy({});
	expect(exit).toBe(0);
	expect(world.objects).not.toEqual([]);
	expect(world.machines[0]).toMatchObject({
		hasLitestream: true,
		judgment: {replicates: true, hasSqlite: true},
	});
});

test('an image without Litestream runs, and its bucket stays empty', async () => {
	const fly = await deploy({Dockerfile: plainDockerfile});
	expect(fly.exit).toBe(0);
	expect(fly.world.objects).toEqual([]);
	expect(fly.machine).toMatchObject({state: 'started', hasLitestream: false, judgment: {hasSqlite: false}});
	expect(await exec(fly, 'litestream version')).toContain('Exit code: 127');
	expect(await exec(fly, "sh -c 'cat /proc/[0-9]*/comm'")).not.toContain('litestream');
});

const binary =
	'COPY --from=litestream/litestream:0.5.17 /usr/local/bin/litestream /usr/local/bin/litestream\n';
const script =
	'#!/bin/sh\nset -e\n# starts it\nlitestream restore -if-replica-exists /data/a.db\nexec litestream replicate -exec "/app/bin/server"\n';

test.each([
	{
		is: 'the words run it',
		cmd: 'CMD ["litestream", "replicate", "-exec", "/app/bin/server"]',
		files: {},
		replicates: true,
	},
	{
		is: 'a shell runs it',
		cmd: 'CMD litestream replicate -exec "/app/bin/server"',
		files: {},
		replicates: true,
	},
	{
		is: 'a copied script runs it',
		cmd: 'COPY run.sh /usr/bin/run\nENTRYPOINT ["/sbin/tini", "--", "/usr/bin/run"]',
		files: {'run.sh': script},
		replicates: true,
	},
	{
		is: 'an overlay of the release runs it',
		cmd: 'CMD ["bin/start"]',
		files: {'rel/overlays/bin/start': script},
		replicates: true,
	},
	{
		is: 'a script runs the script that runs it',
		cmd: 'COPY ops /ops\nCMD ["/bin/sh", "-c", "/ops/boot.sh && /app/bin/server"]',
		files: {'ops/boot.sh': '#!/bin/sh\nexec /ops/second.sh\n', 'ops/second.sh': script},
		replicates: true,
	},
	{
		is: 'a heredoc runs it',
		cmd: 'COPY <<EOF /start\nexec litestream replicate\nEOF\nCMD ["/start"]',
		files: {},
		replicates: true,
	},
	{is: 'nothing runs it', cmd: 'CMD ["/app/bin/server"]', files: {}, replicates: false},
	{
		is: 'only a comment names it',
		cmd: 'COPY run.sh /run.sh\nCMD ["/run.sh"]',
		files: {'run.sh': '#!/bin/sh\n# exec litestream replicate\nexec /app/bin/server\n'},
		replicates: false,
	},
])('with the program in the image: $is', async ({cmd, files, replicates}) => {
	const dockerfile = plainDockerfile.replace(
		/CMD .*\n$/,
		`${binary}COPY etc/litestream.yml /etc/litestream.yml\n${cmd}\n`,
	);
	const {world, exit, stderr} = await deploy({Dockerfile: dockerfile, ...files});
	expect(exit, stderr.slice(-400)).toBe(0);
	expect(world.machines[0]).toMatchObject({hasLitestream: true, judgment: {replicates}});
	expect(world.objects.length > 0).toBe(replicates);
});

test('a command of fly.toml replaces CMD, and exec replaces everything', async () => {
	const processes = await deploy({
		'fly.toml': `${sampleToml.replace('[http_service]\n', '[http_service]\n  processes = ["app"]\n')}\n[processes]\n  app = "/app/bin/server"\n`,
	});
	expect(processes.machine).toMatchObject({judgment: {replicates: true}});
	const exec = await deploy({'fly.toml': `${sampleToml}\n[experimental]\n  exec = ["/app/bin/server"]\n`});
	expect(exec.machine).toMatchObject({hasLitestream: true, judgment: {replicates: false}});
	expect(exec.world.objects).toEqual([]);
});

test('what starts and is not in the image ends the machine', async () => {
	const lacking = plainDockerfile.replace('"/app/bin/server"', '"litestream", "replicate"');
	const first = await deploy({Dockerfile: lacking});
	expect(first.exit).toBe(1);
	expect(first.machine).toMatchObject({
		state: 'stopped',
		events: [{request: {exit_event: {exit_code: 127}}}, {}],
	});
	expect(first.stderr).toContain(
		'failed to spawn command: litestream: No such file or directory (os error 2)',
	);

	const second = await deploy({Dockerfile: plainDockerfile.replace('bin/server', 'bin/begin')});
	expect(second.exit).toBe(1);
	expect(second.stderr).toContain(
		'failed to spawn command: /app/bin/begin: No such file or directory (os error 2)',
	);
});

test('a volume over the release hides it, and one inside it does not', async () => {
	const over = sampleToml.replace('destination = "/data"', 'destination = "/app"');
	const hidden = await deploy({Dockerfile: plainDockerfile, 'fly.toml': over});
	expect(hidden.exit).toBe(1);
	expect(hidden.stderr).toContain(
		'failed to spawn command: /app/bin/server: No such file or directory (os error 2)',
	);
	const inside = sampleToml.replace('destination = "/data"', 'destination = "/app/data"');
	expect((await deploy({Dockerfile: plainDockerfile, 'fly.toml': inside})).exit).toBe(0);
});

test('a source of COPY that the context lacks, or .dockerignore keeps out, fails the build in the words of BuildKit', async () => {
	const reason =
		/ERROR: failed to calculate checksum of ref \w+::\w+: "\/ops\/run.sh": not found\n------\n > \[stage-1 4\/4\] COPY ops\/run.sh \/run.sh:\n------\n/;
	const dockerfile = plainDockerfile.replace('USER nobody\n', 'COPY ops/run.sh /run.sh\n');
	const missing = await deploy({Dockerfile: dockerfile});
	expect(missing.exit).toBe(1);
	expect(missing.stderr).toMatch(reason);
	expect(missing.stderr).toContain(
		'error building: failed to solve: failed to compute cache key: failed to calculate checksum',
	);
	const there = {Dockerfile: dockerfile, 'ops/run.sh': '#!/bin/sh\n'};
	expect((await deploy(there)).exit).toBe(0);
	for (const ignored of [
		'ops\n',
		'/ops/\n',
		'**/*.sh\n',
		'o?s/*\n',
		'*\n!mix.exs\n!mix.lock\n!lib\n!rel\n',
	]) {
		const done = await deploy({...there, '.dockerignore': ignored});
		expect(done.stderr, ignored).toMatch(reason);
	}

	for (const ignored of ['# ops\n', 'ops\n!ops/run.sh\n', 'run.sh\n']) {
		expect((await deploy({...there, '.dockerignore': ignored})).exit, ignored).toBe(0);
	}
});

test('the Dockerfile, the stage, and the arguments of fly.toml are those that are built', async () => {
	const toml = `${sampleToml}\n[build]\n  dockerfile = "docker/web.Dockerfile"\n  build-target = "app"\n  [build.args]\n    FOLDER = "ops"\n`;
	const web =
		'FROM debian AS app\nARG FOLDER\nCOPY $FOLDER/run.sh /run.sh\nCMD ["/run.sh"]\nFROM app AS tests\nRUN false\n';
	const {exit, stderr} = await deploy({'fly.toml': toml, 'docker/web.Dockerfile': web, 'ops/run.sh': script});
	expect(exit, stderr.slice(-300)).toBe(1);
	expect(stderr).toContain('[app 2/2] COPY ops/run.sh /run.sh');
	expect(stderr).toContain('/run.sh: exec: litestream: not found');
});

test.each([
	['FRUM debian\n', 'dockerfile parse error on line 1: unknown instruction: FRUM'],
	[
		'FROM debian\n\nRUN a \\\n  # note\n\n  b\nHELLO\n',
		'dockerfile parse error on line 7: unknown instruction: HELLO',
	],
	['RUN true\n', 'no build stage in current context'],
	['# nothing\n', 'the Dockerfile cannot be empty'],
])('%j is refused', async (Dockerfile, problem) => {
	const {exit, stderr} = await deploy({Dockerfile});
	expect(exit).toBe(1);
	expect(stderr).toContain(`error building: failed to solve: ${problem}\n`);
});

test('an app without a variable that it needs to boot crashes as Elixir does, until it is set', async () => {
	const runtime = `import Config

if config_env() == :prod do
  config :wisp, :stripe, key: System.fetch_env!("STRIPE_KEY")

  if System.get_env("SENTRY") do
    config :wisp, :sentry, dsn: System.fetch_env!("SENTRY_DSN")
  end
end

if config_env() == :test do
  config :wisp, :token, System.fetch_env!("TEST_TOKEN")
end
`;
	const without = await deploy({'config/runtime.exs': runtime});
	expect(without.exit).toBe(1);
	expect(without.stderr).toContain(
		'** (System.EnvError) could not fetch environment variable "STRIPE_KEY" because it is not set\n    config/runtime.exs:4: (file)\n',
	);
	expect((await deploy({'config/runtime.exs': runtime}, `${runtimeSecrets}STRIPE_KEY="k"\n`)).exit).toBe(0);
	const inImage = (sample.Dockerfile ?? '').replace('EXPOSE 8080', 'ENV STRIPE_KEY=k');
	expect((await deploy({'config/runtime.exs': runtime, Dockerfile: inImage})).exit).toBe(0);
});

test('without DATABASE_PATH, an app that demands it crashes', async () => {
	const {exit, stderr} = await deploy({'fly.toml': sampleToml.replace(/ {2}DATABASE_PATH.*\n/, '')});
	expect(exit).toBe(1);
	expect(stderr).toContain('environment variable DATABASE_PATH is missing.');
});
