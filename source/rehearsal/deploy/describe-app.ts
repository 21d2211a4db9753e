import {join} from 'node:path';
import {findSecretReads} from '../../core/project/secret-reads.ts';
import type {Context} from '../arguments/invocation.ts';
import type {Judgment} from '../image/judge.ts';
import type {Deployment} from './deployment.ts';

/**
Describes what a release runs: the image, and what the app's code demands.

@param judgment - Without one, the image is taken for the templates' if the project has their litestream.yml.
*/
export function describeApp(context: Context, judgment: Judgment | undefined): Deployment['brings'] {
	const needs = listNeeds(context);
	const shared = needs.length === 0 ? {} : {needs};
	if (!judgment) {
		const litestreamYml = context.files.read(join(context.cwd, 'etc/litestream.yml'));
		return {
			...shared,
			hasLitestream: litestreamYml !== undefined,
			...(litestreamYml === undefined ? {} : {litestreamYml}),
		};
	}

	const {hasLitestream, litestreamYml, fault, ...rest} = judgment;
	return {
		...shared,
		hasLitestream,
		...(litestreamYml === undefined ? {} : {litestreamYml}),
		judgment: {...rest, ...(fault ? {fault: {lines: [...fault.lines], exit: fault.exit}} : {})},
	};
}

/** Lists the variables without which the release does not boot, and what Elixir prints then. */
function listNeeds({files, cwd}: Context): {name: string; lines: string[]}[] {
	const paths = [
		...['config/config.exs', 'config/prod.exs', 'config/runtime.exs'],
		...files.list(join(cwd, 'apps')).map(app => `apps/${app}/config/runtime.exs`),
	];
	const texts = paths.flatMap(path => {
		const text = files.read(join(cwd, path));
		return text === undefined ? [] : [[path, text] as const];
	});
	return findSecretReads(new Map(texts), new Set())
		.filter(
			({stopsBoot, path, line}) =>
				stopsBoot && isAlwaysRead((new Map(texts).get(path) ?? '').split('\n'), line - 1),
		)
		.map(({name, path, line}) => {
			const code = new Map(texts).get(path)?.split('\n')[line - 1] ?? '';
			const error = /fetch_env!/.test(code)
				? `** (System.EnvError) could not fetch environment variable "${name}" because it is not set`
				: `** (RuntimeError) environment variable ${name} is missing.`;
			return {
				name,
				lines: ['ERROR! Config provider Config.Reader failed with:', error, `    ${path}:${line}: (file)`],
			};
		});
}

/** Whether a line of runtime.exs runs in production whatever else is set: by the lines around it, as mix format indents them. */
function isAlwaysRead(lines: readonly string[], at: number): boolean {
	let line = lines[at] ?? '';
	if (/\b(?:if|unless|case|cond|fn|else|def)\b|->|\|>/.test(line.replace(/\|\|.*$/, ''))) return false;
	for (let above = at - 1; above >= 0 && indentOf(line) > 0; above--) {
		const candidate = lines[above] ?? '';
		if (candidate.trim() === '' || indentOf(candidate) >= indentOf(line)) continue;
		line = candidate;
		if (/^if config_env\(\) == :prod do\s*$/.test(line.trim())) continue;
		if (/\b(?:if|unless|case|cond|for|with|fn|else|def|defp|do)\b|->/.test(line)) return false;
	}

	return true;
}

const indentOf = (line: string): number => line.length - line.trimStart().length;
