import fc from 'fast-check';
import {expect, test} from 'vitest';
import {findDeepNesting, findReservedKey} from '../../../source/core/text/structure.ts';

test('finds the bracket that is too deep, in JSON and in TOML', () => {
	expect(findDeepNesting(`a = ${'['.repeat(50)}`)).toBeUndefined();
	expect(findDeepNesting(`a = ${'['.repeat(51)}`)).toBe(4 + 50);
	expect(findDeepNesting('{"a":'.repeat(20_000))).toBe(50 * 5);
	expect(findDeepNesting('[a]\n'.repeat(20_000))).toBeUndefined();
});

const deep = '['.repeat(60);

test.each([
	`a = "${deep}"`,
	`a = '${deep}'`,
	`a = """\n${deep}\n"""`,
	`a = '''\n${deep}\n'''`,
	`a = "\\"${deep}"`,
	`# it's ${deep}`,
	`a = """\\"""${deep}"""`,
])('brackets in %j do not count', text => {
	expect(findDeepNesting(text)).toBeUndefined();
	expect(findDeepNesting(`${text}\nb = ${deep}`)).toBeGreaterThan(text.length);
});

test('a quote without its partner hides nothing on the next line', () => {
	expect(findDeepNesting(`a = "b\nc = ${deep}`)).toBeDefined();
	expect(findDeepNesting(`a = 'b\nc = ${deep}`)).toBeDefined();
});

test('counts as JSON does, whatever the values are', () => {
	const depthOf = (value: unknown): number =>
		typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
	fc.assert(
		fc.property(fc.jsonValue({maxDepth: 3}), fc.integer({min: 45, max: 55}), (value, around) => {
			const text = `${'['.repeat(around)}${JSON.stringify(value)}${']'.repeat(around)}`;
			expect(findDeepNesting(text) !== undefined).toBe(around + depthOf(value) > 50);
		}),
	);
});

test('finds what every object inherits, as a path', () => {
	expect(findReservedKey(JSON.parse('{"a": [{"b": 1}, {"__proto__": {"c": 1}}]}'))).toBe('a.1.__proto__');
	expect(findReservedKey(JSON.parse('{"constructor": 1}'))).toBe('constructor');
	expect(findReservedKey({a: {prototype: null}})).toBe('a.prototype');
	expect(findReservedKey({a: ['__proto__', null, 1]})).toBeUndefined();
});
