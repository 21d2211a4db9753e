import fc from 'fast-check';
import type {Key} from 'ink';
import {afterEach, expect, test} from 'vitest';
import {createSessionView, SessionApp} from '../../source/ui/app.tsx';
import {editLine} from '../../source/ui/input/edit-line.ts';
import {createFakeSession} from '../helpers/fake-session.ts';
import {galleryStates} from '../helpers/gallery-states.ts';
import {keys, openScreen} from '../helpers/screen.tsx';

let close = () => {};
afterEach(() => close());

const family = '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}';

/** The cursor comes to `|` by Left, one press for each character. */
test.each([
	['a letter', 'ab|c', 'x', 'abx▌c'],
	['a paste', 'ab|c', '\u001b[200~one two\u001b[201~', 'abone two▌c'],
	['Backspace', 'ab|c', keys.backspace, 'a▌c'],
	['Backspace at the start', '|abc', keys.backspace, '▌abc'],
	['Left at the start', '|abc', keys.left, '▌abc'],
	['Right at the end', 'abc|', keys.right, 'abc▌'],
	['Home', 'ab|c', keys.home, '▌abc'],
	['Ctrl-E', 'ab|c', keys.ctrlE, 'abc▌'],
	['Ctrl-U', 'ab|c', keys.ctrlU, '▌c'],
	['Ctrl-K', 'ab|cd', '\u000b', 'ab▌'],
	['Ctrl-W', 'one two|!', keys.ctrlW, 'one ▌!'],
	['Ctrl-W after spaces', 'one two  |!', keys.ctrlW, 'one ▌!'],
	['Ctrl-W in a host', 'blog.example.com|', keys.ctrlW, 'blog.example.▌'],
	['Alt-Backspace', 'one two|!', '\u001b\u007f', 'one ▌!'],
	['Alt-B', 'blog.example.com|', '\u001bb', 'blog.example.▌com'],
	['Alt-F', 'blog|.example.com', '\u001bf', 'blog.example▌.com'],
	['Alt-D', 'blog|.example.com', '\u001bd', 'blog▌.com'],
	['Ctrl-Left', 'one two|!', '\u001b[1;5D', 'one ▌two!'],
	['Ctrl-Right', 'one| two!', '\u001b[1;5C', 'one two!▌'],
	['Delete', 'a|bc', '\u001b[3~', 'a▌c'],
	['Backspace after an emoji of five code points', `a${family}|b`, keys.backspace, 'a▌b'],
	['Delete before an emoji of five code points', `a|${family}b`, '\u001b[3~', 'a▌b'],
	['Left over an emoji', `a${family}|b`, keys.left, `a▌${family}b`],
	['Left over a letter with an accent of its own', 'ae\u0301|b', keys.left, 'a▌e\u0301b'],
	['Backspace after a letter with an accent of its own', 'ae\u0301|b', keys.backspace, 'a▌b'],
	['a sequence without a meaning', 'a|bc', '\u001b[57;1u', 'a▌bc'],
	['alt and a letter without a meaning', 'a|bc', '\u001bq', 'a▌bc'],
])('%s', async (_what, before, key, after) => {
	const session = createFakeSession(galleryStates['first question'] as never);
	const screen = openScreen(<SessionApp view={createSessionView(session)} />);
	close = screen.close;
	const [head = '', tail = ''] = before.split('|');
	const steps = [...new Intl.Segmenter().segment(tail)].length;
	screen.type(`\u001b[200~${head + tail}\u001b[201~`);
	await screen.shows(`› app       ${head + tail}▌`);
	screen.type(keys.left.repeat(steps));
	await screen.shows(`› app       ${head}▌${tail}`);
	screen.type(`${key}${keys.enter}`);
	await expect
		.poll(() => session.actions)
		.toEqual([{type: 'answered', id: 'app', typed: after.replace('▌', '')}]);
	expect(screen.text()).toContain(`› app       ${after}\n`);
});

const noKey: Key = {
	...{upArrow: false, downArrow: false, leftArrow: false, rightArrow: false, pageDown: false, pageUp: false},
	...{home: false, end: false, return: false, escape: false, ctrl: false, shift: false, tab: false},
	...{
		backspace: false,
		delete: false,
		meta: false,
		super: false,
		hyper: false,
		capsLock: false,
		numLock: false,
	},
};

test('never leaves the text and never splits a character, with any input', () => {
	const names = Object.keys(noKey) as (keyof Key)[];
	const anyKey = fc.record({
		input: fc.oneof(fc.constantFrom('a', 'b', 'd', 'e', 'f', 'k', 'u', 'w', family, 'e\u0301'), fc.string()),
		pressed: fc.subarray(names, {maxLength: 2}),
	});
	fc.assert(
		fc.property(fc.array(anyKey), typed => {
			let line = {text: '', cursor: 0};
			for (const {input, pressed} of typed) {
				const key = {...noKey, ...Object.fromEntries(pressed.map(name => [name, true]))};
				line = editLine(line, input, key) ?? line;
				expect(line.cursor).toBeGreaterThanOrEqual(0);
				expect(line.cursor).toBeLessThanOrEqual(line.text.length);
				expect(line.text).not.toMatch(/\p{Cc}/u);
				expect(line.text.slice(0, line.cursor)).not.toMatch(/[\ud800-\udbff]$/);
			}
		}),
	);
});
