import {expect, test} from 'vitest';
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
		\\ No newline at end of file"
	`);
});

test('shows a new file as all new', () => {
	expect(diffLines('', 'a\nb\n', 'x')).toBe('--- /dev/null\n+++ b/x\n@@ -0,0 +1,2 @@\n+a\n+b');
});

test('returns nothing for equal texts, and shows no line endings', () => {
	expect(diffLines('a\r\n', 'a\r\n', 'x')).toBe('');
	expect(diffLines('a\r\nb\r\n', 'a\r\nc\r\n', 'x')).not.toContain('\r');
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
