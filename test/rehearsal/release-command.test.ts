import {expect, test} from 'vitest';
import {openWorldInMemory} from '../helpers/fake-fly.ts';
import {runtimeSecrets, sampleToml} from '../helpers/fly-texts.ts';
import {readSample} from '../helpers/sample-project.ts';

const dockerfile = `FROM hexpm/elixir:1.18 AS builder
WORKDIR /app
COPY lib lib
COPY rel rel
RUN mix release wisp
FROM debian:trixie-slim
WORKDIR "/app"
COPY --from=builder /app/_build/prod/rel/wisp ./
CMD ["/app/bin/server"]
`;

const release = `defmodule Wisp.Release do
  def migrate do
    {:ok, _, _} = Ecto.Migrator.with_repo(Wisp.Repo, &Ecto.Migrator.run(&1, :up, all: true))
  end
end
`;

const sample: Readonly<Record<string, string>> = {
	...readSample(),
	Dockerfile: dockerfile,
	'fly.toml': `${sampleToml}\n[deploy]\n  release_command = "/app/bin/migrate"\n`,
	'lib/wisp/release.ex': release,
	'rel/overlays/bin/server': '#!/bin/sh\nexec ./wisp start\n',
	'rel/overlays/bin/migrate':
		'#!/bin/sh\ncd -P -- "$(dirname -- "$0")"\nexec ./wisp eval Wisp.Release.migrate\n',
};

async function deploy(changes: Readonly<Record<string, string | undefined>> = {}, secrets = runtimeSecrets) {
	const fly = openWorldInMemory();
	await fly.call(['apps', 'create', 'blog-1', '--org', 'personal']);
	await fly.call(['secrets', 'import', '--stage', '-a', 'blog-1'], {stdin: secrets});
	const files = Object.fromEntries(
		Object.entries({...sample, ...changes}).flatMap(([path, text]) =>
			text === undefined ? [] : [[path, text] as const],
		),
	);
	const done = await fly.call(['deploy', '--ha=false', '--dns-checks=false'], {files});
	return {...fly, ...done};
}

test('a release_command that is right runs before the machines, and writes to no replica', async () => {
	const {exit, stdout, stderr, world} = await deploy();
	expect(exit, stderr.slice(-400)).toBe(0);
	expect(stderr).toContain('Running blog-1 release_command: /app/bin/migrate\nStarting machine\n');
	const [, id] = /> Created release_command machine (\w{14})\n/.exec(stdout) ?? [];
	expect(stdout).toContain(`✔ release_command ${id} completed successfully\n`);
	expect(stdout.indexOf('completed successfully')).toBeLessThan(stdout.indexOf('Launching new machine'));
	expect(world.objects).toEqual([]);
	expect(world.machines).toHaveLength(1);
});

test.each<{is: string; changes: Readonly<Record<string, string | undefined>>; says: string; code: number}>([
	{
		is: 'the command is not in the release',
		changes: {'rel/overlays/bin/migrate': undefined},
		says: 'failed to spawn command: /app/bin/migrate: No such file or directory',
		code: 1,
	},
	{
		is: 'an entrypoint does not find the command',
		changes: {
			'rel/overlays/bin/migrate': undefined,
			'run.sh': '#!/bin/sh\nexec "$@"\n',
			Dockerfile: dockerfile.replace('CMD', 'COPY run.sh /run.sh\nENTRYPOINT ["/run.sh"]\nCMD'),
		},
		says: '/run.sh: exec: /app/bin/migrate: not found',
		code: 127,
	},
	{
		is: 'the module is missing',
		changes: {'lib/wisp/release.ex': undefined},
		says: 'function Wisp.Release.migrate/0 is undefined (module Wisp.Release is not available)',
		code: 1,
	},
	{
		is: 'the function is missing',
		changes: {'lib/wisp/release.ex': release.replace('migrate do', 'up do')},
		says: 'function Wisp.Release.migrate/0 is undefined or private',
		code: 1,
	},
	{
		is: 'the database would be on the volume, and USER may not make its folder',
		changes: {Dockerfile: dockerfile.replace('CMD', 'USER nobody\nCMD')},
		says: 'Exqlite.Connection failed to connect',
		code: 1,
	},
])('fails, and the deploy with it, before any machine: $is', async ({changes, says, code}) => {
	const {exit, stdout, stderr, world} = await deploy(changes);
	expect(exit).toBe(1);
	expect(stdout).toContain('✖ release_command failed\n');
	const [, id] =
		/Error release_command failed running on machine (\w{14}) with exit code (\d+)\.\n/.exec(stderr) ?? [];
	expect(stderr).toContain(says);
	const reason = `machine ${id} exited with non-zero status of ${code}\n`;
	expect(stdout).toContain(`✖ Failed: ${reason}`);
	expect(stderr.endsWith(`Error: release command failed - aborting deployment. ${reason}`)).toBe(true);
	expect(world.machines).toEqual([]);
	expect(world.objects).toEqual([]);
	expect(world.releases).toMatchObject([{status: 'failed'}]);
});

test('without a variable that the release needs to boot, its command fails too', async () => {
	const {exit, stderr} = await deploy({}, runtimeSecrets.replace(/SECRET_KEY_BASE.*\n/, ''));
	expect(exit).toBe(1);
	expect(stderr).toContain('environment variable SECRET_KEY_BASE is missing.');
	expect(stderr).toContain('release command failed - aborting deployment.');
});

test('an entrypoint that ignores its words starts the app there, which never ends', async () => {
	const {exit, stderr, world} = await deploy({
		'run.sh': '#!/bin/sh\nexec /app/bin/server\n',
		Dockerfile: dockerfile.replace('CMD', 'COPY run.sh /run.sh\nENTRYPOINT ["/run.sh"]\nCMD'),
	});
	expect(exit).toBe(1);
	expect(stderr).toContain("to finish running: timeout reached waiting for machine's state to change");
	expect(world.machines).toEqual([]);
});

test.each([
	{is: 'tini', entrypoint: '["/sbin/tini", "--"]'},
	{is: 'a shell that passes its words on', entrypoint: '["/bin/sh", "-c", "exec \\"$0\\" \\"$@\\""]'},
])('behind $is, the command runs', async ({entrypoint}) => {
	const {exit, stderr} = await deploy({
		Dockerfile: dockerfile.replace('CMD', `ENTRYPOINT ${entrypoint}\nCMD`),
	});
	expect(exit, stderr.slice(-300)).toBe(0);
});

test('what a library has, or a folder that the image makes, does not fail', async () => {
	const toml = (command: string) => `${sampleToml}\n[deploy]\n  release_command = "${command}"\n`;
	expect(await deploy({'fly.toml': toml('/app/bin/wisp eval Oban.Migration.up')})).toMatchObject({exit: 0});
	const made = dockerfile.replace('CMD', 'RUN mkdir -p /data && chown nobody /data\nUSER nobody\nCMD');
	expect(await deploy({Dockerfile: made})).toMatchObject({exit: 0});
});
