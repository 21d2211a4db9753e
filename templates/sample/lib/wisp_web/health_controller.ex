defmodule WispWeb.HealthController do
  use Phoenix.Controller, formats: []

  def show(conn, _params), do: text(conn, "ok")
end
