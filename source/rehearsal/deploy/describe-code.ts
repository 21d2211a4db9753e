import {join} from 'node:path';
import type {ElixirFacts} from '../../core/elixir/facts.ts';
import {listSecretReads} from '../../core/project/secret-reads.ts';
import type {Context} from '../arguments/invocation.ts';
import {type AppConfig, asList, type Json} from '../config/config.ts';
import {type Flow, load} from '../world/effects.ts';
import type {Machine} from '../world/world.ts';
import {findRefusal} from './requests.ts';

type Code = ReadonlyMap<string, string>;

/** Describes what the app's code demands, what it answers to the health checks of fly.toml, and where it listens. */
export function* describeCode(
	context: Context,
	config: AppConfig,
): Flow<Pick<Machine, 'needs' | 'refusedPaths' | 'listens'>> {
	const texts = readCode(context);
	if (![...texts.keys()].some(path => path.endsWith('.ex'))) return {};
	const {readElixirFacts} = yield* load(() => import('../../core/elixir/read.ts'));
	const facts = readElixirFacts(texts, {elapsed: () => performance.now()});
	const needs = findNeeds(facts, texts);
	const refusedPaths = Object.fromEntries(
		listHttpChecks(config).flatMap(check => {
			const path = String(check.path ?? '/');
			const answer = findAnswer(check, facts, texts);
			return answer === undefined ? [] : [[path, answer]];
		}),
	);
	const listens = findPort(facts, texts);
	return {
		...(needs.length > 0 ? {needs} : {}),
		...(Object.keys(refusedPaths).length > 0 ? {refusedPaths} : {}),
		...(listens ? {listens} : {}),
	};
}

const listHttpChecks = ({services, checks}: AppConfig): readonly Json[] =>
	[...services.flatMap(service => asList(service.checks)), ...Object.values(checks)].filter(
		({type}) => type === 'http',
	);

/** Finds what a check gets in place of 200, by force_ssl and the routes. */
function findAnswer(check: Json, facts: ElixirFacts, texts: Code): string | undefined {
	const path = String(check.path ?? '/');
	const headers = asList(check.headers).map(({name, values}) => [String(name).toLowerCase(), values]);
	const proto = String(Object.fromEntries(headers)['x-forwarded-proto'] ?? '');
	const ssl = facts.settings.findLast(({module, key}) => /Endpoint$/.test(module) && key === 'force_ssl');
	const isForced =
		ssl?.phase === 'build' &&
		ssl.holds === 'yes' &&
		!/^(?:false|nil)$/.test(ssl.value) &&
		!ssl.value.includes(`"${path}"`) &&
		!headers.some(([name]) => name === 'host') &&
		!(proto === 'https' && /x_forwarded_proto/.test(ssl.value));
	if (isForced && check.protocol !== 'https') return '301 Moved Permanently';
	if (!/^(?:GET|HEAD)$/.test(String(check.method ?? 'GET'))) return undefined;
	const word = path
		.replace(/[?#].*$/, '')
		.split('/')
		.filter(Boolean)
		.at(-1);
	const isNamed = () => word !== undefined && [...texts.values()].some(text => text.includes(`${word}"`));
	return findRefusal(path, facts, isNamed);
}

/** Finds the port of the endpoint. Other numbers in the code may be ports of other servers. */
function findPort({endpoint}: ElixirFacts, texts: Code): Machine['listens'] {
	const {port} = endpoint;
	if (!port || (port.value === undefined && port.variable === undefined)) return undefined;
	const numbers = [...texts.values()].flatMap(text => text.match(/(?<![\w.])\d{2,5}(?![\w.])/g) ?? []);
	return {
		...(port.variable === undefined ? {} : {variable: port.variable}),
		...(port.value === undefined ? {} : {port: port.value}),
		others: [...new Set(numbers.map(Number))].filter(number => number !== port.value),
	};
}

type Need = {name: string; lines: string[]};

/** Finds the variables without which the release does not boot, and what Elixir prints then. */
function findNeeds(facts: ElixirFacts, texts: Code): Need[] {
	return listSecretReads(facts, new Set())
		.filter(({stopsBoot}) => stopsBoot)
		.map(({name, path, line}) => {
			const code = texts.get(path)?.split('\n')[line - 1] ?? '';
			const error = /fetch_env!/.test(code)
				? `** (System.EnvError) could not fetch environment variable "${name}" because it is not set`
				: `** (RuntimeError) environment variable ${name} is missing.`;
			return {
				name,
				lines: ['ERROR! Config provider Config.Reader failed with:', error, `    ${path}:${line}: (file)`],
			};
		});
}

const deepest = 12;

/** Reads the code of the app, or of all apps of an umbrella. */
export function readCode({files, cwd}: Context): Code {
	const texts = new Map<string, string>();
	const visit = (folder: string, depth: number) => {
		for (const name of files.list(join(cwd, folder))) {
			const path = `${folder}/${name}`;
			const text = /\.exs?$/.test(name) ? files.read(join(cwd, path)) : undefined;
			if (text !== undefined) texts.set(path, text);
			else if (!name.includes('.') && depth < deepest) visit(path, depth + 1);
		}
	};
	const apps = files.list(join(cwd, 'apps')).map(app => `apps/${app}/`);
	for (const app of ['', ...apps]) {
		const mix = files.read(join(cwd, `${app}mix.exs`));
		if (mix !== undefined) texts.set(`${app}mix.exs`, mix);
		visit(`${app}config`, 0);
		visit(`${app}lib`, 0);
	}

	return texts;
}
