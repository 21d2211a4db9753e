import Config

if System.get_env("PHX_SERVER") do
  config :wisp, WispWeb.Endpoint, server: true
end

if config_env() == :prod do
  database_path =
    System.get_env("DATABASE_PATH") ||
      raise """
      environment variable DATABASE_PATH is missing.
      For example: /data/wisp_prod.db
      """

  config :wisp, Wisp.Repo,
    database: database_path,
    pool_size: String.to_integer(System.get_env("POOL_SIZE") || "5")

  secret_key_base =
    System.get_env("SECRET_KEY_BASE") ||
      raise """
      environment variable SECRET_KEY_BASE is missing.
      You can generate one by calling: mix phx.gen.secret
      """

  # Links in mails, the WebAuthn rp_id and the sender's address are all built from this host.
  host = System.get_env("PHX_HOST") || raise "environment variable PHX_HOST is missing."
  port = String.to_integer(System.get_env("PORT") || "8080")

  config :wisp, WispWeb.Endpoint,
    url: [host: host, port: 443, scheme: "https"],
    http: [ip: {0, 0, 0, 0, 0, 0, 0, 0}, port: port],
    secret_key_base: secret_key_base

  config :wisp,
    passkeys: [origin: "https://#{host}", rp_id: host],
    mail_from: "no-reply@#{host}"

  # Without a key mails stay in the local mailer: sign-in links reach nobody.
  if api_key = System.get_env("RESEND_API_KEY") do
    config :wisp, Wisp.Mailer, adapter: Swoosh.Adapters.Resend, api_key: api_key
  end
end
