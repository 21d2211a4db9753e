import Config

config :wisp, Wisp.Repo, database: Path.expand("../wisp_dev.db", __DIR__)

config :wisp, WispWeb.Endpoint,
  http: [ip: {127, 0, 0, 1}],
  debug_errors: true,
  secret_key_base: String.duplicate("only-for-development-", 4)
