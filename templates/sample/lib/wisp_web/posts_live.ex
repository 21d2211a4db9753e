defmodule WispWeb.PostsLive do
  use Phoenix.LiveView

  import Ecto.Query

  @impl true
  def mount(_params, _session, socket) do
    posts = Wisp.Repo.all(from post in Wisp.Post, order_by: [desc: post.inserted_at], limit: 20)
    {:ok, assign(socket, posts: posts)}
  end

  @impl true
  def render(assigns) do
    ~H"""
    <main>
      <h1>Wisp</h1>
      <article :for={post <- @posts} id={"post-#{post.id}"}>
        <h2>{post.title}</h2>
        <p>{post.body}</p>
      </article>
      <p :if={@posts == []}>Nothing written yet.</p>
    </main>
    """
  end
end
