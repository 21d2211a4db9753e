import {expect, test} from 'vitest';
import type {PlanContext} from '../../source/core/plan/context.ts';
import type {Readers} from '../../source/core/readers.ts';
import {writeFiles} from '../../source/steps/write-files.ts';

const dockerfile = {
	path: 'Dockerfile',
	before: 'FROM a\n',
	after: 'FROM a\nCOPY b c\n',
	mode: 0o644,
	why: '',
};
const script = {path: 'rel/entrypoint.sh', after: '#!/bin/sh\n', mode: 0o755, why: ''};

function look(now: Readonly<Record<string, string>>) {
	const context = {
		app: 'shop',
		files: [dockerfile, script],
		flyTomlPath: 'fly.toml',
	} as unknown as PlanContext;
	const readers = {
		files: {read: async (path: string) => now[path]},
		fly: {validateConfig: async () => ({isValid: true, text: ''})},
	} as unknown as Readers;
	return writeFiles.look(context, readers, {} as Parameters<typeof writeFiles.look>[2]);
}

test.each<[string, Readonly<Record<string, string>>]>([
	['the Dockerfile', {Dockerfile: 'FROM other\n'}],
	['the Dockerfile is gone', {}],
	['the Dockerfile, only in its line ends', {Dockerfile: 'FROM a\r\n'}],
	['a file of that name is there now', {Dockerfile: dockerfile.before, 'rel/entrypoint.sh': 'mine\n'}],
	['one file after the other was written', {Dockerfile: dockerfile.after, 'rel/entrypoint.sh': 'mine\n'}],
])('what changed since the plan is never overwritten: %s', async (_, now) => {
	expect(await look(now)).toMatchObject({is: 'conflict', code: 'file-changed'});
});

test('the rest is what a run still writes', async () => {
	expect(await look({Dockerfile: dockerfile.before})).toMatchObject({
		is: 'partial',
		missing: ['Dockerfile', 'rel/entrypoint.sh'],
	});
	expect(await look({Dockerfile: dockerfile.after})).toMatchObject({
		is: 'partial',
		missing: ['rel/entrypoint.sh'],
	});
	expect(await look({Dockerfile: dockerfile.after, 'rel/entrypoint.sh': script.after})).toMatchObject({
		is: 'there',
	});
});
