import {expect, test} from 'vitest';
import {readProject} from '../../source/core/project/project.ts';
import {phoenix} from '../../source/profiles/phoenix.ts';
import {requireSources} from '../../source/setup/build.ts';

/** Checks a project that has these files. */
function check(source: string, build = '') {
	const texts = new Map([
		['mix.exs', 'defmodule A do\n  def project, do: [app: :shop, deps: [{:phoenix, "~> 1.8"}]]\nend\n'],
		['fly.toml', `app = "shop"\n[build]\n${build}\n`],
		['Dockerfile', `FROM debian\nCOPY ${source} ./\nCMD ["bin/server"]\n`],
	]);
	const reading = readProject(texts);
	if (!reading.ok) throw new Error(reading.problem);
	return requireSources(
		{
			facts: reading.facts,
			readers: {
				files: {
					read: async (path: string) => texts.get(path),
					mode: async (path: string) => (texts.has(path) ? 0o644 : undefined),
				},
			},
			readTemplates: async () => new Map([['rel/entrypoint.sh', '#!/bin/sh\n']]),
		} as unknown as Parameters<typeof requireSources>[0],
		phoenix,
	);
}

test.each([
	['_build/prod/rel/shop', 'build-file-missing'],
	['mix.lock', 'build-lock-missing'],
])('a build that cannot get %s is refused before anything is changed', async (source, code) => {
	await expect(check(source)).rejects.toMatchObject({
		code,
		exit: 'failed',
		message: `Dockerfile, line 2: The project has no ${source}, which the Dockerfile copies.`,
		hint: expect.stringMatching(/Then run phxfly again\. Nothing was changed\.$/),
	});
});

test.each([
	['mix.exs', ''],
	['rel', ''],
	['rel/entrypoint.sh', ''],
	['gone', 'image = "a/b"'],
	['gone', 'builder = "heroku/builder:24"'],
])('%s with %j is built', async (source, build) => {
	await expect(check(source, build)).resolves.toBeUndefined();
});
