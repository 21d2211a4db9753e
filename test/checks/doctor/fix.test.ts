import fc from 'fast-check';
import {expect, test} from 'vitest';
import {rules} from '../../../source/cli/registry.ts';
import {readDoctorFacts} from '../../../source/core/doctor/facts.ts';
import {applyFixes, listFixable} from '../../../source/core/doctor/fix.ts';
import {type FoundProblem, findProblems} from '../../../source/core/doctor/rule.ts';
import type {ElixirFacts} from '../../../source/core/elixir/facts.ts';
import {findHarm} from '../../apps/judge-fix.ts';
import {finishPhoenix} from './finished-phoenix.ts';
import {finishedSecrets, finishWisp} from './finished-wisp.ts';
import {planted} from './planted.ts';

type Texts = ReadonlyMap<string, string>;
type Known = {readonly secrets?: ReadonlyMap<string, string | undefined>; readonly elixir?: ElixirFacts};

const find = (files: Texts, known: Known) => findProblems(rules, readDoctorFacts(files, known));

function fix(files: Texts, found: readonly FoundProblem[]): Texts {
	return new Map([...files, ...applyFixes(files, found).map(({path, after}) => [path, after] as const)]);
}

const describeAll = (found: readonly FoundProblem[]) =>
	found.map(({rule, finding: {status, path, message}}) => `${rule.id} ${status} ${path}: ${message}`);

function checkFix(files: Texts, known: Known): void {
	const before = find(files, known);
	const fixed = fix(files, before);
	const after = find(fixed, known);
	const old = new Set(describeAll(before));
	expect(describeAll(after).filter(each => !old.has(each))).toEqual([]);
	expect([...fix(fixed, after)]).toEqual([...fixed]);
	// This rule is about the port itself.
	const isAboutPort = before.some(({rule, finding}) => rule.id === 'port-mismatch' && finding.edit);
	const harm = findHarm(files, fixed);
	expect(isAboutPort ? harm.filter(each => !/: (?:internal_port|PORT) was /.test(each)) : harm).toEqual([]);
	expect(listFixable(files, before).every(each => each.finding.edit)).toBe(true);
}

test.each(planted)(
	'$id, $because: --fix adds no finding, and a second one does nothing',
	({files, secrets}) => {
		checkFix(files, secrets ? {secrets} : {});
	},
);

test('without any lines of fly.toml, --fix adds no finding and keeps every comment, path, and port', () => {
	const bases = [finishWisp(), finishPhoenix()].map(files => {
		const {elixir} = readDoctorFacts(files);
		return {files, known: {secrets: finishedSecrets, ...(elixir ? {elixir} : {})}};
	});
	fc.assert(
		fc.property(
			fc.constantFrom(...bases),
			fc.uniqueArray(fc.nat(60), {maxLength: 12}),
			({files, known}, dropped) => {
				const lines = (files.get('fly.toml') ?? '').split('\n');
				const toml = lines.filter((_, index) => !dropped.includes(index)).join('\n');
				checkFix(new Map([...files, ['fly.toml', toml]]), known);
			},
		),
		{numRuns: 150},
	);
});
