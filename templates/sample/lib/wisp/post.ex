defmodule Wisp.Post do
  use Ecto.Schema

  schema "posts" do
    field :title, :string
    field :body, :string
    timestamps(type: :utc_datetime)
  end
end
