import {expect, test} from 'vitest';
import {rules} from '../../../source/cli/registry.ts';
import {readDoctorFacts} from '../../../source/core/doctor/facts.ts';
import {findProblems} from '../../../source/core/doctor/rule.ts';

/** What `fly launch` makes of a fresh Phoenix 1.8.4 app with SQLite and a bucket, shortened. */
const launched: ReadonlyMap<string, string> = new Map([
	[
		'mix.exs',
		`defmodule N.MixProject do
  def project, do: [app: :name, deps: [{:phoenix, "~> 1.8"}, {:ecto_sqlite3, ">= 0.0.0"}]]
end
`,
	],
	['mix.lock', ''],
	['.dockerignore', ''],
	[
		'fly.toml',
		`app = 'name'
primary_region = 'sjc'
kill_signal = 'SIGTERM'

[build]

[env]
  DATABASE_PATH = '/mnt/name/name.db'
  PHX_HOST = 'name.fly.dev'
  PORT = '8080'

[[mounts]]
  source = 'name'
  destination = '/mnt/name'

[http_service]
  internal_port = 8080
  force_https = true
  auto_stop_machines = 'stop'
  auto_start_machines = true
  min_machines_running = 0
  processes = ['app']

  [http_service.concurrency]
    type = 'connections'
    hard_limit = 1000
    soft_limit = 1000

[[vm]]
  memory = '1gb'
  cpu_kind = 'shared'
  cpus = 1
`,
	],
	[
		'Dockerfile',
		`ARG RUNNER_IMAGE="docker.io/debian:bookworm"
FROM \${RUNNER_IMAGE} AS final
ENV MIX_ENV="prod"
COPY --from=builder --chown=nobody:root /app/_build/\${MIX_ENV}/rel/name ./
ADD https://github.com/benbjohnson/litestream/releases/download/v0.3.13/litestream-v0.3.13-linux-amd64.deb /tmp/litestream.deb
RUN dpkg -i /tmp/litestream.deb
COPY litestream.sh /app/bin/litestream.sh
COPY config/litestream.yml /etc/litestream.yml
ENTRYPOINT ["/bin/bash", "/app/bin/litestream.sh"]
CMD ["/app/bin/server"]
`,
	],
	[
		'litestream.sh',
		`#!/usr/bin/env bash
set -e

# If db doesn't exist, try restoring from object storage
if [ ! -f "$DATABASE_PATH" ] && [ -n "$BUCKET_NAME" ]; then
  litestream restore -if-replica-exists "$DATABASE_PATH"
fi

# Migrate database
/app/bin/migrate

# Launch application
if [ -n "$BUCKET_NAME" ]; then
  litestream replicate -exec "\${*}"
else
  exec "\${@}"
fi
`,
	],
	[
		'config/litestream.yml',
		`dbs:
  - path: $DATABASE_PATH
    replicas:
      - type: s3
        endpoint: $AWS_ENDPOINT_URL_S3
        bucket: $BUCKET_NAME
        path: litestream\${DATABASE_PATH}
        access-key-id: $AWS_ACCESS_KEY_ID
        secret-access-key: $AWS_SECRET_ACCESS_KEY
        region: $AWS_REGION
`,
	],
	[
		'config/prod.exs',
		`import Config
config :name, NWeb.Endpoint,
  force_ssl: [rewrite_on: [:x_forwarded_proto]],
  exclude: [
    # paths: ["/health"],
    hosts: ["localhost", "127.0.0.1"]
  ]
`,
	],
	[
		'config/runtime.exs',
		`import Config
if System.get_env("PHX_SERVER") do
  config :name, NWeb.Endpoint, server: true
end
config :name, NWeb.Endpoint, http: [port: String.to_integer(System.get_env("PORT", "4000"))]
if config_env() == :prod do
  database_path = System.get_env("DATABASE_PATH") || raise "no"
  config :name, N.Repo,
    database: database_path,
    pool_size: String.to_integer(System.get_env("POOL_SIZE") || "5")
end
`,
	],
]);

test('an app from fly launch: its placeholders work, and each problem is reported once', () => {
	const found = findProblems(rules, readDoctorFacts(launched));
	expect(found.map(({rule, finding}) => `${finding.path}:${finding.line} ${rule.id}`)).toEqual([
		'config/prod.exs:4 exclude-misplaced',
		'fly.toml:1 no-restart-policy',
		'fly.toml:1 kill-timeout',
		'fly.toml:16 no-health-check',
		'fly.toml:19 auto-stop',
		'fly.toml:21 auto-stop',
		'litestream.sh:14 entrypoint-no-exec',
		'Dockerfile:5 litestream-version',
	]);
});
