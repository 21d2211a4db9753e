import {expect, test} from 'vitest';
import {buildPlanContext} from '../../../source/core/plan/build-context.ts';
import {readProject} from '../../../source/core/project/project.ts';
import {phoenix} from '../../../source/profiles/phoenix.ts';
import {buildAnswerState} from '../../questions/build-answer-state.ts';

const answers = {
	app: 'shop-1',
	org: 'personal',
	region: 'ams',
	'vm-size': 'shared-cpu-1x',
	'vm-memory': '512',
};
const named = 'app = "shop-1"\n';
const setting = (port: string) => `import Config\nconfig :shop, ShopWeb.Endpoint, http: [port: ${port}]\n`;
const helper = `defmodule Shop.Settings do
  def port, do: integer("PORT", 4000)
  defp integer(name, default) do
    with {:ok, value} <- System.fetch_env(name), number <- String.to_integer(value) do
      number
    else
      _ -> default
    end
  end
end
`;

/** Returns the lines that the plan adds to fly.toml. */
function plan(runtime: string, flyToml = named): readonly string[] {
	const files = new Map([
		[
			'mix.exs',
			'defmodule Shop.MixProject do\n def project, do: [app: :shop, version: "1", deps: [{:phoenix, "~> 1.8"}]]\nend\n',
		],
		[
			'lib/shop_web/endpoint.ex',
			'defmodule ShopWeb.Endpoint do\n use Phoenix.Endpoint, otp_app: :shop\nend\n',
		],
		['lib/shop/settings.ex', helper],
		['config/runtime.exs', runtime],
		['fly.toml', flyToml],
	]);
	const reading = readProject(files);
	if (!reading.ok) throw new Error(reading.problem);
	const state = {...buildAnswerState({profile: phoenix, answers}), facts: reading.facts};
	const options = {adopt: false, redeploy: false, existing: undefined, templates: new Map()};
	const [change] = buildPlanContext(state, options).files.filter(({path}) => path === 'fly.toml');
	return (change?.after ?? '')
		.split('\n')
		.filter(line => /^\s*(?:PORT|internal_port)\b/.test(line))
		.map(line => line.trim());
}

test.each([
	{is: 'a variable with another default', port: 'String.to_integer(System.get_env("PORT") || "4000")'},
	{is: 'what only running the code would tell, and PORT is read', port: 'Shop.Settings.port()'},
])('a new service and PORT agree: the port is $is', ({port}) => {
	expect(plan(setting(port))).toEqual(['PORT = "8080"', 'internal_port = 8080']);
	expect(plan(setting(port), `${named}\n[env]\n  PORT = "5000"\n`)).toEqual([
		'PORT = "5000"',
		'internal_port = 5000',
	]);
	const withoutPort = `${named}\n[http_service]\n  force_https = true\n`;
	expect([...plan(setting(port), withoutPort)].sort()).toEqual(['PORT = "8080"', 'internal_port = 8080']);
	expect(plan(setting(port), `${withoutPort}  internal_port = 4000\n`)).toEqual(['internal_port = 4000']);
});

test('the port that the app always listens on needs no variable', () => {
	expect(plan(setting('4001'))).toEqual(['internal_port = 4001']);
	expect(plan(setting('System.get_env("PORT", "8080") |> String.to_integer()'))).toEqual([
		'internal_port = 8080',
	]);
});
