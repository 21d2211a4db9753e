import {rules} from '../../../source/cli/registry.ts';
import {readDoctorFacts} from '../../../source/core/doctor/facts.ts';
import {findProblems, type Problem} from '../../../source/core/doctor/rule.ts';
import {readTemplates} from '../../helpers/template-files.ts';

type Files = Readonly<Record<string, string | undefined>>;

/** A repo of Ecto, as `Shop.Repo`. */
export const repoWith = (adapter: string): string =>
	`defmodule Shop.Repo do\n  use Ecto.Repo, otp_app: :shop, adapter: ${adapter}\nend\n`;

/** The module that starts the app, with these children. */
export const startChildren = (children: string): string => `defmodule Shop.Application do
  use Application
  def start(_type, _args) do
    children = [${children}]
    Supervisor.start_link(children, strategy: :one_for_one)
  end
end
`;

/** Production settings of the repo, with more lines in them. */
export const configure = (more = ''): string => `import Config
if config_env() == :prod do
  database_path = System.get_env("DATABASE_PATH") || raise "DATABASE_PATH is missing"
  config :shop, Shop.Repo, database: database_path${more}
end
`;

/** An app with SQLite on a volume, in an image as mix phx.gen.release --docker leaves it. */
const small: Files = {
	'mix.exs': `defmodule Shop.MixProject do
  use Mix.Project
  def project, do: [app: :shop, version: "1.0.0", deps: [{:phoenix, "~> 1.8"}, {:ecto_sqlite3, "~> 0.22"}]]
  def application, do: [mod: {Shop.Application, []}]
end
`,
	'lib/shop/repo.ex': repoWith('Ecto.Adapters.SQLite3'),
	'lib/shop/application.ex': startChildren('Shop.Repo, {Ecto.Migrator, repos: [Shop.Repo]}'),
	'lib/shop/release.ex': `defmodule Shop.Release do
  def migrate, do: Ecto.Migrator.with_repo(Shop.Repo, &Ecto.Migrator.run(&1, :up, all: true))
end
`,
	'priv/repo/migrations/20260101000000_create_posts.exs':
		'defmodule Shop.Repo.Migrations.CreatePosts do\nend\n',
	'config/runtime.exs': configure(),
	'rel/overlays/bin/server': '#!/bin/sh\ncd -P -- "$(dirname -- "$0")"\nPHX_SERVER=true exec ./shop start\n',
	'rel/overlays/bin/migrate': '#!/bin/sh\nexec ./shop eval Shop.Release.migrate\n',
	Dockerfile: `FROM hexpm/elixir:1.18.4 AS builder
RUN mix release
FROM debian:bookworm-slim
WORKDIR "/app"
COPY --from=builder /app/_build/prod/rel/shop ./
USER nobody
CMD ["/app/bin/server"]
`,
	'fly.toml': `app = "shop"
[env]
  DATABASE_PATH = "/data/shop.db"
[mounts]
  source = "data"
  destination = "/data"
`,
};

/** Returns what one rule finds in the small app with these files instead of those above; undefined removes one. */
export function findIn(
	id: string,
	files: Files = {},
	secrets?: ReadonlyMap<string, string | undefined>,
): readonly Problem[] {
	const texts = new Map(
		Object.entries({...small, ...files}).filter((entry): entry is [string, string] => entry[1] !== undefined),
	);
	const facts = readDoctorFacts(texts, {templates: readTemplates('wisp'), ...(secrets ? {secrets} : {})});
	return findProblems(rules, facts)
		.filter(({rule}) => rule.id === id)
		.map(({finding}) => finding);
}

/** Replaces a part of one file of the small app. */
export function edit(path: string, from: string | RegExp, to: string): Files {
	const before = small[path] ?? '';
	const after = before.replace(from, () => to);
	if (after === before) throw new Error(`Nothing to change in ${path}: ${from}`);
	return {[path]: after};
}
