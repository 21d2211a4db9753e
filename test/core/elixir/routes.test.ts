import {describe, expect, test} from 'vitest';
import {readFacts, route} from './read-facts.ts';

const controller = (body: string, name = 'Page') => `defmodule ShopWeb.${name}Controller do
  use ShopWeb, :controller
  ${body}
end
`;
const shows = controller('def home(conn, _), do: render(conn, :home)');
const health = controller('def index(conn, _), do: send_resp(conn, 200, "ok")', 'Health');

const read = (lines: string, more: Readonly<Record<string, string>> = {}) =>
	readFacts({
		'lib/shop_web/router.ex': route(lines),
		'lib/shop_web/controllers/page_controller.ex': shows,
		'lib/shop_web/controllers/health_controller.ex': health,
		...more,
	});

const inScope = (lines: string, options = '"/", ShopWeb') =>
	`scope ${options} do\n    pipe_through :browser\n    ${lines}\n  end`;
const home = 'get "/", PageController, :home';

test('a path is that of its scopes', () => {
	const {routes} = read(
		'scope "/api" do\n    scope path: "/v1" do\n      get "/health", ShopWeb.HealthController, :index\n    end\n  end',
	);
	expect(routes).toMatchObject([
		{path: '/api/v1/health', verb: 'get', answer: 'shows', stops: [], holds: 'yes'},
	]);
});

describe('the health path', () => {
	test('is / where that answers 200', () => {
		expect(read(inScope(home)).health).toEqual({path: '/', why: undefined});
	});

	test.each(['/health', '/up', '/healthz', '/healthcheck', '/_health', '/ping', '/status', '/health/live'])(
		'is %s before any other',
		path => {
			expect(read(inScope(`${home}\n    get "${path}", HealthController, :index`)).health.path).toBe(path);
		},
	);

	test('a LiveView shows, a mount that navigates may not', () => {
		const view = (body: string) => ({
			'lib/shop_web/live/home_live.ex': `defmodule ShopWeb.HomeLive do\n  use ShopWeb, :live_view\n  ${body}\nend`,
		});
		const live = inScope('live "/", HomeLive');
		expect(read(live, view('def mount(_, _, socket), do: {:ok, socket}')).health.path).toBe('/');
		const moving = read(live, view('def mount(_, _, socket), do: {:ok, push_navigate(socket, to: "/a")}'));
		expect(moving.health.path).toBeUndefined();
		expect(moving.health.why).toContain('lib/shop_web/router.ex:');
	});

	test('a redirect, another status, or a missing action does not answer', () => {
		for (const body of [
			'def home(conn, _), do: redirect(conn, to: "/a")',
			'def home(conn, _), do: send_resp(conn, 503, "")',
			'def home(conn, _), do: conn |> put_status(:not_found) |> render(:home)',
			'def other(conn, _), do: render(conn, :home)',
		]) {
			const found = read(inScope(home), {'lib/shop_web/controllers/page_controller.ex': controller(body)});
			expect(found.health, body).toMatchObject({path: undefined, why: expect.any(String)});
		}
	});

	test.each([
		['a parameter', inScope('get "/:name", PageController, :home')],
		['a host', inScope(home, '"/", ShopWeb, host: "admin."')],
		['another environment', `if Mix.env() == :dev do\n    ${inScope(home)}\n  end`],
		['dev_routes', `if Application.compile_env(:shop, :dev_routes) do\n    ${inScope(home)}\n  end`],
		['a method', inScope('post "/", PageController, :home')],
		['a plug by its name', inScope(`pipe_through :require_login\n    ${home}`)],
		['a macro of a library', inScope('live_dashboard "/dashboard"')],
		[
			'basic auth',
			`pipeline :admin do\n    plug :basic_auth, username: "a"\n  end\n  ${inScope(`pipe_through :admin\n    ${home}`)}`,
		],
		[
			'a hook',
			inScope(
				'live_session :a, on_mount: {ShopWeb.Auth, :ensure_authenticated} do\n      live "/", HomeLive\n    end',
			),
		],
	])('is not behind %s', (_, lines) => {
		const view = {
			'lib/shop_web/live/home_live.ex': 'defmodule ShopWeb.HomeLive do\n  use ShopWeb, :live_view\nend',
		};
		expect(read(lines, view).health.path).toBeUndefined();
	});

	test('a plug counts by its code: what halts stops, what does not lets through', () => {
		const auth = (body: string) => ({
			'lib/shop_web/auth.ex': `defmodule ShopWeb.Auth do\n  def init(o), do: o\n  def call(conn, _), do: ${body}\nend`,
		});
		const lines = `pipeline :own do\n    plug ShopWeb.Auth\n  end\n  ${inScope(`pipe_through :own\n    ${home}`)}`;
		expect(read(lines, auth('halt(conn)')).health.path).toBeUndefined();
		expect(read(lines, auth('assign(conn, :a, 1)')).health.path).toBe('/');
	});

	test("a controller's own plug counts for its actions", () => {
		const own = (guard: string) => ({
			'lib/shop_web/controllers/page_controller.ex': controller(
				`plug :stop ${guard}\n  def home(conn, _), do: render(conn, :home)\n  defp stop(conn, _), do: halt(conn)`,
			),
		});
		expect(read(inScope(home), own('')).health.path).toBeUndefined();
		expect(read(inScope(home), own('when action in [:home]')).health.path).toBeUndefined();
		expect(read(inScope(home), own('when action in [:edit]')).health.path).toBe('/');
	});
});

test('a check asks for no action that may change something', () => {
	const stopped = 'get "/", PageController, :home, private: %{}';
	const own = {
		'lib/shop_web/controllers/page_controller.ex': controller(
			'plug :stop when action in [:home]\n  def home(conn, _), do: render(conn, :home)\n  def init(conn, _), do: conn |> rebuild() |> render(:init)\n  defp stop(conn, _), do: halt(conn)',
		),
		'lib/shop_web/live/help_live.ex':
			'defmodule ShopWeb.HelpLive do\n  use ShopWeb, :live_view\n  def mount(_, _, socket), do: {:ok, socket}\nend',
	};
	const choose = (line: string) => read(inScope(`${stopped}\n    ${line}`), own).health.path;
	expect(choose('get "/init", PageController, :init')).toBeUndefined();
	expect(choose('get "/sign-in", PageController, :init')).toBe('/sign-in');
	expect(choose('get "/init", PageController, :init\n    live "/any", HelpLive')).toBe('/any');
});

describe('the endpoint', () => {
	const endpoint = (lines: string) => ({
		'lib/shop_web/endpoint.ex': `defmodule ShopWeb.Endpoint do\n  use Phoenix.Endpoint, otp_app: :shop\n  ${lines}\n  plug ShopWeb.Router\nend`,
	});

	test('has the socket of LiveView, and none where that is a comment', () => {
		const socket = 'socket "/live", Phoenix.LiveView.Socket, websocket: [connect_info: []]';
		expect(read('', endpoint(socket)).endpoint.liveSocketPath).toBe('/live');
		expect(read('', endpoint(`# ${socket}`)).endpoint.liveSocketPath).toBeUndefined();
		const aliased = 'alias Phoenix.LiveView.Socket\n  socket "/view", Socket, websocket: []';
		expect(read('', endpoint(aliased)).endpoint.liveSocketPath).toBe('/view');
	});

	test.each([
		['String.to_integer(System.get_env("PORT") || "4000")', 'PORT', 4000],
		['String.to_integer(System.get_env("PORT", "8080"))', 'PORT', 8080],
		['System.get_env("PORT", "8081") |> String.to_integer()', 'PORT', 8081],
		['port', 'PORT', 4001],
		['env!("PORT", :integer, 4003)', 'PORT', 4003],
		['env!("PORT", :integer!)', 'PORT', undefined],
		['4002', undefined, 4002],
	])('listens on %s', (written, variable, value) => {
		const code = `import Config # and Dotenvy
port = String.to_integer(System.get_env("PORT") || "4001")
config :shop, ShopWeb.Endpoint, url: [host: System.get_env("PHX_HOST") || "example.com"], http: [ip: {0, 0, 0, 0}, port: ${written}]`;
		const found = read('', {...endpoint(''), 'config/runtime.exs': code}).endpoint;
		expect(found.port).toMatchObject({variable, value, path: 'config/runtime.exs', line: 3});
		expect(found.urlHost?.parts).toEqual([
			{is: 'variable', name: 'PHX_HOST', isRequired: false, fallback: 'example.com'},
		]);
	});

	test('a plug that redirects hosts leaves no path sure; one that answers /up is the path', () => {
		expect(read(inScope(home), endpoint('plug :canonical_host')).health).toMatchObject({path: undefined});
		const up = {
			'lib/shop_web/up.ex':
				'defmodule ShopWeb.Up do\n  def call(%{request_path: "/up"} = conn, _), do: conn |> send_resp(200, "") |> halt()\n  def call(conn, _), do: conn\nend',
		};
		expect(read(inScope(home), {...endpoint('plug ShopWeb.Up'), ...up}).health.path).toBe('/up');
	});

	test.each([
		['conn.path_info', '["health"]', 'send_resp(200, "")', '/health'],
		['path_info', '["health"]', 'send_resp(200, "")', '/health'],
		['conn.request_path', '"/up"', 'send_resp(200, "")', '/up'],
		['conn.path_info', '["health"]', 'assign(:a, 1)', undefined],
		['conn.host', '["health"]', 'send_resp(200, "")', undefined],
	])('a plug that asks %s for %s and does %s answers %s', (subject, pattern, answer, path) => {
		const lines = `plug :early\n  def early(%{path_info: path_info} = conn, _) do\n    case ${subject} do\n      ${pattern} -> conn |> ${answer} |> halt()\n      _ -> conn\n    end\n  end`;
		expect(read(inScope(home), endpoint(lines)).health.path).toBe(path);
	});
});

test('files that are written say where', () => {
	const code = `defmodule Shop.Uploads do
  def a(x), do: File.cp!(x, Path.join(System.tmp_dir!(), "a"))
  def b(x), do: File.write!(Path.join(System.fetch_env!("UPLOADS"), "b"), x)
  def c(x), do: File.write!("/data/uploads/c", x)
  def d(x), do: File.write!(x.path, "d")
end`;
	expect(readFacts({'lib/shop/uploads.ex': code}).fileWrites.map(({call, root}) => [call, root])).toEqual([
		['File.cp!', 'temporary'],
		['File.write!', 'configured'],
		['File.write!', 'absolute'],
		['File.write!', 'unknown'],
	]);
});

test('the mailer is that of production', () => {
	const files = {
		'config/config.exs': 'import Config\nconfig :shop, Shop.Mailer, adapter: Swoosh.Adapters.Local',
		'config/prod.exs': 'import Config\nconfig :shop, Shop.Mailer, adapter: Swoosh.Adapters.Resend',
		'config/test.exs': 'import Config\nconfig :shop, Shop.Mailer, adapter: Swoosh.Adapters.Test',
	};
	expect(readFacts(files).mailAdapter).toEqual({
		name: 'Swoosh.Adapters.Resend',
		path: 'config/prod.exs',
		line: 2,
	});
});
