import {readFileSync, writeFileSync} from 'node:fs';
import {env} from 'node:process';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {rules} from '../../../source/cli/registry.ts';
import {writeTrapsPage} from '../../helpers/write-traps-page.ts';

const path = fileURLToPath(new URL('../../../docs/traps.md', import.meta.url));

test('docs/traps.md says what the traps say', () => {
	const page = writeTrapsPage(rules);
	if (env.DOCS_WRITE === '1') writeFileSync(path, page);
	expect(readFileSync(path, 'utf8')).toBe(page);
});

test.each(rules)('$id is told in sentences', ({title, why}) => {
	expect(title).toMatch(/^\S.*[^.]$/);
	expect(why).toMatch(/^\S.*\.$/);
	expect(why).not.toContain('\n');
});
