const flyToml = `app = "maude"
primary_region = "sjc"
kill_signal = "SIGTERM"

[env]
  PHX_HOST = "blog.example.com"
  PORT = "8080"

[http_service]
  internal_port = 8080
  force_https = true
  auto_stop_machines = "off"
  auto_start_machines = true
  min_machines_running = 1

  [[http_service.checks]]
    path = "/"
    headers = {X-Forwarded-Proto = "https"}

[[vm]]
  size = "shared-cpu-1x"
  memory = "512mb"

[[restart]]
  policy = "always"
`;

const mixFile = `defmodule Maude.MixProject do
  use Mix.Project

  def project do
    [app: :maude, version: "0.1.0", elixir: "~> 1.15", deps: deps()]
  end

  defp deps do
    [
      {:phoenix, "~> 1.8.3"},
      {:phoenix_live_view, "~> 1.1.0"},
      {:dns_cluster, "~> 0.2.0"},
      {:bandit, "~> 1.5"}
    ]
  end
end
`;

const runtime = `import Config

if System.get_env("PHX_SERVER") do
  config :maude, MaudeWeb.Endpoint, server: true
end

config :maude, MaudeWeb.Endpoint, http: [port: String.to_integer(System.get_env("PORT", "4000"))]

if config_env() == :prod do
  secret_key_base =
    System.get_env("SECRET_KEY_BASE") ||
      raise """
      environment variable SECRET_KEY_BASE is missing.
      You can generate one by calling: mix phx.gen.secret
      """

  host = System.get_env("PHX_HOST") || "example.com"
  config :maude, :dns_cluster_query, System.get_env("DNS_CLUSTER_QUERY")
  config :maude, :anthropic_api_key, System.get_env("ANTHROPIC_API_KEY")

  config :maude, MaudeWeb.Endpoint,
    url: [host: host, port: 443, scheme: "https"],
    http: [
      # Enable IPv6 and bind on all interfaces.
      ip: {0, 0, 0, 0, 0, 0, 0, 0}
    ],
    secret_key_base: secret_key_base
end
`;

const prod = `import Config

config :maude, MaudeWeb.Endpoint, cache_static_manifest: "priv/static/cache_manifest.json"

config :maude, MaudeWeb.Endpoint,
  force_ssl: [
    rewrite_on: [:x_forwarded_proto],
    exclude: [
      # paths: ["/health"],
      hosts: ["localhost", "127.0.0.1"]
    ]
  ]

config :logger, level: :info
`;

const application = `defmodule Maude.Application do
  use Application

  @impl true
  def start(_type, _args) do
    children = [
      {DNSCluster, query: Application.get_env(:maude, :dns_cluster_query) || :ignore},
      {Phoenix.PubSub, name: Maude.PubSub},
      MaudeWeb.Endpoint
    ]

    Supervisor.start_link(children, strategy: :one_for_one, name: Maude.Supervisor)
  end
end
`;

const dockerfile = `FROM hexpm/elixir:1.18.4-erlang-27.3.4-debian-bookworm-20260824-slim AS builder
WORKDIR /app
ENV MIX_ENV="prod"
COPY mix.exs mix.lock ./
RUN mix deps.get --only prod
COPY config/config.exs config/prod.exs config/
COPY lib lib
COPY config/runtime.exs config/
RUN mix release

FROM debian:bookworm-20260824-slim
WORKDIR /app
ENV LANG=en_US.UTF-8
COPY --from=builder /app/_build/prod/rel/maude ./
CMD ["/app/bin/server"]
`;

/** An app after seed two, set up: LiveView, no database, state in processes. */
export const finishPhoenix = (): ReadonlyMap<string, string> =>
	new Map([
		['fly.toml', flyToml],
		['mix.exs', mixFile],
		['mix.lock', '%{\n}\n'],
		['config/config.exs', 'import Config\n\nimport_config "#{config_env()}.exs"\n'],
		['config/prod.exs', prod],
		['config/runtime.exs', runtime],
		[
			'config/dev.exs',
			'import Config\n\nconfig :maude, MaudeWeb.Endpoint, http: [ip: {127, 0, 0, 1}], check_origin: false\n',
		],
		['lib/maude/application.ex', application],
		[
			'lib/maude_web/endpoint.ex',
			'defmodule MaudeWeb.Endpoint do\n  use Phoenix.Endpoint, otp_app: :maude\n\n  socket "/live", Phoenix.LiveView.Socket\nend\n',
		],
		['lib/maude_web/router.ex', 'defmodule MaudeWeb.Router do\n  get "/", PageController, :home\nend\n'],
		['Dockerfile', dockerfile],
		['.dockerignore', '_build\ndeps\n'],
	]);
