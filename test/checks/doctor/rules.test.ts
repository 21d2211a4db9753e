import {describe, expect, test} from 'vitest';
import {rules} from '../../../source/cli/registry.ts';
import {type DoctorFacts, readDoctorFacts} from '../../../source/core/doctor/facts.ts';
import {applyFixes} from '../../../source/core/doctor/fix.ts';
import {findProblems} from '../../../source/core/doctor/rule.ts';
import {readTemplates} from '../../helpers/template-files.ts';
import {finishPhoenix} from './finished-phoenix.ts';
import {finishedSecrets, finishWisp} from './finished-wisp.ts';
import {type Planted, planted} from './planted.ts';

const templates = readTemplates('wisp');
const read = (files: ReadonlyMap<string, string>, more: Pick<Planted, 'secrets' | 'unread'> = {}) =>
	readDoctorFacts(files, {...more, templates});
const find = (...given: Parameters<typeof read>) => findProblems(rules, read(...given));
const idsOf = (facts: DoctorFacts) => [...new Set(findProblems(rules, facts).map(({rule}) => rule.id))];

describe('an app after a finished setup has no problems:', () => {
	test.each([
		['wisp', finishWisp(), undefined],
		['wisp, its secrets known', finishWisp(), finishedSecrets],
		['phoenix', finishPhoenix(), undefined],
		[
			'phoenix, its secrets known',
			finishPhoenix(),
			new Map([
				['SECRET_KEY_BASE', undefined],
				['PHX_HOST', 'blog.example.com'],
				['ANTHROPIC_API_KEY', undefined],
			]),
		],
	] as const)('%s', (_, files, secrets) => {
		expect(
			find(files, secrets ? {secrets} : {}).map(({rule, finding}) => `${rule.id}: ${finding.message}`),
		).toEqual([]);
	});
});

describe('planted alone:', () => {
	test.each(planted)('$id, $because', ({id, files, secrets, unread, status = 'wrong', at}) => {
		const more = {...(secrets ? {secrets} : {}), ...(unread ? {unread} : {})};
		expect(idsOf(read(files, more))).toEqual([id]);
		for (const {finding} of find(files, more)) {
			expect(finding.status).toBe(status);
			expect(finding.message).toMatch(/^[^\n]+\.$/);
			if (finding.line !== undefined) {
				const lines = (files.get(finding.path) ?? '').split('\n').length;
				expect(finding.line).toBeGreaterThan(0);
				expect(finding.line).toBeLessThanOrEqual(lines);
			}

			if (at) {
				expect(finding.path).toBe(at[0]);
				expect(files.get(at[0])?.split('\n')[(finding.line ?? 0) - 1]).toBe(at[1]);
			}
		}
	});

	test('every trap is', () => {
		const ids = new Set(planted.map(({id}) => id));
		expect(rules.map(({id}) => id).filter(id => !ids.has(id))).toEqual([]);
	});
});

describe('--fix', () => {
	const fixable = planted.filter(({files, secrets}) =>
		find(files, secrets ? {secrets} : {}).some(({finding}) => finding.edit),
	);

	test('fixes what its rules say it can', () => {
		const said = rules.filter(({isFixable}) => isFixable).map(({id}) => id);
		expect([...new Set(fixable.map(({id}) => id))].sort()).toEqual([...said].sort());
	});

	test.each(fixable)('$id, $because: none left, and only its lines differ', ({id, files, secrets}) => {
		const more = secrets ? {secrets} : {};
		const found = find(files, more);
		const changes = applyFixes(files, found);
		const mended = new Map(files);
		for (const {path, before, after, why} of changes) {
			expect(before).toBe(files.get(path));
			expect(why).toBe(id);
			mended.set(path, after);
			const kept = new Set(after.split('\n'));
			const gone = (before ?? '').split('\n').flatMap((line, index) => (kept.has(line) ? [] : [index + 1]));
			const named = found.filter(({finding}) => finding.path === path).map(({finding}) => finding.line);
			expect(gone.filter(line => !named.includes(line))).toEqual([]);
		}

		expect(changes.length).toBeGreaterThan(0);
		expect(idsOf(read(mended, more))).toEqual([]);
	});

	test('keeps line endings and the byte order mark as they are', () => {
		for (const {id, files, secrets} of fixable) {
			const toml = `\uFEFF${(files.get('fly.toml') ?? '').replaceAll('\n', '\r\n')}`;
			const dressed = new Map(files).set('fly.toml', toml);
			const more = secrets ? {secrets} : {};
			const changes = applyFixes(dressed, find(dressed, more));
			const after = changes.find(({path}) => path === 'fly.toml')?.after ?? toml;
			expect(after.startsWith('\uFEFF'), id).toBe(true);
			expect(after.replaceAll('\r\n', ''), id).not.toContain('\n');
			const mended = new Map(dressed);
			for (const change of changes) mended.set(change.path, change.after);
			expect(idsOf(read(mended, more)), id).toEqual([]);
		}
	});
});
