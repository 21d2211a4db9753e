import {readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {
	type ExitName,
	exitCodes,
	type FailureEntry,
	failureCodes,
	type OneExitCode,
} from '../source/core/errors/codes.ts';
import {Failure} from '../source/core/errors/failure.ts';
import {readSourceFiles} from './helpers/source-files.ts';
import {writeErrorsPage} from './helpers/write-errors-page.ts';

const page = fileURLToPath(new URL('../docs/errors.md', import.meta.url));
const entries: readonly (readonly [string, FailureEntry])[] = Object.values(failureCodes).flatMap(codes =>
	Object.entries<FailureEntry>(codes),
);
const source = readSourceFiles('source').filter(({path}) => !path.startsWith('source/core/errors/'));

test('docs/errors.md matches the catalog; `npm run docs` updates it', () => {
	if (process.env.WRITE_DOCS) writeFileSync(page, writeErrorsPage());
	expect(readFileSync(page, 'utf8')).toBe(writeErrorsPage());
});

test.each(entries)('%s: is thrown, has one sentence and a next step', (code, {exit, meaning, next}) => {
	const exits: readonly ExitName[] = [exit].flat();
	const written = code.startsWith('storage-') ? code.slice('storage-'.length) : code;
	expect(source.filter(({text}) => text.includes(`'${written}'`)).map(({path}) => path)).not.toEqual([]);
	expect(exits.length).toBeGreaterThan(0);
	for (const exit of exits) expect(exitCodes[exit]).toBeGreaterThan(0);
	// One sentence: a capital or a name first, one period at the end.
	expect(meaning).toMatch(/^(?:[A-Z]|flyctl|phxfly|fly\.toml|litestream\.yml)[\s\S]*\.$/);
	expect(meaning.slice(0, -1)).not.toMatch(/[.!?]\s/);
	// A command, or a verb that begins the sentence.
	expect(next).toMatch(
		/`[^`]+`|^(?:Run|Read|Wait|Pass|Copy|Create|Delete|Remove|Replace|Fix|Grant|Swap|Log in|Choose|Change|Save|Move|Free|Set|Check|Compare|Add|Try|Use|List)\b/,
	);
	expect(next.endsWith('.')).toBe(true);
});

test('every code has one meaning', () => {
	const codes = entries.map(([code]) => code);
	expect(codes).toEqual([...new Set(codes)]);
});

test('every thrown failure exits as the catalog says', () => {
	const hint = 'Run it again.';
	for (const [code, {exit}] of entries) {
		const fail = () => new Failure(code as OneExitCode, 'No.', {hint});
		if (typeof exit === 'string') expect(fail().exit, code).toBe(exit);
		else expect(fail, code).toThrow('has more than one exit');
	}
});

test('code that throws names the exit only if the catalog leaves it open', () => {
	const catalog = new Map(entries);
	const thrown = source.flatMap(({path, text}) =>
		[...text.matchAll(/new Failure\(\s*'([\w-]+)',([\s\S]*?)\n?\s*\},?\s*\);/g)].map(
			([, code = '', rest = '']) => ({path, code, exit: /\bexit(?:: ([^,\n]+))?[,\n]/.exec(rest)?.[0]}),
		),
	);
	expect(thrown.length).toBeGreaterThan(50);
	const wrong = thrown.filter(({code, exit: said}) => {
		const exit = catalog.get(code)?.exit;
		if (said === undefined || typeof exit === 'string')
			return (said === undefined) !== (typeof exit === 'string');
		const [, literal] = /'([\w-]+)'/.exec(said) ?? [];
		return literal !== undefined && !exit?.some(name => name === literal);
	});
	expect(wrong).toEqual([]);
	const withExit = source.filter(({text}) => /\bcode: '[\w-]+',\s*exit: /.test(text));
	expect(withExit.map(({path}) => path)).toEqual([]);
});
