import fc from 'fast-check';
import {expect, test} from 'vitest';
import {questions} from '../../../source/cli/registry.ts';
import {Failure} from '../../../source/core/errors/failure.ts';
import {readAnswersFile} from '../../../source/core/questions/answers-file.ts';

const read = (text: string) => readAnswersFile(text, 'answers.toml', questions);

test.each([
	{because: 'TOML', text: 'region = "fra"\nvolume_size = 3\n'},
	{
		because: 'TOML with CRLF, a byte order mark, and a comment',
		text: '\uFEFFregion = "fra" # near\r\nvolume-size = 3\r\n',
	},
	{because: 'JSON', text: '{"region": "fra", "volume-size": 3}'},
])('reads $because', ({text}) => {
	expect(Object.fromEntries(read(text))).toEqual({region: 'fra', 'volume-size': '3'});
});

test.each([
	{because: 'an unknown name', text: 'colour = "red"', says: 'line 1: unknown answer colour'},
	{
		because: 'a name of every object',
		text: 'region = "fra"\nconstructor = "a"',
		says: 'line 2: A key cannot be named',
	},
	{
		because: 'a name of every object in JSON',
		text: '{"region": "fra",\n"constructor": "a"}',
		says: 'line 2: unknown answer constructor',
	},
	{because: 'the prototype', text: '__proto__ = "a"', says: 'line 1: A key cannot be named __proto__'},
	{because: 'the prototype in JSON', text: '{"__proto__": "a"}', says: 'line 1: unknown answer __proto__'},
	{
		because: 'a table for the prototype',
		text: '[__proto__]\na = 1',
		says: 'line 1: A key cannot be named __proto__',
	},
	{
		because: 'an object for the prototype',
		text: '{"__proto__": {"a": 1}}',
		says: 'line 1 has no plain value',
	},
	{
		because: 'two spellings',
		text: 'volume_size = 3\nvolume-size = 4',
		says: 'line 2: volume-size is answered twice',
	},
	{
		because: 'two spellings in JSON',
		text: '{"volume_size": 3,\n"volume-size": 3}',
		says: 'line 2: volume-size is answered twice',
	},
	{
		because: 'one name twice in JSON',
		text: '{"region": "fra",\n "region" : "ams"}',
		says: 'line 2: region is answered twice',
	},
	{
		because: 'a number no computer holds',
		text: 'volume-size = 99999999999999999999',
		says: 'line 1 has no plain value',
	},
	{
		because: 'deep nesting',
		text: `region = "fra"\na = ${'['.repeat(20_000)}`,
		says: 'line 2: the nesting is too deep',
	},
	{
		because: 'deep nesting in JSON',
		text: `{"a": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
		says: 'line 1: the nesting is too deep',
	},
	{because: 'a table', text: '[region]\nname = "fra"', says: 'does not contain answers'},
	{because: 'neither TOML nor JSON', text: 'region: fra', says: 'neither TOML nor JSON'},
])('rejects $because', ({text, says}) => {
	expect(() => read(text)).toThrow(says);
	expect(() => read(text)).toThrow(Failure);
	expect(Object.keys(Object.prototype)).toEqual([]);
	expect(({} as {readonly a?: unknown}).a).toBeUndefined();
});

test('a value that looks like JSON inside is only a value', () => {
	expect(Object.fromEntries(read('{"app": "\\"region\\": 1", "region":\t"fra"}'))).toEqual({
		app: '"region": 1',
		region: 'fra',
	});
});

test.each(['mail-key', 'secret_access_key', 'access-key-id', 'SOME_TOKEN'])(
	'names the secret %s, and never shows it',
	name => {
		const value = 're_0123456789abcdefghij';
		const failure = (() => {
			try {
				read(`${name} = "${value}"`);
				return undefined;
			} catch (error) {
				return error;
			}
		})();
		expect(failure).toMatchObject({code: 'secret-in-answers', exit: 'usage'});
		expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain(value);
	},
);

test('reads or rejects any text in a sentence, and never crashes', () => {
	const keys = fc.constantFrom(...questions.map(({id}) => id), 'x', '__proto__', 'constructor');
	const values = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string()));
	const texts = fc.oneof(
		fc.string({unit: 'binary', maxLength: 300}),
		fc.dictionary(keys, values).map(value => JSON.stringify(value)),
		fc
			.array(fc.tuple(keys, fc.string()), {maxLength: 5})
			.map(rows => rows.map(([key, value]) => `${key} = ${JSON.stringify(value)}`).join('\n')),
	);
	fc.assert(
		fc.property(texts, text => {
			try {
				for (const [id, value] of read(text)) {
					expect(questions.map(question => question.id)).toContain(id);
					expect(typeof value).toBe('string');
				}
			} catch (error) {
				expect(error).toBeInstanceOf(Failure);
			}
		}),
		{numRuns: 2000},
	);
});
