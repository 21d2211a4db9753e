import {expect, test} from 'vitest';
import {openWorldInMemory} from '../helpers/fake-fly.ts';
import {sampleToml} from '../helpers/fly-texts.ts';
import {readSample} from '../helpers/sample-project.ts';

/** What flyctl writes for an app with SQLite, in short. */
const dockerfile = `FROM hexpm/elixir:1.18 AS builder
ARG LITESTREAM_VERSION=0.3.13
RUN wget https://github.com/benbjohnson/litestream/releases/download/v\${LITESTREAM_VERSION}/litestream-v\${LITESTREAM_VERSION}-linux-amd64.deb && dpkg -i litestream.deb
WORKDIR /app
COPY lib lib
RUN mix release wisp
FROM debian:trixie-slim
WORKDIR "/app"
COPY --from=builder /app/_build/prod/rel/wisp ./
COPY --from=builder /usr/bin/litestream /usr/bin/litestream
COPY litestream.sh /app/bin/litestream.sh
COPY config/litestream.yml /etc/litestream.yml
ENTRYPOINT ["/bin/bash", "/app/bin/litestream.sh"]
CMD ["/app/bin/server"]
`;

const script = `#!/usr/bin/env bash
set -e
if [ ! -f "$DATABASE_PATH" ] && [ -n "$BUCKET_NAME" ]; then
	litestream restore -if-replica-exists "$DATABASE_PATH"
fi
if [ -n "$BUCKET_NAME" ]; then
	exec gosu nobody litestream replicate -exec "\${*}"
else
	exec gosu nobody "\${@}"
fi
`;

const yml = `dbs:
- path: $DATABASE_PATH
  replicas:
  - type: s3
    endpoint: $AWS_ENDPOINT_URL_S3
    bucket: $BUCKET_NAME
    path: litestream\${DATABASE_PATH}
    access-key-id: $AWS_ACCESS_KEY_ID
    secret-access-key: $AWS_SECRET_ACCESS_KEY
    region: $AWS_REGION
`;

const {'etc/litestream.yml': _, ...sample} = readSample();

type Options = {
	readonly changes?: Readonly<Record<string, string>>;
	readonly secrets?: string;
	readonly bucket?: string | undefined;
};

async function deploy({changes = {}, secrets = '', bucket = 'b-1'}: Options = {}) {
	const fly = openWorldInMemory();
	const files = {
		...sample,
		'fly.toml': sampleToml,
		'rel/overlays/bin/server': '#!/bin/sh\n./wisp start\n',
		Dockerfile: dockerfile,
		'litestream.sh': script,
		'config/litestream.yml': yml,
		...changes,
	};
	await fly.call(['apps', 'create', 'blog-1', '--org', 'personal']);
	const stdin = `SECRET_KEY_BASE="${'s'.repeat(64)}"\n${secrets}`;
	await fly.call(['secrets', 'import', '--stage', '-a', 'blog-1'], {stdin, files});
	if (bucket !== '')
		await fly.call(['storage', 'create', '-a', 'blog-1', '--name', bucket, '--yes'], {files});
	const done = await fly.call(['deploy', '--ha=false', '--dns-checks=false'], {files});
	fly.advance(30_000);
	const [machine] = fly.world.machines;
	const exec = async (line: string): Promise<string> => {
		const argv = ['machine', 'exec', machine?.id ?? '', line, '-a', 'blog-1', '--timeout', '9'];
		const {stdout, stderr} = await fly.call(argv);
		return stdout + stderr;
	};
	return {...fly, ...done, machine, exec, keys: fly.world.objects.map(({key}) => key)};
}

test('the variables of its own litestream.yml lead to the replica, as a generation of 0.3', async () => {
	const {exit, stderr, keys, exec, world} = await deploy();
	expect(exit, stderr.slice(-400)).toBe(0);
	expect(keys).toEqual([
		expect.stringMatching(
			/^litestream\/data\/wisp_prod\.db\/generations\/[\da-f]{16}\/snapshots\/00000000\.snapshot\.lz4$/,
		),
		expect.stringMatching(/\/wal\/00000000_00000000\.wal\.lz4$/),
	]);
	expect(world.objects[0]).toMatchObject({bucket: 'b-1'});
	const id = /generations\/(\w+)\//.exec(keys[0] ?? '')?.[1] ?? '';
	expect(await exec('litestream version')).toContain('v0.3.13');
	expect(await exec('litestream generations /data/wisp_prod.db')).toContain(`s3    ${id}    -9ms`);
	expect(await exec('cat /data/.wisp_prod.db-litestream/generation')).toContain(id);
	expect(await exec('litestream restore -o /tmp/a.db /data/wisp_prod.db')).not.toContain('ERROR');
	expect(await exec('litestream restore -json -o /tmp/b.db /data/wisp_prod.db')).toContain(
		'flag provided but not defined: -json',
	);
	expect(await exec('litestream sync -wait /data/wisp_prod.db')).toContain(
		'litestream sync: unknown command',
	);
});

test('without the variable that its script asks for, the app runs and nothing is replicated', async () => {
	const {exit, machine, keys, exec} = await deploy({bucket: ''});
	expect({exit, keys}).toEqual({exit: 0, keys: []});
	expect(machine).toMatchObject({
		state: 'started',
		judgment: {switches: [{name: 'BUCKET_NAME', isSet: true}]},
	});
	expect(await exec("sh -c 'cat /proc/[0-9]*/comm'")).not.toContain('litestream');
});

const always = {'litestream.sh': '#!/bin/sh\nexec litestream replicate -exec "/app/bin/server"\n'};

test.each([
	{
		is: 'the bucket is empty',
		changes: {...always, 'config/litestream.yml': yml.replace('$BUCKET_NAME', '$OTHER_BUCKET')},
		says: 'bucket required for s3 replica',
	},
	{
		is: 'the URL is empty',
		changes: {
			...always,
			'config/litestream.yml': 'dbs:\n- path: $DATABASE_PATH\n  replicas:\n  - url: $REPLICA_URL\n',
		},
		says: 'file replica path required',
	},
	{
		is: 'the file is elsewhere',
		changes: {
			...always,
			Dockerfile: dockerfile.replace('yml /etc/litestream.yml', 'yml /app/litestream.yml'),
		},
		says: 'config file not found: /etc/litestream.yml',
	},
])('Litestream ends at its start, and the app with it, where $is', async ({changes, says}) => {
	const {exit, stderr, keys} = await deploy({changes});
	expect(exit).toBe(1);
	expect(stderr).toContain('the app appears to be crashing');
	expect(stderr).toContain(says);
	expect(keys).toEqual([]);
});

test.each([
	{is: '-config', changes: {'litestream.sh': script.replace('replicate', 'replicate -config /app/own.yml')}},
	{
		is: 'ENV',
		changes: {Dockerfile: dockerfile.replace('ENTRYPOINT', 'ENV LITESTREAM_CONFIG=/app/own.yml\nENTRYPOINT')},
	},
])('the configuration that $is names is the one that counts', async ({changes}) => {
	const text = changes.Dockerfile ?? dockerfile;
	const {keys} = await deploy({
		changes: {...changes, Dockerfile: text.replace('yml /etc/litestream.yml', 'yml /app/own.yml')},
	});
	expect(keys).toHaveLength(2);
});

test('its own names, and an endpoint without a scheme, are read from the secrets; keys never are', async () => {
	const own = `access-key-id: \${REPLICA_KEY_ID}
secret-access-key: \${REPLICA_SECRET}
dbs:
  - path: \${DATABASE_PATH}
    replica:
      url: s3://\${REPLICA_BUCKET}/\${REPLICA_PATH}
      endpoint: \${REPLICA_HOST}
`;
	const changes = {
		...always,
		Dockerfile: dockerfile.replaceAll('0.3.13', '0.5.17'),
		'config/litestream.yml': own,
	};
	const keyPair = 'REPLICA_KEY_ID="id-1"\nREPLICA_SECRET="hidden-1"\n';
	const secrets = `REPLICA_BUCKET="own-1"\nREPLICA_PATH="blog"\nREPLICA_HOST="s3.example.com"\n${keyPair}`;
	const {keys, world} = await deploy({changes, secrets, bucket: ''});
	expect(keys).toEqual([
		'blog/0000/0000000000000001-0000000000000001.ltx',
		'blog/0009/0000000000000001-0000000000000001.ltx',
	]);
	expect(JSON.stringify(world)).not.toMatch(/hidden-1|id-1/);
	const without = await deploy({changes, secrets: secrets.replace(keyPair, ''), bucket: ''});
	expect(without.keys).toEqual([]);
	expect(await without.exec('litestream ltx /data/wisp_prod.db')).toContain('no EC2 IMDS role found');
});

test('a database that its litestream.yml does not name is not replicated', async () => {
	const changes = {
		Dockerfile: dockerfile.replaceAll('0.3.13', '0.5.17'),
		'config/litestream.yml': yml.replace('- path: $DATABASE_PATH', '- path: /data/other.db'),
	};
	const {exec, keys} = await deploy({changes});
	expect(await exec('litestream restore -o /tmp/a.db /data/wisp_prod.db')).toContain(
		'database not found in config: /data/wisp_prod.db',
	);
	expect(keys).toEqual([]);
});

test('an URL that names bucket and service by its host leads there', async () => {
	const url = 'url: s3://own-1.nyc3.digitaloceanspaces.com/blog';
	const changes = {
		...always,
		Dockerfile: dockerfile.replaceAll('0.3.13', '0.5.17'),
		'config/litestream.yml': `dbs:\n- path: $DATABASE_PATH\n  replicas:\n  - ${url}\n`,
	};
	const {world} = await deploy({changes});
	expect(world.objects[0]).toMatchObject({bucket: 'own-1', key: expect.stringMatching(/^blog\/0000\//)});
});

const fixed = {Dockerfile: dockerfile.replaceAll('0.3.13', '0.5.17')};

test('a restore from a URL that nothing sets ends the script', async () => {
	const run = (url: string) => ({
		...fixed,
		'litestream.sh': `#!/bin/sh\nset -e\nif [ ! -f "$DATABASE_PATH" ]; then\n\tlitestream restore -if-replica-exists -o "$DATABASE_PATH" ${url}\nfi\nexec litestream replicate -exec "/app/bin/server"\n`,
	});
	const {exit, stderr} = await deploy({changes: run('"$REPLICA_URL"')});
	expect(exit).toBe(1);
	expect(stderr).toContain('database path or replica URL required');
	const secrets = 'REPLICA_URL="s3://b-1/blog"\n';
	expect(await deploy({changes: run('"$REPLICA_URL"'), secrets})).toMatchObject({exit: 0});
	expect(await deploy({changes: run('"$REPLICA_URL" || true')})).toMatchObject({exit: 0});
});

test('a database and a URL in the words of the start need no file', async () => {
	const changes = {
		...fixed,
		'litestream.sh':
			'#!/bin/sh\nexec litestream replicate -exec "/app/bin/server" "$DATABASE_PATH" "$REPLICA_URL"\n',
		Dockerfile: fixed.Dockerfile.replace(/COPY config.*\n/, ''),
	};
	const secrets = 'REPLICA_URL="s3://own-1.s3.eu-central-1.amazonaws.com/blog"\n';
	const {world, exit} = await deploy({changes, secrets});
	expect(exit).toBe(0);
	expect(world.objects[0]).toMatchObject({bucket: 'own-1', key: expect.stringMatching(/^blog\/0000\//)});
	const without = await deploy({changes});
	expect(without).toMatchObject({exit: 1, keys: []});
	expect(without.stderr).toContain('file replica path required');
});
