import {profiles, providers} from '../../source/cli/registry.ts';
import type {FlyRegion} from '../../source/core/fly/output.ts';
import {readProject} from '../../source/core/project/project.ts';
import type {AnswerState} from '../../source/core/questions/question.ts';
import {createRedactor} from '../../source/core/secrets/redact.ts';
import {Secret} from '../../source/core/secrets/secret.ts';
import {openSecretStore} from '../../source/engine/secret-store.ts';

const mixFile = `defmodule Wisp.MixProject do
  use Mix.Project
  def project, do: [app: :wisp, version: "0.1.0", elixir: "~> 1.18", deps: deps()]
  defp deps, do: [{:phoenix, "~> 1.8"}, {:phoenix_live_view, "~> 1.1"}, {:ecto_sqlite3, "~> 0.21"}]
end
`;

const build = (code: string, name: string, latitude: number, longitude: number, paid = false): FlyRegion => ({
	code,
	name,
	latitude,
	longitude,
	requires_paid_plan: paid,
	deprecated: false,
});

/** As `platform regions --json` lists them. */
export const everyRegion: readonly FlyRegion[] = [
	build('ams', 'Amsterdam, Netherlands', 52.37, 4.9),
	build('iad', 'Ashburn, Virginia (US)', 39.02, -77.46),
	build('ord', 'Chicago, Illinois (US)', 41.88, -87.63),
	build('dfw', 'Dallas, Texas (US)', 32.77, -96.79),
	build('fra', 'Frankfurt, Germany', 50.11, 8.68),
	build('lhr', 'London, United Kingdom', 51.5, -0.12),
	build('lax', 'Los Angeles, California (US)', 34.05, -118.24),
	build('bom', 'Mumbai, India', 19.08, 72.88, true),
	build('cdg', 'Paris, France', 48.85, 2.35),
	build('sjc', 'San Jose, California (US)', 37.35, -121.95),
	build('gru', 'Sao Paulo, Brazil', -23.54, -46.63),
	build('ewr', 'Secaucus, NJ (US)', 40.78, -74.06),
	build('sin', 'Singapore, Singapore', 1.35, 103.81),
	build('syd', 'Sydney, Australia', -33.86, 151.2),
	build('nrt', 'Tokyo, Japan', 35.62, 139.77),
	build('yyz', 'Toronto, Canada', 43.64, -79.38),
];

type Wishes = Partial<
	Omit<AnswerState, 'answers' | 'secrets' | 'account' | 'findings'> &
		AnswerState['account'] &
		AnswerState['findings']
> & {
	readonly answers?: Readonly<Record<string, string>>;
	readonly secrets?: Readonly<Record<string, string>>;
	readonly flyToml?: string;
};

export function buildAnswerState({
	answers = {},
	secrets = {},
	flyToml,
	email = 'dev@example.com',
	orgs = new Map([
		['acme-inc', 'Acme Inc'],
		['personal', 'Dev Example'],
	]),
	regions = everyRegion,
	timeZone = 'Europe/Berlin',
	existingApp,
	prefixInUse,
	machines,
	...rest
}: Wishes = {}): AnswerState {
	const files = new Map([
		['mix.exs', mixFile],
		...(flyToml === undefined ? [] : [['fly.toml', flyToml] as const]),
	]);
	const reading = readProject(files);
	if (!reading.ok) throw new Error(reading.problem);

	const origin = {kind: 'flag', text: 'test'} as const;
	const store = openSecretStore(createRedactor());
	for (const [id, value] of Object.entries(secrets)) store.add(id, new Secret(id, value));
	const profile = profiles.find(({hasStorage}) => hasStorage);
	if (!profile) throw new Error('No profile has storage.');
	return {
		profile,
		provider: undefined,
		providers,
		answers: new Map(Object.entries(answers).map(([id, value]) => [id, {value, origin}])),
		secrets: store,
		facts: reading.facts,
		account: {email, orgs, regions, timeZone},
		findings: {existingApp, prefixInUse, machines},
		open: [],
		notes: [],
		...rest,
	};
}
