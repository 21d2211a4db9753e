import {readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {exitCodes, type FailureEntry, failureCodes} from '../source/core/errors/codes.ts';
import {readSourceFiles} from './helpers/source-files.ts';
import {writeErrorsPage} from './helpers/write-errors-page.ts';

const page = fileURLToPath(new URL('../docs/errors.md', import.meta.url));
const entries: readonly (readonly [string, FailureEntry])[] = Object.values(failureCodes).flatMap(codes =>
	Object.entries<FailureEntry>(codes),
);
const source = readSourceFiles('source').filter(({path}) => !path.startsWith('source/core/failure-codes'));

test('docs/errors.md is what the catalogue says; `npm run docs` makes it anew', () => {
	if (process.env.WRITE_DOCS) writeFileSync(page, writeErrorsPage());
	expect(readFileSync(page, 'utf8')).toBe(writeErrorsPage());
});

test.each(entries)('%s: thrown somewhere, one sentence, a next step', (code, {exits, meaning, next}) => {
	const written = code.startsWith('storage-') ? code.slice('storage-'.length) : code;
	expect(source.filter(({text}) => text.includes(`'${written}'`)).map(({path}) => path)).not.toEqual([]);
	expect(exits.length).toBeGreaterThan(0);
	for (const exit of exits) expect(exitCodes[exit]).toBeGreaterThan(0);
	// One sentence: a capital or a name, a full stop, none in between.
	expect(meaning).toMatch(/^(?:[A-Z]|flyctl|phxfly|fly\.toml|litestream\.yml)[\s\S]*\.$/);
	expect(meaning.slice(0, -1)).not.toMatch(/[.!?]\s/);
	// A command, or a verb that begins the sentence.
	expect(next).toMatch(
		/`[^`]+`|^(?:Run|Read|Wait|Give|Copy|Make|Mend|Choose|Answer|Change|Save|Move|Put|Free|Set|Look|Check|Compare|Add|Try|Use|List)\b/,
	);
	expect(next.endsWith('.')).toBe(true);
});

test('no code means two things', () => {
	const codes = entries.map(([code]) => code);
	expect(codes).toEqual([...new Set(codes)]);
});

test('what is thrown ends as the catalogue says', () => {
	const catalogue = new Map(entries);
	const pairs = source.flatMap(({path, text}) =>
		[
			...text.matchAll(/new Failure\(\s*'([\w-]+)',\s*'([\w-]+)'/g),
			...text.matchAll(/\bcode: '([\w-]+)',\s*exit: '([\w-]+)'/g),
		].map(([, code = '', exit = '']) => ({path, code, exit})),
	);
	expect(pairs.length).toBeGreaterThan(50);
	const wrong = pairs.filter(({code, exit}) => !catalogue.get(code)?.exits.some(name => name === exit));
	expect(wrong).toEqual([]);
});
