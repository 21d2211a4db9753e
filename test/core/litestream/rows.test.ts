import {expect, test} from 'vitest';
import type {MachineShell} from '../../../source/core/litestream/machine.ts';
import {countRows} from '../../../source/core/litestream/rows.ts';

/** Answers like sqlite3 without the module of `search`; `broken` is damaged. */
const openShell = (names: readonly string[]): MachineShell => ({
	async run(words) {
		const query = words.at(-1) ?? '';
		const answer = (stdout: string) => ({exit_code: 0, stdout, stderr: ''});
		if (query.includes('sqlite_master')) return answer(names.join('\n'));
		const fail = (stderr: string) => ({exit_code: 1, stdout: '', stderr});
		if (query.includes('"search"')) return fail('Error: in prepare, no such module: vec0');
		if (query.includes('"broken"')) return fail('Error: database disk image is malformed');
		return answer([...query.matchAll(/SELECT '(\w+)'/g)].map(([, name]) => `${name}|7\n`).join(''));
	},
});

test('a table whose module is missing is named, and the others are counted', async () => {
	const counts = new Map([
		['posts', 7],
		['users', 7],
	]);
	expect(await countRows(openShell(['posts', 'users']), 'x')).toEqual({counts, unread: []});
	expect(await countRows(openShell(['posts', 'search', 'users']), 'x')).toEqual({counts, unread: ['search']});
	expect(await countRows(openShell([]), 'x')).toEqual({counts: new Map(), unread: []});
});

test('a damaged table counts as nothing known', async () => {
	expect(await countRows(openShell(['posts', 'broken']), 'x')).toBeUndefined();
});
