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
		.filter(({stopsBoot}) => stopsBoot)
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
