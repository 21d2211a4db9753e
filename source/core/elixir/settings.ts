import {judgePlace} from './conditions.ts';
import type {Certainty, ElixirSetting} from './facts.ts';
import {qualify, resolve, splitName} from './names.ts';
import {type ElixirSource, findModuleAround, isConfig} from './source.ts';
import {readCall, readKeywords, readLiteral, readString} from './syntax/calls.ts';
import {type ElixirNode, placeOf, textOf} from './syntax/tree.ts';

/** One `key: value` of a `config` that may hold in the image's MIX_ENV. */
export type Setting = {
	/** As written: `:wisp`. */
	readonly app: string;
	/** In full; empty for settings of the app itself. */
	readonly module: string;
	readonly key: string;
	readonly value: ElixirNode;
	readonly phase: 'build' | 'boot';
	readonly holds: Certainty;
};

export type ConfigFiles = {
	/** Whether a file of `config/` is evaluated in the image's MIX_ENV. */
	isEvaluated(path: string): boolean;
	/** Modules of `lib/` that runtime.exs calls. */
	readonly bootModules: ReadonlySet<string>;
};

const isRuntime = (path: string): boolean => /(?:^|\/)config\/(?:runtime|releases)\.exs$/.test(path);

/** Finds what Mix evaluates: config.exs, ENV.exs, runtime.exs, and what they import or call. */
export function findConfigFiles(source: ElixirSource): ConfigFiles {
	const usual = new RegExp(`(?:^|/)config/(?:config|runtime|releases|${escapeText(source.mixEnv)})\\.exs$`);
	const imported = source.findCalls(isImport).flatMap(call => {
		if (!usual.test(call.file.path)) return [];
		const name = readString(readCall(call).args[0]);
		if (name === undefined || judgePlace(call, source) === 'no') return [];
		return [call.file.path.replace(/[^/]*$/, name)];
	});
	const runtime = source.files.filter(({path}) => isRuntime(path));
	const called = source.findCalls(() => true, runtime).map(call => splitName(call).module);
	return {
		isEvaluated: path => usual.test(path) || imported.includes(path),
		bootModules: new Set(called.filter(name => source.hasModule(name))),
	};
}

const isImport = (name: string): boolean => name === 'import_config';
const escapeText = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);

/** When code outside of functions is evaluated. */
export const findConfigPhase = (path: string, source: ElixirSource): 'build' | 'boot' =>
	isRuntime(path) || (source.isStartedByMix && isConfig(path)) ? 'boot' : 'build';

/** Lists every setting, in the order in which Mix applies them: of two with the same key, the later one wins. */
export function readSettings(source: ElixirSource, config: ConfigFiles): readonly Setting[] {
	const calls = source
		.findCalls(name => name === 'config')
		.filter(call => config.isEvaluated(call.file.path) || config.bootModules.has(findModuleAround(call)));
	const ranked = calls.map(call => ({call, rank: rank(call.file.path, source.mixEnv)}));
	return ranked.sort((left, right) => left.rank - right.rank).flatMap(({call}) => readConfig(call, source));
}

function rank(path: string, mixEnv: string): number {
	if (!isConfig(path) || isRuntime(path)) return 4;
	if (/(?:^|\/)config\.exs$/.test(path)) return 1;
	return path.endsWith(`/${mixEnv}.exs`) ? 2 : 3;
}

/** `config :app, Module, a: 1`, `config :app, a: 1`, `config :app, :key, value`, `config :app, Module, variable` */
function readConfig(call: ElixirNode, source: ElixirSource): readonly Setting[] {
	const {args, keywords} = readCall(call);
	const [app, key, third] = args;
	const holds = judgePlace(call, source);
	if (!app || holds === 'no') return [];
	const {path} = call.file;
	const phase = isConfig(path) ? findConfigPhase(path, source) : 'boot';
	const build = (module: string, name: string, value: ElixirNode) => ({
		app: textOf(app),
		module,
		key: name,
		value,
		phase,
		holds,
	});
	if (third && keywords.size === 0) {
		const pairs = readKeywords(resolve(third, source));
		if (pairs.size === 0) return key ? [build('', textOf(key).replace(/^:/, ''), third)] : [];
		return [...pairs].map(([name, value]) => build(key ? qualify(key) : '', name, value));
	}
	if (keywords.size > 0)
		return [...keywords].map(([name, value]) => build(key ? qualify(key) : '', name, value));
	return key ? [...readKeywords(resolve(key, source))].map(([name, value]) => build('', name, value)) : [];
}

/** Finds the setting that wins: the last one that surely holds, or a later one that may. */
export const findSetting = (settings: readonly Setting[], module: string, key: string): Setting | undefined =>
	settings.findLast(setting => setting.module === module && setting.key === key);

export function describeSetting(
	{app, module, key, value, phase, holds}: Setting,
	source: ElixirSource,
): ElixirSetting {
	return {
		...placeOf(value),
		app,
		module,
		key,
		value: textOf(value),
		literal: readLiteral(resolve(value, source)),
		phase,
		holds,
	};
}
