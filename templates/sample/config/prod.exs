import Config

config :wisp, WispWeb.Endpoint,
  cache_static_manifest: "priv/static/cache_manifest.json",
  force_ssl: [rewrite_on: [:x_forwarded_proto]]

config :swoosh, api_client: Swoosh.ApiClient.Req, local: false

config :logger, level: :info
