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

test('says nothing when nothing differs, and shows no line endings', () => {
	expect(diffLines('a\r\n', 'a\r\n', 'x')).toBe('');
	expect(diffLines('a\r\nb\r\n', 'a\r\nc\r\n', 'x')).not.toContain('\r');
});
