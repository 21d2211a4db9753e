defmodule Wisp.Repo do
  use Ecto.Repo, otp_app: :wisp, adapter: Ecto.Adapters.SQLite3
end
