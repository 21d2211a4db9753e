import fc from 'fast-check';
import {expect, test} from 'vitest';
import {Secret} from '../../source/core/secrets/secret.ts';
import {writeJsonLine} from '../../source/output/lines.ts';

const nowMs = Date.parse('2026-11-22T10:00:00.5Z');

test('one object a line, with version, type and time first', () => {
	expect(writeJsonLine({type: 'step-changed', id: 'a', status: 'done', seconds: 2}, nowMs)).toBe(
		'{"v":1,"type":"step-changed","at":"2026-11-22T10:00:00.500Z","id":"a","status":"done","seconds":2}\n',
	);
	expect(
		JSON.parse(writeJsonLine({type: 'finished', exit: 3, url: undefined, resources: []}, nowMs)),
	).toEqual({
		url: null,
		v: 1,
		type: 'finished',
		at: '2026-11-22T10:00:00.500Z',
		exit: 3,
		resources: [],
	});
});

test('any printed text stays on one line and comes back exactly', () => {
	fc.assert(
		fc.property(fc.string({unit: 'binary'}), line => {
			const written = writeJsonLine({type: 'line-printed', id: 'a', stream: 'stdout', line}, nowMs);
			expect(written.indexOf('\n')).toBe(written.length - 1);
			expect(JSON.parse(written)).toMatchObject({line});
		}),
	);
});

test('writes a secret that got into an event by mistake as its name', () => {
	const line = new Secret('KEY', 'the-secret-value') as unknown as string;
	const written = writeJsonLine({type: 'line-printed', id: 'a', stream: 'stdout', line}, nowMs);
	expect(written).toContain('[KEY]');
	expect(written).not.toContain('the-secret-value');
});
