import Config

config :wisp,
  ecto_repos: [Wisp.Repo],
  generators: [timestamp_type: :utc_datetime]

# SQLite has one writer: a small pool waits, a large one locks.
config :wisp, Wisp.Repo,
  journal_mode: :wal,
  synchronous: :normal,
  busy_timeout: 5_000,
  cache_size: -64_000,
  temp_store: :memory

config :wisp, WispWeb.Endpoint,
  url: [host: "localhost"],
  adapter: Bandit.PhoenixAdapter,
  render_errors: [formats: [html: WispWeb.ErrorHTML], layout: false],
  pubsub_server: Wisp.PubSub,
  live_view: [signing_salt: "jX2bQ7cE"]

config :wisp, Wisp.Mailer, adapter: Swoosh.Adapters.Local

config :esbuild,
  version: "0.25.4",
  wisp: [
    args: ~w(js/app.js --bundle --target=es2022 --outdir=../priv/static/assets/js --external:/fonts/* --external:/images/*),
    cd: Path.expand("../assets", __DIR__),
    env: %{"NODE_PATH" => [Path.expand("../deps", __DIR__), Mix.Project.build_path()]}
  ]

config :tailwind,
  version: "4.1.12",
  wisp: [
    args: ~w(--input=assets/css/app.css --output=priv/static/assets/css/app.css),
    cd: Path.expand("..", __DIR__)
  ]

config :phoenix, :json_library, Jason

import_config "#{config_env()}.exs"
