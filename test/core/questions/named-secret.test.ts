import fc from 'fast-check';
import {expect, test} from 'vitest';
import {type ProjectFacts, readProject} from '../../../source/core/project/project.ts';
import {listQuestions} from '../../../source/core/questions/named-secret.ts';
import type {Question} from '../../../source/core/questions/question.ts';
import {rejectUnsendable, Secret} from '../../../source/core/secrets/secret.ts';
import {phoenix} from '../../../source/profiles/phoenix.ts';
import {wisp} from '../../../source/profiles/wisp.ts';
import {mailKey} from '../../../source/questions/mail-key.ts';
import {buildAnswerState} from '../../questions/build-answer-state.ts';

const name = 'ANTHROPIC_API_KEY';
const read = {name, path: 'config/runtime.exs', line: 9, isRequired: false, stopsBoot: false};
const wispFacts = buildAnswerState({}).facts;

/** The last of all questions. */
function askFor(
	name: string,
	read: ProjectFacts['secretReads'][number] | undefined,
	isNamed: boolean,
	others: readonly Question[],
): Question {
	const facts = {...wispFacts, secretReads: read ? [read] : []};
	const asked = listQuestions(others, facts, isNamed ? [name] : []).at(-1);
	if (!asked) throw new Error('No question asks for it.');
	return asked;
}

const question = askFor(name, read, false, []);
const inPhoenix = buildAnswerState({profile: phoenix});
const inWisp = buildAnswerState({profile: wisp});

test('accepts every value unchanged, or rejects it without showing it', () => {
	fc.assert(
		fc.property(fc.oneof(fc.string(), fc.string({unit: 'binary'})), typed => {
			const parsed = question.parse(typed, inPhoenix);
			if (typed.trim().toLowerCase() === 'none') expect(parsed).toMatchObject({ok: true, value: 'none'});
			else if (parsed.ok) expect(parsed.value).toBe(typed);
			else {
				expect(typed === '' || rejectUnsendable(new Secret(name, typed)) !== undefined).toBe(true);
				if (typed.trim().length > 3) expect(parsed.problem).not.toContain(typed.trim());
				if (parsed.offer !== undefined) expect(question.parse(parsed.offer, inPhoenix).ok).toBe(true);
			}
		}),
	);
});

test.each([
	{typed: 'a#b "c" \'d\' e', note: undefined},
	{typed: '"quoted"', note: 'phxfly sends them too'},
	{typed: 'none', note: 'but whatever needs it fails'},
])('$typed: $note', ({typed, note}) => {
	const parsed = question.parse(typed, inPhoenix);
	expect(parsed.ok && parsed.note).toEqual(note === undefined ? undefined : expect.stringContaining(note));
});

test.each([
	{...read, says: 'The app starts without it, but whatever needs it fails.'},
	{...read, isRequired: true, says: 'The app starts without it, but raises an error when it reads it.'},
	{...read, isRequired: true, stopsBoot: true, says: 'The app does not start without it.'},
	{
		...{...read, isRequired: true, stopsBootIf: 'System.get_env("MAIL")'},
		says: 'The app may not start without it.',
	},
])('shows where the code reads it, and: $says', ({says, ...found}) => {
	const asked = askFor(name, found, false, []);
	const condition = 'stopsBootIf' in found ? ' if this holds: System.get_env("MAIL")' : '';
	expect(asked.finding?.(inPhoenix)).toBe(`config/runtime.exs:9 reads ANTHROPIC_API_KEY${condition}.`);
	expect(asked.why).toBe(`${says} Leave empty to skip it.`);
});

test('asks for what it finds only without a database, and always for what is named', () => {
	expect([question.applies(inPhoenix), question.applies(inWisp)]).toEqual([true, false]);
	expect(askFor(name, undefined, true, []).applies(inWisp)).toBe(true);
	for (const found of [
		{...read, isRequired: true, stopsBoot: true},
		{...read, isRequired: true, stopsBootIf: 'mail?()'},
	])
		expect(askFor(name, found, false, []).applies(inWisp)).toBe(true);
});

test('does not ask for the variable of the database that phxfly sets in fly.toml', () => {
	const stops = {...read, isRequired: true, stopsBoot: true};
	const code = (key: string) => `import Config
config :wisp, Wisp.Repo, database: ${key}
`;
	const files = (key: string) =>
		new Map([
			[
				'mix.exs',
				'defmodule Wisp.MixProject do\n def project, do: [app: :wisp, version: "1", deps: [{:phoenix, "~> 1.8"}, {:ecto_sqlite3, "~> 0.21"}]]\n def application, do: [mod: {Wisp.Application, []}]\nend\n',
			],
			[
				'lib/wisp/repo.ex',
				'defmodule Wisp.Repo do\n use Ecto.Repo, otp_app: :wisp, adapter: Ecto.Adapters.SQLite3\nend\n',
			],
			[
				'lib/wisp/application.ex',
				'defmodule Wisp.Application do\n use Application\n def start(_, _), do: Supervisor.start_link([Wisp.Repo], [])\nend\n',
			],
			['config/runtime.exs', code(key)],
		]);
	const asks = (key: string, variable: string, profile = wisp) => {
		const reading = readProject(files(key));
		if (!reading.ok) throw new Error(reading.problem);
		return askFor(variable, {...stops, name: variable}, false, []).applies({
			...buildAnswerState({profile}),
			facts: reading.facts,
		});
	};
	const [url, path] = ['DATABASE_URL', 'DATABASE_PATH'];
	expect(asks(`System.fetch_env!("${url}")`, url)).toBe(false);
	expect(asks(`System.fetch_env!("${path}")`, path)).toBe(false);
	expect(asks(`System.fetch_env!("${path}")`, url)).toBe(true);
	expect(asks(`System.fetch_env!("${path}")`, path, phoenix)).toBe(true);
});

test('does not ask twice for a variable of another question', () => {
	const resend = askFor('RESEND_API_KEY', undefined, true, [mailKey]);
	expect([resend.applies(inWisp), resend.applies(inPhoenix)]).toEqual([false, true]);
});

test('asks for the variable of a mail key that was declined, where the app does not start without it', () => {
	const stops = {...read, name: 'RESEND_API_KEY', isRequired: true, stopsBoot: true};
	const declined = buildAnswerState({profile: wisp, answers: {'mail-key': 'none'}});
	const given = buildAnswerState({profile: wisp, answers: {'mail-key': 'given'}});
	const asked = askFor('RESEND_API_KEY', stops, false, [mailKey]);
	expect([inWisp, declined, given].map(state => asked.applies(state))).toEqual([false, true, false]);
	expect(askFor('RESEND_API_KEY', {...stops, stopsBoot: false}, false, [mailKey]).applies(declined)).toBe(
		false,
	);
});

test('tells a value that is too short to show its end from one that is already on the app', () => {
	const id = `secret_${name}`;
	const typed = buildAnswerState({profile: phoenix, secrets: {[id]: 'short'}});
	expect(question.describe?.('given', typed)).toBe(`${name}, given`);
	expect(question.describe?.('given', inPhoenix)).toBe(`${name}, already on the app`);
});

test('shows the whole name next to a shortened label', () => {
	expect(question.label).toHaveLength(12);
	expect(question.describe?.('none', inPhoenix)).toMatch(/^ANTHROPIC_API_KEY, none/);
	expect(askFor('API_KEY', undefined, true, []).describe?.('none', inPhoenix)).toMatch(/^none/);
});
