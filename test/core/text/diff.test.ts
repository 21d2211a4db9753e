import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {createRedactor} from '../../../source/core/secrets/redact.ts';
import {diffLines} from '../../../source/core/text/diff.ts';

test('shows what changed with three lines around it', () => {
	const before = 'a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\n';
	expect(
		diffLines(before, before.replace('b', 'B').replace('k\n', 'k\nl'), 'fly.toml'),
	).toMatchInlineSnapshot(`
		"--- a/fly.toml
		+++ b/fly.toml
		@@ -1,5 +1,5 @@
		 a
		-b
		+B
		 c
		 d
		 e
		@@ -9,3 +9,4 @@
		 i
		 j
		 k
		+l
		\\ No newline at end of file
		"
	`);
});

test('shows a new file as all new', () => {
	expect(diffLines(undefined, 'a\nb\n', 'x')).toBe(
		'diff --git a/x b/x\nnew file mode 100644\n--- /dev/null\n+++ b/x\n@@ -0,0 +1,2 @@\n+a\n+b\n',
	);
});

test('returns nothing for equal texts', () => {
	expect(diffLines('a\r\n', 'a\r\n', 'x')).toBe('');
});

test.each([
	{what: 'tabs', before: '[env]\n\tA = 1\n', after: '[env]\n\tA = 2\n'},
	{what: 'CRLF', before: 'a\r\nb\r\nc\r\n', after: 'a\r\nB\r\nc\r\nd\r\n'},
	{what: 'both line endings', before: 'a\r\nb\nc\r\n', after: 'a\r\nb\nC\r\n'},
	{what: 'a byte order mark', before: '\uFEFFa\nb\n', after: '\uFEFFa\nB\n'},
	{what: 'a byte order mark in the changed line', before: '\uFEFFa\n', after: '\uFEFFb\n'},
	{what: 'no line end at the end', before: 'a\nb', after: 'a\nc'},
	{what: 'a line end added', before: 'a', after: 'a\nb\n'},
	{what: 'an empty file', before: '', after: 'a\n'},
	{what: 'a new file', before: undefined, after: 'a\n\tb\n'},
	{what: 'a new program', before: undefined, after: '#!/bin/sh\n', mode: 0o755},
	{what: 'a name with a blank', before: 'a\n', after: 'b\n', path: 'my file'},
	{
		what: 'more lines than a person compares',
		before: Array.from({length: 1200}, (_, index) => `a${index}\n`).join(''),
		after: Array.from({length: 1200}, (_, index) => `b${index}\n`).join(''),
	},
])('git apply takes it: $what', ({before, after, mode = 0o644, path = 'fly.toml'}) => {
	const folder = mkdtempSync(join(tmpdir(), 'phxfly-diff-'));
	onTestFinished(() => rmSync(folder, {recursive: true}));
	if (before !== undefined) writeFileSync(join(folder, path), before);
	const patch = createRedactor().redact(diffLines(before, after, path, mode));
	const {status, stderr} = spawnSync('git', ['apply', '-'], {cwd: folder, input: patch, encoding: 'utf8'});
	expect(stderr).not.toContain('error');
	expect(status).toBe(0);
	expect(readFileSync(join(folder, path), 'utf8')).toBe(after);
	expect(statSync(join(folder, path)).mode & 0o111).toBe(mode & 0o111);
});

test.each([
	{what: 'that differ in every line', before: 'a\n'.repeat(100_000), after: 'b\n'.repeat(100_000)},
	{
		what: 'of lines of their own',
		before: Array.from({length: 100_000}, (_, index) => `a${index}\n`).join(''),
		after: Array.from({length: 100_000}, (_, index) => `b${index}\n`).join(''),
	},
	{
		what: 'that repeat a line before they differ',
		before: `${'\n'.repeat(100_000)}${Array.from({length: 2000}, (_, index) => `a${index}\n`).join('')}`,
		after: `${'\n'.repeat(80_000)}${Array.from({length: 2000}, (_, index) => `b${index}\n`).join('')}`,
	},
])('two large files $what are compared in moments, and no line is missing', ({before, after}) => {
	const startedAtMs = performance.now();
	const lines = diffLines(before, after, 'x').split('\n');
	expect(performance.now() - startedAtMs).toBeLessThan(5000);
	const side = (mark: '-' | '+') => lines.slice(2).filter(line => line.startsWith(mark));
	const count = (text: string) => text.split('\n').length - 1;
	expect(side('-').length - side('+').length).toBe(count(before) - count(after));
	expect(lines.slice(0, 2)).toEqual(['--- a/x', '+++ b/x']);
});
