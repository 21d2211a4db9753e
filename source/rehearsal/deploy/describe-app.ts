import {join} from 'node:path';
import {Failure} from '../../core/errors/failure.ts';
import {listSecretReads} from '../../core/project/secret-reads.ts';
import type {Context} from '../arguments/invocation.ts';
import type {Judgment} from '../image/judge.ts';
import {type Flow, load} from '../world/effects.ts';
import type {Machine} from '../world/world.ts';
import type {Deployment} from './deployment.ts';

/**
Describes what a release runs: the image, and what the app's code demands.

@param judgment - Without one, the image is taken for the templates' if the project has their litestream.yml.
*/
export function* describeApp(
	context: Context,
	judgment: Judgment | undefined,
): Flow<NonNullable<Deployment['brings']>> {
	const needs = yield* findNeeds(context);
	const shared = needs.length === 0 ? {} : {needs};
	if (!judgment) {
		const litestreamYml = context.files.read(join(context.cwd, 'etc/litestream.yml'));
		return {
			...shared,
			hasLitestream: litestreamYml !== undefined,
			...(litestreamYml === undefined ? {} : {litestreamYml}),
		};
	}

	const {hasLitestream, litestreamYml, litestreamPath, fault, switches, ...rest} = judgment;
	const litestream = judgment.replicates ? yield* readLitestream(litestreamPath, litestreamYml) : undefined;
	return {
		...shared,
		hasLitestream,
		...(litestreamYml === undefined ? {} : {litestreamYml}),
		...(litestream ? {litestream} : {}),
		judgment: {
			...rest,
			switches: [...switches],
			...(fault ? {fault: {lines: [...fault.lines], exit: fault.exit}} : {}),
		},
	};
}

/** Reads what Litestream reads of its configuration, and why it does not start with it. */
function* readLitestream(path: string, source: string | undefined): Flow<NonNullable<Machine['litestream']>> {
	if (source === undefined) return {path, problem: `config file not found: ${path}`, databases: []};
	const {readLitestreamConfig} = yield* load(() => import('../../core/litestream/config.ts'));
	try {
		const {databases} = readLitestreamConfig(path, source);
		return {
			path,
			databases: databases.map(({line: _, ...settings}) =>
				Object.fromEntries(
					Object.entries(settings).flatMap(([name, setting]) => (setting ? [[name, setting.text]] : [])),
				),
			),
		};
	} catch (error) {
		if (error instanceof Failure) return {path, problem: error.message, databases: []};
		throw error;
	}
}

type Need = {name: string; lines: string[]};

/** Finds the variables without which the release does not boot, and what Elixir prints then. */
function* findNeeds(context: Context): Flow<Need[]> {
	const texts = readCode(context);
	if (![...texts.values()].some(text => /\bSystem\.|\benv!/.test(text))) return [];
	const {readElixirFacts} = yield* load(() => import('../../core/elixir/read.ts'));
	const facts = readElixirFacts(texts, {elapsed: () => performance.now()});
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
function readCode({files, cwd}: Context): ReadonlyMap<string, string> {
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
