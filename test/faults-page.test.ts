import {readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import type {ProofReport} from '../source/core/proof/report.ts';
import type {Verdict} from '../source/core/proof/verdict.ts';
import {describeVerdict} from '../source/core/proof/words.ts';
import {writeFaultsPage} from './helpers/write-faults-page.ts';
import type {Found} from './proof/user/run-row.ts';

const readText = (path: string) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
const page = fileURLToPath(new URL('../docs/replica-faults.md', import.meta.url));
const record = JSON.parse(readText('proof/user/record.json')) as readonly Found[];

test('docs/replica-faults.md matches the record; `npm run docs` updates it', () => {
	if (process.env.WRITE_DOCS) writeFileSync(page, writeFaultsPage(record));
	expect(readFileSync(page, 'utf8')).toBe(writeFaultsPage(record));
});

test('the record has the sentences of today; `npm run test:proof -- --user --write` records them', () => {
	const place = {
		app: 'blog-1',
		machineId: 'ID',
		bucket: 'store-1',
		prefix: 'blog',
		databasePath: '/data/wisp_prod.db',
		nowMs: 0,
		hasEntrypoint: true,
	};
	const recorded = record.filter(({verify}) => ['wrong', 'could-not-tell'].includes(verify.status));
	expect(recorded.length).toBeGreaterThan(10);
	for (const {title, version, verify} of recorded) {
		const cause = verify.detail.split(':')[0] ?? '';
		const hasEntrypoint = !title.includes('old state');
		const verdict = {status: verify.status, cause} as Verdict;
		const said = describeVerdict(verdict, {is05: version.startsWith('0.5')} as ProofReport, {
			...place,
			hasEntrypoint,
		});
		// Found by phxfly itself, from this computer.
		if (verify.detail.includes('from this computer')) continue;
		expect(verify.hint, title).toBe(said.hint?.replaceAll(/\b\d{8}-\d{4}\b/g, 'DATE'));
	}
});

test('each fault that is recorded was healed, and the rows say so, or what is left is written', () => {
	expect(record.filter(({before, verify}) => verify.status === 'proved' && before === 'other')).toEqual([]);
	expect(record.filter(({after, left}) => after !== 'equal' && !left)).toEqual([]);
});
