import {expect, test} from 'vitest';
import {explainFlyFailure} from '../../../source/core/fly/failures.ts';
import {locateBuildFailure} from '../../../source/core/image/build-failure.ts';
import {usualLogs, writeLog} from '../build/logs.ts';

const dockerfile = `FROM hexpm/elixir:1.18.4-erlang-99.9-debian-bookworm-20250101-slim AS builder
COPY mix.exs mix.lock ./
COPY rel rel
RUN mix assets.deploy
`;

/** Explains the log in a project that has these files and folders. */
async function explain(instruction: string, given: Readonly<Record<string, string>>) {
	const told = usualLogs.find(log => log.told.instruction === instruction)?.told;
	if (!told) throw new Error(`No log has ${instruction}.`);
	const texts: Readonly<Record<string, string>> = {Dockerfile: dockerfile, ...given};
	const failure = explainFlyFailure('deploy -a blog-1', writeLog(told), 1);
	return locateBuildFailure(
		failure,
		{app: 'blog-1', path: 'Dockerfile'},
		{
			read: async path => (texts[path]?.startsWith('folder') ? undefined : texts[path]),
			mode: async path => (path in texts ? 0o644 : undefined),
		},
	);
}

test.each([
	[
		'COPY rel rel',
		{rel: 'folder', '.dockerignore': 'deps\n# x\nrel/\n'},
		'.dockerignore:3 keeps rel out of the build.',
		'Remove that line of .dockerignore',
	],
	[
		'COPY rel rel',
		{rel: 'folder', '.dockerignore': 'rel', 'Dockerfile.dockerignore': 'deps\nr*'},
		'Dockerfile.dockerignore:2 keeps rel out of the build.',
		'Remove that line of Dockerfile.dockerignore',
	],
	['COPY rel rel', {}, 'The project has no rel, which the Dockerfile copies.', 'mix phx.gen.release'],
	['COPY rel rel', {rel: 'folder'}, 'The build gets no rel.', 'or remove Dockerfile:3'],
	[
		'COPY mix.exs mix.lock ./',
		{},
		'The project has no mix.lock, which the Dockerfile copies.',
		'Run mix deps.get and commit mix.lock',
	],
	[
		'RUN mix assets.deploy',
		{},
		'[builder 10/12] RUN mix assets.deploy (Dockerfile:4)',
		'remove Dockerfile:4',
	],
	[
		'load metadata for docker.io/hexpm/elixir:1.18.4-erlang-99.9-debian-bookworm-20250101-slim',
		{},
		'There is no image hexpm/elixir:1.18.4',
		'set its versions in Dockerfile:1',
	],
])('%s with %j: %s', async (instruction, texts, says, next) => {
	const failure = await explain(instruction, texts);
	expect(failure?.message).toContain(says);
	expect(failure?.hint).toContain(next);
});

test('a line that does not parse is the one that BuildKit names', async () => {
	const failure = explainFlyFailure(
		'deploy -a blog-1',
		'Error: failed to fetch an image or build from source: error building: failed to solve: dockerfile parse error on line 12: unknown instruction: RUNN',
		1,
	);
	const files = {read: async () => dockerfile, mode: async () => 0o644};
	const located = await locateBuildFailure(failure, {app: 'blog-1', path: 'Dockerfile'}, files);
	expect(located?.message).toContain('The build failed (Dockerfile:12): dockerfile parse error');
});
