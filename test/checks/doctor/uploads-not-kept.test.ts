import {describe, expect, test} from 'vitest';
import {edit, findIn} from './small-app.ts';

const id = 'uploads-not-kept';
const path = 'lib/shop_web/live/avatar_live.ex';

/** A LiveView that stores what a visitor uploads. */
const store = (target: string, more = '') => ({
	[path]: `defmodule ShopWeb.AvatarLive do
  def save(socket) do
    consume_uploaded_entries(socket, :avatar, fn %{path: path}, entry ->
      dest = ${target}
      File.cp!(path, dest)
      {:ok, entry.uuid}
    end)
  end
  ${more}
end
`,
});
const inImage = store('Path.join([:code.priv_dir(:shop), "static", "uploads", entry.uuid])');
const litestream = edit(
	'Dockerfile',
	/CMD.*/,
	'COPY --from=litestream/litestream:0.5.17 /usr/local/bin/litestream /usr/local/bin/litestream\nCMD litestream replicate -exec /app/bin/server',
);
const beside = store('Path.join(Path.dirname(System.get_env("DATABASE_PATH")), entry.uuid)');

test.each([
	['priv', inImage],
	['app_dir', store('Path.join(Application.app_dir(:shop, "priv/static/uploads"), entry.uuid)')],
])('in the image: %s', (_, files) => {
	expect(findIn(id, files)).toMatchObject([{status: 'wrong', path, line: 5}]);
});

test('beside a database that is replicated', () => {
	expect(findIn(id, {...litestream, ...beside})).toMatchObject([{status: 'wrong', path, line: 4}]);
});

test('one problem for a file that makes a folder and writes to it', () => {
	const files = store(
		'Path.join([:code.priv_dir(:shop), "uploads", entry.uuid])',
		'def a, do: File.mkdir_p!("priv/uploads")',
	);
	expect(findIn(id, files)).toHaveLength(1);
});

describe('nothing is said', () => {
	test.each([
		['of a temporary folder', store('Path.join(System.tmp_dir!(), entry.uuid)')],
		['of a folder that a variable names', store('Path.join(System.fetch_env!("UPLOADS"), entry.uuid)')],
		['of a path that cannot be told', store('Shop.Paths.next(entry)')],
		['beside a database that nothing replicates', beside],
		[
			'without an upload',
			{
				'lib/shop/sitemap.ex':
					'defmodule Shop.Sitemap do\n  def write, do: File.write!(Path.join(:code.priv_dir(:shop), "sitemap.xml"), "")\nend\n',
			},
		],
		[
			'in a Mix task',
			{
				'lib/mix/tasks/uploads.ex':
					'defmodule Mix.Tasks.Uploads do\n  use Mix.Task\n  def run(_), do: File.cp!("a", "priv/uploads/a")\nend\n',
			},
		],
		[
			'of a folder that a link puts on the volume',
			{
				...inImage,
				...edit(
					'Dockerfile',
					'USER nobody',
					'RUN ln -s /data/files /app/lib/shop/priv/static/uploads\nUSER nobody',
				),
			},
		],
		[
			'of a volume mounted there',
			{
				...inImage,
				...edit(
					'fly.toml',
					'destination = "/data"',
					'destination = "/app/lib/shop-1.0.0/priv/static/uploads"',
				),
			},
		],
		[
			'of an app that has object storage',
			{...inImage, ...edit('mix.exs', '{:phoenix,', '{:ex_aws_s3, "~> 2.5"}, {:phoenix,')},
		],
		[
			'in development only',
			store(
				'entry.uuid',
				'def dev(%Plug.Upload{path: p}), do: if(Mix.env() == :dev, do: File.cp!(p, "priv/static/uploads/a"))',
			),
		],
	])('%s', (_, files) => {
		expect(findIn(id, files)).toEqual([]);
	});
});
