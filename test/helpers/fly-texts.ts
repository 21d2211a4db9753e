/** A fly.toml like Wisp's: one mount, one service with a check. */
export const wispToml = `app = "blog-1"
primary_region = "sjc"
kill_signal = "SIGTERM"
kill_timeout = 30

[env]
  DATABASE_PATH = "/data/wisp_prod.db"
  PORT = 8080

[mounts]
  source = "wisp_data"
  destination = "/data"

[http_service]
  internal_port = 8080
  force_https = true
  auto_stop_machines = false
  min_machines_running = 1

  [[http_service.checks]]
    path = "/health"
    method = "get"

[[vm]]
  size = "shared-cpu-1x"
  memory = "512mb"
`;

/** The same with a check that the sample answers with 200: it forces https. */
export const sampleToml = wispToml.replace(
	'method = "get"\n',
	'method = "get"\n    headers = { "X-Forwarded-Proto" = "https" }\n',
);

/** The same without a volume. */
export const phoenixToml = wispToml.replace(/\[mounts\][^[]*/, '');

/** What makes the simulated app start. */
export const runtimeSecrets = [
	'SECRET_KEY_BASE="abc"',
	'LITESTREAM_REPLICA_URL="s3://blog-1-store/blog"',
	'LITESTREAM_ACCESS_KEY_ID="k"',
	'LITESTREAM_SECRET_ACCESS_KEY="s"',
	'',
].join('\n');
