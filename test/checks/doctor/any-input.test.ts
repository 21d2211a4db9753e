import fc from 'fast-check';
import {expect, test} from 'vitest';
import {rules} from '../../../source/cli/registry.ts';
import {readDoctorFacts} from '../../../source/core/doctor/facts.ts';
import {applyFixes} from '../../../source/core/doctor/fix.ts';
import {findProblems} from '../../../source/core/doctor/rule.ts';
import {writeProblems} from '../../../source/core/doctor/text.ts';
import type {ElixirFacts} from '../../../source/core/elixir/facts.ts';
import {projectFiles} from '../../../source/core/project/files.ts';
import {flyTomlText} from '../../helpers/fly-toml-texts.ts';
import {finishPhoenix} from './finished-phoenix.ts';
import {finishWisp} from './finished-wisp.ts';
import {planted} from './planted.ts';

const morePaths = [
	'lib/wisp_web/endpoint.ex',
	'lib/wisp_web/router.ex',
	'lib/wisp/application.ex',
	'rel/env.sh.eex',
];
const paths = [...projectFiles, ...morePaths];

function examine(files: ReadonlyMap<string, string>, known: {elixir?: ElixirFacts} = {}): void {
	const secrets = new Map([
		['PHX_HOST', 'a'],
		['PORT', undefined],
		['AWS_ACCESS_KEY_ID', undefined],
	] as const);
	const found = findProblems(
		rules,
		readDoctorFacts(files, {...known, secrets, elapsed: () => performance.now()}),
	);
	expect(writeProblems(found)).toBeTypeOf('string');
	for (const {path, after} of applyFixes(files, found)) expect(after).not.toBe(files.get(path));
	for (const {finding} of found) expect(finding.message.length).toBeLessThan(10_000);
}

const pieces = [
	...[...finishWisp().values(), ...finishPhoenix().values()].join('\n').matchAll(/\w+|[^\w\s]|\s+/g),
].map(([piece]) => piece);
const text = fc.oneof(
	fc.string({maxLength: 200, unit: 'binary'}),
	fc.array(fc.constantFrom(...new Set(pieces)), {maxLength: 120}).map(parts => parts.join('')),
);

test('accepts any text in any file', () => {
	fc.assert(
		fc.property(
			fc.uniqueArray(fc.tuple(fc.constantFrom(...paths), text), {selector: ([path]) => path}),
			entries => examine(new Map(entries)),
		),
		{numRuns: 300},
	);
});

test('accepts the sample with any piece removed or inserted', () => {
	const bases = [finishWisp(), finishPhoenix(), ...planted.map(({files}) => files)];
	fc.assert(
		fc.property(
			fc.constantFrom(...bases),
			fc.nat(),
			fc.nat(),
			fc.nat({max: 40}),
			text,
			(base, file, from, length, put) => {
				const entries = [...base];
				const [path, whole] = entries[file % entries.length] ?? ['', ''];
				const at = from % (whole.length + 1);
				examine(new Map(base).set(path, whole.slice(0, at) + put + whole.slice(at + length)));
			},
		),
		{numRuns: 300},
	);
});

test('accepts any fly.toml', () => {
	const files = finishWisp();
	const {elixir} = readDoctorFacts(files);
	fc.assert(
		fc.property(flyTomlText, toml => examine(new Map([...files, ['fly.toml', toml]]), elixir && {elixir})),
		{numRuns: 200},
	);
});

/** What is quadratic shows at this size, and is still over before a person gives up. */
const size = 256 * 1024;
const fill = (piece: string) => piece.repeat(Math.floor(size / piece.length));

test.each([
	['line ends', '\n'],
	['brackets', '['],
	['quotes', '"'],
	['three quotes and one', '""" "'],
	['comments', '# a\n'],
	['list items', '- a\n'],
	['nested list items', '- '],
	['settings', 'config :a, AWeb.Endpoint, force_ssl: [\n'],
	['reads', 'System.get_env("PORT") || \n'],
	['spaces', ' '],
	['keys', 'a: b\n'],
	['variables', '${A:-'],
	['continued lines', 'ENV A=b \\\n'],
	['paths', '"/data/a" '],
	['tables', '[[a]]\n'],
])('checks a quarter of a megabyte of %s within seconds', (_, piece) => {
	const whole = fill(piece);
	for (const path of [
		'fly.toml',
		'etc/litestream.yml',
		'Dockerfile',
		'rel/entrypoint.sh',
		'config/prod.exs',
		'lib/wisp_web/router.ex',
		'mix.exs',
	]) {
		// What others do on this computer meanwhile does not count.
		const before = process.cpuUsage();
		examine(new Map([...finishWisp(), [path, whole]]));
		expect(process.cpuUsage(before).user / 1000, path).toBeLessThan(5000);
	}
});
