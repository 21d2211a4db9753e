import {readFileSync, writeFileSync} from 'node:fs';
import {env} from 'node:process';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {rules} from '../../../source/cli/registry.ts';
import {writeProblemsPage} from '../../helpers/write-problems-page.ts';

const path = fileURLToPath(new URL('../../../docs/problems.md', import.meta.url));

test('docs/problems.md matches the rules; `npm run docs` updates it', () => {
	const page = writeProblemsPage(rules);
	if (env.WRITE_DOCS) writeFileSync(path, page);
	expect(readFileSync(path, 'utf8')).toBe(page);
});

test.each(rules)('$id: the title has no period, the reason has one', ({title, why}) => {
	expect(title).toMatch(/^\S.*[^.]$/);
	expect(why).toMatch(/^\S.*\.$/);
	expect(why).not.toContain('\n');
});
