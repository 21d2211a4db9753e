import fc from 'fast-check';
import {expect, test} from 'vitest';
import {readXml} from '../../../source/core/storage/xml.ts';

const list = (...parts: readonly string[]) => `<List>${parts.join('')}</List>`;

test('reads the texts of elements without children, by name', () => {
	const answer = readXml(
		'<?xml version="1.0" encoding="UTF-8"?>\n<!-- a < b --><List xmlns="http://s3"><Owner><ID>1</ID></Owner>\n' +
			'<Key>a&amp;b&#x1;&#1F;&#128512;&lt;</Key><Key /><Key></Key><Empty/></List>\n',
	);
	expect(answer?.root).toBe('List');
	expect(Object.fromEntries(answer?.texts ?? [])).toEqual({
		ID: ['1'],
		Key: ['a&b\u0001&#1F;😀<', ''],
	});
});

test.each(['&#x110000;', '&#xD800;', '&#xdfff;', '&#0;', '&#x0;', `&#${'9'.repeat(400)};`])(
	'rejects %j, which is not a character',
	entity => {
		expect(readXml(list(`<Key>a${entity}</Key>`))).toBeUndefined();
		expect(readXml(list('<Key>a</Key>'))?.texts.get('Key')).toEqual(['a']);
	},
);

test.each([
	'',
	'plain text',
	'<List>',
	'<List></Other>',
	'<List><Key>a</List></Key>',
	'<List></List><List></List>',
	'<!DOCTYPE List [<!ENTITY a "b">]><List>&a;</List>',
	'<List><![CDATA[a]]></List>',
	'<List><Key <Key></Key></List>',
	'<List <!-- </List>',
	'<!-- <List></List>',
	'</List>',
	'<><></></>',
	'<1></1>',
	'<a>'.repeat(100) + '</a>'.repeat(100),
])('rejects %j', text => {
	expect(readXml(text)).toBeUndefined();
});

test('a key of any characters is read back', () => {
	const escapes: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'};
	fc.assert(
		fc.property(fc.array(fc.string({unit: 'grapheme'})), keys => {
			const write = (key: string) => key.replace(/[&<>"]/g, character => escapes[character] ?? '');
			const answer = readXml(list(...keys.map(key => `<Key>${write(key)}</Key>`)));
			expect(answer?.texts.get('Key') ?? []).toEqual(keys);
		}),
	);
});

test('reads or rejects any text', () => {
	const piece = fc.constantFrom(
		'<',
		'>',
		'/',
		'</',
		'<a>',
		'</a>',
		'<a',
		' ',
		'&',
		';',
		'&#x',
		'&#',
		'9',
		'-->',
		'<!--',
		'<?',
	);
	fc.assert(
		fc.property(fc.array(fc.oneof(piece, fc.string({maxLength: 3}))), pieces => {
			const answer = readXml(pieces.join(''));
			expect(answer === undefined || answer.root !== '').toBe(true);
		}),
		{numRuns: 2000},
	);
});
