import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {copySample} from '../helpers/sample-project.ts';

const [pages, contexts, services, functions] = [65, 62, 3, 13] as const;
const count = (length: number) => Array.from({length}, (_, index) => index + 1);
const repeat = (times: number, write: (index: number) => string) => count(times).map(write).join('\n');

/**
Makes a project as large as the largest one that phxfly was tried on: 145 files of Elixir with 20,000 lines, 58 routes, 45
migrations, and a Dockerfile of 95 lines. All of it is made up, and the same each time.
*/
export function makeLargeProject(packageFolder: string, folder: string): void {
	copySample(packageFolder, folder);
	const write = (path: string, text: string) => {
		mkdirSync(dirname(join(folder, path)), {recursive: true});
		writeFileSync(join(folder, path), text);
	};
	const edit = (path: string, change: (text: string) => string) =>
		write(path, change(readFileSync(join(folder, path), 'utf8')));
	for (const index of count(pages)) write(`lib/wisp_web/live/page_${index}_live.ex`, writePage(index));
	for (const index of count(contexts)) write(`lib/wisp/store_${index}.ex`, writeContext(index));
	for (const index of count(services)) write(`lib/wisp/service_${index}.ex`, writeService(index));
	for (const index of count(44)) {
		const name = `2026020${1 + (index % 9)}0930${String(index).padStart(2, '0')}`;
		write(`priv/repo/migrations/${name}_add_part_${index}.exs`, writeMigration(index));
	}

	// Without a route for health checks, phxfly has to judge what `/` answers.
	edit('lib/wisp_web/router.ex', text =>
		text
			.replace('get "/health", HealthController, :show', 'get "/feed/:id", HealthController, :show')
			.replace('    live "/", PostsLive\n', writeRoutes()),
	);
	edit('config/dev.exs', text => text + writeSettings(36));
	edit('config/config.exs', text => text + writeSettings(12));
	edit('config/runtime.exs', text => text + writeSettings(40));
	edit('Dockerfile', text =>
		text.replace('EXPOSE 8080', `${repeat(49, index => `ENV PART_${index}=${index}`)}\nEXPOSE 8080`),
	);
}

const writeRoutes = () => `
    live_session :people, on_mount: [{WispWeb.Page1Live, :people}] do
      live "/", PostsLive
${repeat(56, index => `      live "/pages/${index}", Page${index}Live, :index`)}
    end
`;

const writeSettings = (times: number) => `
${repeat(
	times,
	index => `config :wisp, :part_${index},
  url: System.get_env("PART_${index}_URL") || "https://part-${index}.example.com",
  options: [limit: ${index}, retry: true]
`,
)}`;

const writePage = (page: number) => `defmodule WispWeb.Page${page}Live do
  use Phoenix.LiveView
  alias Wisp.Store${(page % contexts) + 1}, as: Store

  def on_mount(:people, _params, session, socket) do
    {:cont, assign(socket, :person, session["person"])}
  end

  def mount(_params, _session, socket) do
    {:ok, socket |> assign(:entries, Store.list_1()) |> assign(:page, ${page})}
  end
${repeat(
	functions,
	index => `
  def handle_event("change-${index}", %{"id" => id} = params, socket) do
    case Store.change_${index}(id, params) do
      {:ok, entry} ->
        {:noreply, socket |> put_flash(:info, "Changed #{entry.name}") |> assign(:entry, entry)}

      {:error, changes} ->
        {:noreply, assign(socket, form: to_form(changes), step: ${index})}
    end
  end`,
)}
end
`;

const writeContext = (context: number) => `defmodule Wisp.Store${context} do
  import Ecto.Query
  alias Wisp.{Post, Repo}
${repeat(
	functions,
	index => `
  def list_${index}(options \\\\ []) do
    Post
    |> where([post], post.kind == ^options[:kind])
    |> order_by(desc: :inserted_at)
    |> limit(${index + 9})
    |> Repo.all()
    |> Enum.map(fn post -> %{post | title: String.trim(post.title)} end)
  end

  def change_${index}(id, params), do: id |> get!() |> Post.changeset(params) |> Repo.update()`,
)}

  def get!(id), do: Repo.get!(Post, id)
end
`;

const writeService = (service: number) => `defmodule Wisp.Service${service} do
  require Logger

  def address, do: System.get_env("SERVICE_${service}") || "https://service-${service}.example.com"
${repeat(
	27,
	index => `
  def send_${index}(entry, options \\\\ []) do
    with {:ok, body} <- Jason.encode(%{id: entry.id, name: entry.name}),
         {:ok, answer} <- post(address() <> "/parts/${index}", body, options) do
      Logger.info("sent #{entry.id}", part: ${index})
      answer |> Map.get("items", []) |> Enum.filter(& &1["ready"]) |> Enum.sort_by(& &1["at"])
    else
      {:error, reason} -> {:error, {:part_${index}, reason}}
    end
  end`,
)}

  defp post(url, body, options), do: Req.post(url, [body: body] ++ options)
end
`;

const writeMigration = (index: number) => `defmodule Wisp.Repo.Migrations.AddPart${index} do
  use Ecto.Migration

  def change do
    alter table(:posts) do
      add :part_${index}, :string
    end
  end
end
`;
