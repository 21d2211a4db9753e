import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {openJournal} from '../../source/adapters/journal.ts';
import {startJournal} from '../../source/core/journal.ts';

const project = '/project';

/** Bytes, JSON of any shape, and journals with something removed or inserted. */
const contents = fc.oneof(
	fc.uint8Array({maxLength: 400}).map(bytes => Buffer.from(bytes)),
	fc.jsonValue().map(value => Buffer.from(JSON.stringify(value))),
	fc.tuple(fc.nat({max: 400}), fc.string({maxLength: 5})).map(([at, text]) => {
		const whole = JSON.stringify({...startJournal(project, false), ids: {'create-app': 'blog-1'}});
		return Buffer.from(whole.slice(0, at) + text);
	}),
);

test('any journal is read or archived with its bytes, and the next one can be written', () => {
	const folder = mkdtempSync(join(tmpdir(), 'phxfly-journal-'));
	let nowMs = 0;
	try {
		fc.assert(
			fc.property(contents, bytes => {
				nowMs += 1000;
				writeFileSync(join(folder, 'journal.json'), bytes);
				const journal = openJournal({folder, project, isRehearsal: false, steps: [], nowMs});
				if (journal.archived) expect(readFileSync(journal.archived.path).equals(bytes)).toBe(true);
				else expect(journal.read()).toEqual(JSON.parse(bytes.toString('utf8')));
				journal.openSection('blog-2', 'personal');
				journal.recordId('create-app', 'blog-2');
				const again = openJournal({folder, project, isRehearsal: false, steps: [], nowMs});
				expect(again.archived).toBeUndefined();
				expect(again.section().ids['create-app']).toBe('blog-2');
			}),
			{numRuns: 300},
		);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
});
