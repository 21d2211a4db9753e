defmodule Wisp.Application do
  use Application

  @impl true
  def start(_type, _args) do
    # In this order: the database, its migrations, then the web server.
    children = [
      Wisp.Repo,
      {Ecto.Migrator, repos: Application.fetch_env!(:wisp, :ecto_repos), skip: skip_migrations?()},
      {Phoenix.PubSub, name: Wisp.PubSub},
      WispWeb.Endpoint
    ]

    Supervisor.start_link(children, strategy: :one_for_one, name: Wisp.Supervisor)
  end

  @impl true
  def config_change(changed, _new, removed) do
    WispWeb.Endpoint.config_change(changed, removed)
    :ok
  end

  # RELEASE_NAME is set by the release's own start script: mix runs no migrations at boot.
  defp skip_migrations?, do: System.get_env("RELEASE_NAME") == nil
end
