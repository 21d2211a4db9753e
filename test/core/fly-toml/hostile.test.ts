import {afterEach, expect, test} from 'vitest';
import {readDoctorFacts} from '../../../source/core/doctor/facts.ts';
import {parseFlyToml} from '../../../source/core/fly-toml/config.ts';
import {editFlyToml} from '../../../source/core/fly-toml/edit.ts';

const inherited = () =>
	JSON.stringify(
		Object.getOwnPropertyNames(Object.prototype).map(name => {
			const value = (Object.prototype as unknown as Record<string, unknown>)[name];
			return [name, typeof value === 'function' ? Object.getOwnPropertyNames(value) : typeof value];
		}),
	);
const before = inherited();

afterEach(() => {
	expect(inherited()).toBe(before);
});

const names = [...Object.getOwnPropertyNames(Object.prototype), 'prototype'];

test.each(
	names.flatMap(name => [
		{text: `app = "a"\n[${name}]\na = 1\n`, name, line: 2},
		{text: `app = "a"\n[env.${name}]\na = 1\n`, name, line: 2},
		{text: `app = "a"\n[[${name}]]\na = 1\n`, name, line: 2},
		{text: `${name}.a = 1\n`, name, line: 1},
		{text: `"${name}" = 1\n`, name, line: 1},
		{text: `app = "a"\n[env]\nx = { y = [{ ${name} = { a = 1 } }] }\n`, name, line: 3},
	]),
)('refuses $text with the line, and changes nothing that objects inherit', ({text, name, line}) => {
	expect(parseFlyToml(text)).toMatchObject({ok: false, line, problem: `A key cannot be named ${name}.`});
	const {flyToml, flyTomlFaults} = readDoctorFacts(new Map([['fly.toml', text]]));
	expect(flyToml).toBeUndefined();
	expect(flyTomlFaults).toMatchObject([{is: 'syntax', line}]);
	expect(editFlyToml(text, [{path: ['app'], value: 'b', reason: ''}])).toMatchObject({ok: false});
});

test.each([
	{what: 'lists', text: `app = "a"\nx = ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`},
	{what: 'open lists', text: `app = "a"\nx = ${'['.repeat(20_000)}\n`},
	{what: 'tables', text: `app = "a"\nx = ${'{a='.repeat(20_000)}1${'}'.repeat(20_000)}\n`},
	{what: 'dots', text: `app = "a"\na${'.a'.repeat(20_000)} = 1\n`},
	{what: 'dots of a table', text: `app = "a"\n[a${'.a'.repeat(20_000)}]\n`},
])('refuses 20,000 $what in each other, with the line', ({text}) => {
	expect(parseFlyToml(text)).toMatchObject({ok: false, line: 2, problem: 'The nesting is too deep.'});
	const {flyTomlFaults} = readDoctorFacts(new Map([['fly.toml', text]]));
	expect(flyTomlFaults).toMatchObject([{is: 'syntax', line: 2}]);
});
