import type {ElixirFacts, ElixirSetting} from '../elixir/facts.ts';
import {listUncommented} from '../text/lines.ts';

/** Lists a setting of the app's endpoints, of what production reads, in the order in which Mix applies it: the last one wins. */
export function listEndpointSettings(elixir: ElixirFacts | undefined, key: string): readonly ElixirSetting[] {
	const {settings = [], endpoint} = elixir ?? {};
	const modules = endpoint?.modules ?? [];
	return settings
		.filter(({module}) => (modules.length > 0 ? modules.includes(module) : module.endsWith('Endpoint')))
		.filter(setting => setting.key === key)
		.map(setting => ({...setting, value: dropComments(setting.value)}));
}

const dropComments = (value: string): string =>
	listUncommented(value)
		.map(({text}) => text)
		.join('\n');

/** Tells whether a setting comes with runtime.exs, after the endpoint is compiled. */
export const isAtRuntime = ({path, phase}: ElixirSetting): boolean =>
	phase === 'boot' && !/config\/(?!runtime\.exs|releases\.exs)[^/]*\.exs$/.test(path);

/** What an endpoint does with http:// requests, by the force_ssl that it is compiled with. */
type ForcedSsl = {
	/** The last one of its endpoint. */
	readonly setting: ElixirSetting;
	readonly state: 'on' | 'off' | 'unclear';
	/** It trusts the header X-Forwarded-Proto of Fly's proxy. */
	readonly knowsProxy: boolean;
	/** As written: what it does not redirect. */
	readonly excluded: string;
};

/** Reads the force_ssl of each endpoint that has one. */
export function listForcedSsl(elixir: ElixirFacts | undefined): readonly ForcedSsl[] {
	const settings = listEndpointSettings(elixir, 'force_ssl').filter(setting => !isAtRuntime(setting));
	return [...new Set(settings.map(({module}) => module))].flatMap(module => {
		const own = settings.filter(setting => setting.module === module);
		const setting = own.at(-1);
		if (!setting) return [];
		const all = own.map(({value}) => value).join('\n');
		return [
			{
				setting,
				state: judgeState(setting),
				knowsProxy: /:x_forwarded_proto\b/.test(all),
				excluded: /\bexclude:[\s\S]*/.exec(all)?.[0] ?? '',
			},
		];
	});
}

function judgeState({value, holds}: ElixirSetting): ForcedSsl['state'] {
	if (holds !== 'yes') return 'unclear';
	if (/^(?:false|nil)$/.test(value)) return 'off';
	return /^\[[\s\S]*\]$/.test(value) ? 'on' : 'unclear';
}
