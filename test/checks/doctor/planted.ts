import {finishPhoenix} from './finished-phoenix.ts';
import {finishedSecrets, finishWisp} from './finished-wisp.ts';

export type Planted = {
	readonly id: string;
	readonly because: string;
	readonly files: ReadonlyMap<string, string>;
	readonly secrets?: ReadonlyMap<string, string | undefined>;
	readonly unread?: readonly {readonly path: string; readonly why: string}[];
	readonly status?: 'could-not-tell' | 'hint';
	/** The file and the text of the line that must be named. */
	readonly at?: readonly [path: string, line: string];
};

type Change = readonly [path: string, from: string | RegExp, to: string];

function plant(base: ReadonlyMap<string, string>, changes: readonly Change[]): ReadonlyMap<string, string> {
	const files = new Map(base);
	for (const [path, from, to] of changes) {
		const before = files.get(path) ?? '';
		const after = from === '' ? before + to : before.replace(from, () => to);
		if (after === before) throw new Error(`Nothing to change in ${path}: ${from}`);
		files.set(path, after);
	}

	return files;
}

const wisp = finishWisp();
const phoenix = finishPhoenix();
const inWisp = (id: string, because: string, ...changes: readonly Change[]): Planted => ({
	id,
	because,
	files: plant(wisp, changes),
});
const inPhoenix = (id: string, because: string, ...changes: readonly Change[]): Planted => ({
	id,
	because,
	files: plant(phoenix, changes),
});
const without = (id: string, because: string, path: string): Planted => ({
	id,
	because,
	files: new Map([...wisp].filter(([name]) => name !== path)),
});
const withSecrets = (
	id: string,
	because: string,
	more: Readonly<Record<string, string | undefined>>,
): Planted => ({
	id,
	because,
	files: wisp,
	secrets: new Map([...finishedSecrets, ...Object.entries(more)]),
});
const [toml, docker, entry] = ['fly.toml', 'Dockerfile', 'rel/entrypoint.sh'];
const [yml, prod, runtime] = ['etc/litestream.yml', 'config/prod.exs', 'config/runtime.exs'];
const application = 'lib/wisp/application.ex';
const withoutLitestream: Change = [
	docker,
	/^(?:COPY --from=litestream|COPY etc\/litestream|COPY --chmod=0755 rel\/entrypoint|ENTRYPOINT).*\n/gm,
	'',
];

/** One trap at a time, in an app that has none. */
export const planted: readonly Planted[] = [
	{
		...inWisp('port-mismatch', 'another internal_port', [
			toml,
			'internal_port = 8080',
			'internal_port = 4000',
		]),
		at: [toml, '  internal_port = 4000'],
	},
	inWisp('port-mismatch', 'no internal_port', [toml, '  internal_port = 8080\n', '']),
	inWisp(
		'port-mismatch',
		'PORT is not set, and the default is another',
		[toml, /.*\n {2}PORT = "8080"\n/, ''],
		[runtime, '"PORT") || "8080"', '"PORT") || "4000"'],
	),
	{
		...inWisp(
			'port-mismatch',
			'nobody can tell the port',
			[toml, '  PORT = "8080"\n', ''],
			[runtime, 'String.to_integer(System.get_env("PORT") || "8080")', 'Wisp.Port.read()'],
		),
		status: 'could-not-tell',
	},
	{
		...inWisp('release-command-database', 'a migration on a machine without the volume', [
			toml,
			'[env]',
			'[deploy]\n  release_command = "/app/bin/migrate"\n\n[env]',
		]),
		at: [toml, '  release_command = "/app/bin/migrate"'],
	},
	inWisp('database-outside-volume', 'beside the mount', [
		toml,
		'"/data/wisp_prod.db"',
		'"/app/wisp_prod.db"',
	]),
	inWisp('database-outside-volume', 'a folder that only begins alike', [
		toml,
		'"/data/wisp_prod.db"',
		'"/database/wisp_prod.db"',
	]),
	inWisp('database-outside-volume', 'out again', [toml, '"/data/wisp_prod.db"', '"/data/../wisp_prod.db"']),
	{
		...inWisp('database-outside-volume', 'not in [env]', [
			toml,
			'  DATABASE_PATH = "/data/wisp_prod.db"\n',
			'',
		]),
		status: 'could-not-tell',
	},
	inWisp('auto-stop', 'the machine sleeps', [
		toml,
		'auto_stop_machines = false',
		'auto_stop_machines = "suspend"',
	]),
	inWisp('auto-stop', 'no machine need run', [toml, 'min_machines_running = 1', 'min_machines_running = 0']),
	inPhoenix('auto-stop', 'state in memory', [toml, '"off"', '"stop"']),
	inPhoenix('unknown-key', 'the seed writes it', [
		toml,
		'min_machines_running = 1',
		'min_machines_running = 1\n  max_machines = 1',
	]),
	inWisp('unknown-key', 'its other name', [
		toml,
		'min_machines_running = 1',
		'min_machines_running = 1\n  max_machines_running = 1 # one',
	]),
	inWisp('unknown-key', 'retired', [toml, '[env]', '[experimental]\n  auto_rollback = true\n\n[env]']),
	{
		...inWisp('unknown-key', 'misspelt', [toml, '  auto_start_machines', '  auto_start_machine']),
		at: [toml, '  auto_start_machine = true'],
	},
	inWisp('fly-toml-syntax', 'a value is missing', [toml, 'internal_port = 8080', 'internal_port =']),
	inWisp('wrong-type', 'a flag in quotes', [
		toml,
		'auto_stop_machines = false',
		'auto_stop_machines = "false"',
	]),
	inWisp('wrong-type', 'a number in quotes', [
		toml,
		'min_machines_running = 1',
		'min_machines_running = "1"',
	]),
	inWisp('wrong-type', 'a list', [toml, /kill_timeout.*\n/, 'kill_timeout = [30]\n']),
	inWisp('mount-mismatch', 'Litestream looks elsewhere', [
		yml,
		/path: \$\{DATABASE_PATH\}/,
		'path: /mnt/wisp.db',
	]),
	inWisp('mount-mismatch', 'Litestream looks at another file there', [
		yml,
		/path: \$\{DATABASE_PATH\}/,
		'path: /data/other.db',
	]),
	inWisp('mount-mismatch', 'the entrypoint restores elsewhere', [
		entry,
		'-if-replica-exists "$DATABASE_PATH"',
		'-if-replica-exists /mnt/wisp.db',
	]),
	inWisp('no-vm', 'no size', [toml, /\n\[\[vm\]\]\n.*\n.*\n/, '\n']),
	inWisp('too-little-memory', '256 MB', [toml, 'memory = "1gb"', 'memory = "256mb"']),
	inPhoenix('too-little-memory', 'as a number', [toml, 'memory = "512mb"', 'memory_mb = 256']),
	inWisp('no-health-check', 'none', [toml, /\n {2}# LiveView keeps[\s\S]*?(?=\n[#[]|\n\n[#[])/, '\n']),
	inWisp('health-check-redirect', 'no header', [toml, /.*X-Forwarded-Proto.*\n/, '']),
	inWisp('kill-signal', 'SIGINT', [toml, '"SIGTERM"', '"SIGINT"']),
	inWisp('kill-signal', 'none', [toml, 'kill_signal = "SIGTERM"\n', '']),
	inWisp('kill-timeout', 'five seconds', [toml, /kill_timeout.*\n/, '']),
	inWisp('kill-timeout', 'too few', [toml, /kill_timeout.*\n/, 'kill_timeout = "10s"\n']),
	{
		...inWisp('kill-timeout', 'no length of time', [toml, /kill_timeout.*\n/, 'kill_timeout = "soon"\n']),
		status: 'could-not-tell',
	},
	{
		...inWisp(
			'force-https',
			'off by choice',
			[toml, 'force_https = true', 'force_https = false'],
			[prod, 'force_ssl: [rewrite_on: [:x_forwarded_proto]]', 'force_ssl: false'],
		),
		status: 'hint',
	},
	inPhoenix(
		'force-https',
		'missing',
		[toml, '  force_https = true\n', ''],
		[prod, /config :maude, MaudeWeb.Endpoint,\n[\s\S]*?\n {2}\]\n/, ''],
	),
	inWisp('pool-size', 'ten', [toml, 'POOL_SIZE = "5"', 'POOL_SIZE = "10"']),
	inWisp(
		'pool-size',
		'by default',
		[toml, '  POOL_SIZE = "5"\n', ''],
		[runtime, '"POOL_SIZE") || "5"', '"POOL_SIZE") || "10"'],
	),
	inWisp('litestream-start', 'a restore whose failure is lost', [
		entry,
		/^[\s\S]*$/,
		'#!/bin/sh\nlitestream restore -if-db-not-exists -if-replica-exists "$DATABASE_PATH" || true\nexec litestream replicate -exec "$1"\n',
	]),
	inWisp('litestream-start', 'a shell in between', [
		docker,
		/ENTRYPOINT .*\nCMD .*\n/,
		'CMD litestream restore -if-db-not-exists -if-replica-exists $DATABASE_PATH && litestream replicate -exec /app/bin/server\n',
	]),
	inWisp('litestream-version', '0.5.16', [docker, 'litestream:0.5.17', 'litestream:0.5.16']),
	inWisp('litestream-version', '0.3.13', [docker, 'litestream:0.5.17', 'litestream:0.3.13']),
	{
		...inWisp('litestream-version', 'the newest that day', [
			docker,
			'litestream/litestream:0.5.17',
			'litestream/litestream:latest',
		]),
		status: 'could-not-tell',
	},
	inWisp(
		'litestream-replica-key',
		'nothing is replicated',
		[docker, 'litestream:0.5.17', 'litestream:0.3.13'],
		[yml, /replicas:\n {6}- url/, 'replica:\n        url'],
	),
	inWisp('litestream-two-replicas', 'two', [yml, '# a week', '      - url: s3://second/wisp\n# a week']),
	inWisp('litestream-default', 'as in a shell', [yml, /(?<=_REGION)\}/, ':-auto}']),
	withSecrets('secret-unread', 'misspelt', {RESEND_KEY: undefined}),
	{
		...withSecrets('aws-shadowing', 'the yml has no keys', {LITESTREAM_ACCESS_KEY_ID: undefined}),
		files: plant(wisp, [
			[yml, /\n.*\{LITESTREAM_ACCESS_KEY_ID\}/, ''],
			[entry, /if \[ -z "\$\{LITESTREAM_ACCESS_KEY_ID[\s\S]*?\nfi\n/, ''],
		]),
	},
	inWisp('sample-replica', 'in [env]', [
		toml,
		'  PORT',
		'  LITESTREAM_REPLICA_URL = "s3://getwisp-store/wisp"\n  PORT',
	]),
	inWisp('sample-replica', 'in litestream.yml', [
		yml,
		/url: \$\{LITESTREAM_REPLICA_URL\}/,
		'url: s3://getwisp-store/wisp',
	]),
	inWisp('sample-host', 'the placeholder', [toml, '"blog.example.com"', '"getwisp.net"']),
	withSecrets('host-twice', 'another host', {PHX_HOST: 'other.example.com'}),
	{...withSecrets('host-twice', 'its value is not known', {PHX_HOST: undefined}), status: 'could-not-tell'},
	withSecrets('secret-shadows-setting', 'a stray one', {DATABASE_PATH: undefined}),
	inWisp('redirect-loop', 'no rewrite_on', [
		prod,
		'force_ssl: [rewrite_on: [:x_forwarded_proto]]',
		'force_ssl: [hsts: true]',
	]),
	inWisp('redirect-loop', 'an empty list', [
		prod,
		'force_ssl: [rewrite_on: [:x_forwarded_proto]]',
		'force_ssl: []',
	]),
	{
		...inWisp('redirect-loop', 'made elsewhere', [
			prod,
			'force_ssl: [rewrite_on: [:x_forwarded_proto]]',
			'force_ssl: Wisp.Ssl.options()',
		]),
		status: 'could-not-tell',
	},
	inWisp('exclude-misplaced', 'as Phoenix 1.8.4 wrote it', [
		prod,
		':x_forwarded_proto]]',
		':x_forwarded_proto]],\n  exclude: [hosts: ["localhost"]]',
	]),
	inPhoenix(
		'force-ssl-at-runtime',
		'too late',
		[prod, /config :maude, MaudeWeb.Endpoint,\n[\s\S]*?\n {2}\]\n/, ''],
		[
			runtime,
			'secret_key_base: secret_key_base',
			'force_ssl: [rewrite_on: [:x_forwarded_proto]],\n    secret_key_base: secret_key_base',
		],
	),
	inWisp(
		'entrypoint-ignores-arguments',
		'beside [processes]',
		[toml, '[env]', '[processes]\n  app = "/app/bin/server"\n\n[env]'],
		[toml, '[http_service]', '[http_service]\n  processes = ["app"]'],
		[
			entry,
			/^[\s\S]*$/,
			'#!/bin/sh\nset -e\nlitestream restore -if-db-not-exists -if-replica-exists "$DATABASE_PATH"\nexec litestream replicate -exec /app/bin/server\n',
		],
	),
	inWisp('pool-cache-memory', 'a large cache', ['config/config.exs', '-64_000', '-256_000']),
	{
		...inWisp('pool-cache-memory', 'computed', ['config/config.exs', '-64_000', 'Wisp.cache()']),
		status: 'could-not-tell',
	},
	inWisp(
		'unreplicated-files',
		'attachments',
		[
			runtime,
			'config :wisp,\n    passkeys',
			'config :wisp, attachments: "/data/attachments"\n\n  config :wisp,\n    passkeys',
		],
		[
			'lib/wisp/attachments.ex',
			'',
			'defmodule Wisp.Attachments do\n  def keep(from, name) do\n    File.cp!(from, Path.join(Application.fetch_env!(:wisp, :attachments), name))\n  end\nend\n',
		],
	),
	inWisp('unreplicated-files', 'a second database', [
		toml,
		'  PORT',
		'  SEARCH_PATH = "/data/search.db"\n  PORT',
	]),
	{...inWisp('no-restart-policy', 'none', [toml, /\[\[restart\]\]\n.*\n/, '']), status: 'hint'},
	inWisp('no-restart-policy', 'never', [toml, /(?<=\[\[restart\]\]\n).*\n/, '  policy = "never"\n']),
	inWisp('entrypoint-no-exec', 'a child of the shell', [
		entry,
		'exec litestream replicate',
		'litestream replicate',
	]),
	inWisp('entrypoint-no-restore', 'none', [entry, /\n\ttimeout .*litestream restore.*/, '']),
	inWisp('entrypoint-no-restore', 'fails on the second boot', [
		entry,
		/^[\s\S]*$/,
		'#!/bin/sh\nset -e\nlitestream restore -if-replica-exists "$DATABASE_PATH"\nexec litestream replicate -exec "$1"\n',
	]),
	inWisp('entrypoint-no-restore', 'fails on the first boot', [entry, ' -if-replica-exists', '']),
	inWisp('secret-in-image', 'ENV', [
		docker,
		'ENV MIX_ENV=prod',
		'ENV MIX_ENV=prod SECRET_KEY_BASE=4fVq81hZkQ2',
	]),
	inWisp('secret-in-image', 'the old form', [
		docker,
		'ENV MIX_ENV=prod',
		'ENV MIX_ENV=prod\nENV RESEND_API_KEY re_abc',
	]),
	inWisp('secret-committed', 'in [env]', [toml, '  PORT', '  RESEND_API_KEY = "re_abc"\n  PORT']),
	inWisp('secret-committed', 'in litestream.yml', [
		yml,
		/\$\{LITESTREAM_SECRET_ACCESS_KEY\}/,
		'wJalrXUtnFEMI',
	]),
	inWisp('secret-committed', 'in prod.exs', [
		prod,
		'import Config',
		'import Config\nconfig :ex_aws, secret_access_key: "wJalrXUtnFEMI"',
	]),
	without('no-dockerignore', 'gone', '.dockerignore'),
	without('no-mix-lock', 'gone', 'mix.lock'),
	inWisp('closed-region', 'Seattle', [toml, 'primary_region = "sjc"', 'primary_region = "sea"']),
	inWisp(
		'two-mounts',
		'a second one',
		[toml, /^\[mounts\]/m, '[[mounts]]'],
		[toml, '', '\n[[mounts]]\n  source = "more"\n  destination = "/more"\n'],
	),
	inPhoenix('process-groups', 'two groups', [
		toml,
		'[http_service]',
		'[processes]\n  app = "/app/bin/server"\n  jobs = "/app/bin/jobs"\n\n[http_service]\n  processes = ["app"]',
	]),
	inWisp('deploy-strategy', 'a second machine beside the volume', [
		toml,
		'[env]',
		'[deploy]\n  strategy = "canary"\n\n[env]',
	]),
	inPhoenix('clustering', 'half of it is there', [
		toml,
		'min_machines_running = 1',
		'min_machines_running = 2',
	]),
	inWisp('clustering', 'two machines and SQLite', [
		toml,
		'min_machines_running = 1',
		'min_machines_running = 2',
	]),
	inPhoenix('check-origin', 'the old host', [
		runtime,
		'secret_key_base: secret_key_base',
		'check_origin: ["https://old.example.com"],\n    secret_key_base: secret_key_base',
	]),
	{
		...inPhoenix('check-origin', 'a function', [
			runtime,
			'secret_key_base: secret_key_base',
			'check_origin: {Maude.Origin, :ok?, []},\n    secret_key_base: secret_key_base',
		]),
		status: 'could-not-tell',
	},
	inPhoenix('url-host', 'the old host', [runtime, 'host: host', 'host: "old.example.com"']),
	inPhoenix(
		'url-host',
		'only the one of the generator',
		[prod, 'cache_static_manifest:', 'url: [host: "localhost"], cache_static_manifest:'],
		[runtime, 'url: [host: host, port: 443, scheme: "https"],\n', ''],
	),
	inPhoenix('listens-on-loopback', 'as in development', [
		runtime,
		'{0, 0, 0, 0, 0, 0, 0, 0}',
		'{127, 0, 0, 1}',
	]),
	{
		id: 'unreadable',
		because: 'too large',
		files: wisp,
		unread: [{path: 'lib/wisp/words.ex', why: 'it is not a regular file under 1 MiB'}],
		status: 'could-not-tell',
	},
	{
		id: 'unreadable',
		because: 'too large, and most rules read it',
		files: wisp,
		unread: [{path: 'config/runtime.exs', why: 'it is not a regular file under 1 MiB'}],
	},
	inWisp('unreadable', 'YAML with anchors', [yml, 'dbs:', 'dbs: &all']),
	{
		...inWisp('unreplicated-database', 'an image without Litestream', withoutLitestream),
		at: [docker, 'CMD ["/app/bin/server"]'],
	},
	{
		...inWisp('unreplicated-database', 'an image without Litestream, its secrets set', withoutLitestream),
		secrets: finishedSecrets,
	},
	{
		...inWisp(
			'litestream-unused',
			'another litestream.yml, and an image without Litestream',
			withoutLitestream,
			[yml, /\$\{LITESTREAM_REPLICA_URL\}/, 's3://blog/replica'],
		),
		at: [yml, /^# Read by.*/.exec(wisp.get(yml) ?? '')?.[0] ?? ''],
	},
	{
		...inWisp('migrations-never-run', 'skipped in every release', [application, '== nil', '!= nil']),
		at: [
			application,
			'      {Ecto.Migrator, repos: Application.fetch_env!(:wisp, :ecto_repos), skip: skip_migrations?()},',
		],
	},
	{
		...inWisp('migrations-never-run', 'no Ecto.Migrator', [application, /.*Ecto\.Migrator.*\n/, '']),
		at: [docker, 'CMD ["/app/bin/server"]'],
	},
	{
		...inWisp('uploads-not-kept', 'in the image', [
			application,
			/$/,
			`defmodule Wisp.Avatar do
  def store(%Plug.Upload{path: path, filename: name}) do
    dest = Path.join([:code.priv_dir(:wisp), "static", "avatars", name])
    File.cp!(path, dest)
  end
end
`,
		]),
		at: [application, '    File.cp!(path, dest)'],
	},
	{
		...inWisp('required-variable', 'while the image is built', [
			prod,
			'import Config',
			'import Config\nconfig :wisp, tax: System.fetch_env!("TAX_KEY")',
		]),
		at: [prod, 'config :wisp, tax: System.fetch_env!("TAX_KEY")'],
	},
	{
		...inWisp('required-variable', 'at boot', [
			runtime,
			'import Config',
			'import Config\nconfig :wisp, tax: System.fetch_env!("TAX_KEY")',
		]),
		status: 'hint',
		at: [runtime, 'config :wisp, tax: System.fetch_env!("TAX_KEY")'],
	},
	{
		...inWisp('litestream-pragmas', 'a lock that keeps Litestream out', [
			runtime,
			'database: database_path,',
			'database: database_path,\n    locking_mode: :exclusive,',
		]),
		at: [runtime, '    locking_mode: :exclusive,'],
	},
	inWisp('litestream-pragmas', 'no write-ahead log', [
		runtime,
		'database: database_path,',
		'database: database_path,\n    journal_mode: :delete,',
	]),
	{
		...inWisp('litestream-pragmas', 'nothing waits for the disk', [
			runtime,
			'database: database_path,',
			'database: database_path,\n    synchronous: :off,',
		]),
		status: 'hint',
	},
	{
		...withSecrets('heartbeat-ignored', 'the file does not read it', {LITESTREAM_HEARTBEAT_URL: undefined}),
		files: plant(wisp, [[yml, /^heartbeat-url.*\n/m, '']]),
		status: 'hint',
	},
];
