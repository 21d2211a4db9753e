import {execFileSync} from 'node:child_process';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {showAction} from '../../../source/core/plan/plan.ts';

const showCommand = (args: readonly string[]) => showAction({kind: 'fly', args, timeoutMs: 1});

test('shows a command as you would type it', () => {
	expect(showCommand(['apps', 'create', 'blog-1', '--org', 'o'])).toBe('fly apps create blog-1 --org o');
	expect(showCommand(['x', "it's", '', '$HOME', 'NAME=-'])).toBe("fly x 'it'\\''s' '' '$HOME' NAME=-");
});

test('a POSIX shell reads exactly the same words', () => {
	const word = fc.oneof(
		fc.string({maxLength: 12}).filter(text => !text.includes('\0')),
		fc.string({unit: fc.constantFrom("'", '"', '\\', '$', '`', ' ', '\n', '*', '~', '!', '#', '-', 'a')}),
	);
	fc.assert(
		fc.property(fc.array(word, {maxLength: 6}), words => {
			const command = `fly() { for word; do printf '%s\\0' "$word"; done; }\n${showCommand(words)}`;
			const read = execFileSync('/bin/sh', ['-c', command], {encoding: 'utf8'}).split('\0').slice(0, -1);
			expect(read).toEqual(words);
		}),
		{numRuns: 60},
	);
});

test.each([
	{
		action: {
			kind: 'fly',
			args: ['secrets', 'import'],
			input: {kind: 'import', secrets: [{name: 'A'}]},
			timeoutMs: 1,
		},
		shown: 'fly secrets import < (values on standard input)',
	},
	{
		action: {
			kind: 'write-file',
			change: {path: 'fly.toml', after: '', mode: 0o644, why: ''},
		},
		shown: 'write fly.toml',
	},
	{
		action: {kind: 'wait-for-lease', machineId: 'm1', untilMs: 0, owner: 'a@b.c'},
		shown: 'wait for the lease of machine m1 to end',
	},
	{
		action: {kind: 'clear-lease', machineId: 'm1', app: 'blog-1'},
		shown: 'fly machine leases clear m1 -a blog-1',
	},
] as const)('shows $action.kind in one line', ({action, shown}) => {
	expect(showAction(action)).toBe(shown);
});
