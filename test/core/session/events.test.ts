import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import type {PhxflyEvent} from '../../../source/core/session/events.ts';
import {writeJsonLine} from '../../../source/output/lines.ts';
import {findSchemaProblem} from '../../helpers/find-schema-problem.ts';

const finished: PhxflyEvent = {type: 'finished', exit: 0, url: undefined, resources: []};
const toLine = (event: PhxflyEvent) => JSON.parse(writeJsonLine(event, 0)) as Record<string, unknown>;

test('a printed line matches, with unknown values as null', () => {
	expect(toLine(finished).url).toBeNull();
	expect(findSchemaProblem(toLine(finished))).toBeUndefined();
});

test.each([
	['a missing field', ({exit, ...line}: Record<string, unknown>) => line],
	['a field nobody described', line => ({...line, colour: 'red'})],
	[
		'a field nobody described, deeper',
		line => ({...line, resources: [{kind: 'app', id: 'b', detail: '', x: 1}]}),
	],
	['another type', line => ({...line, exit: '0'})],
	['an event nobody described', line => ({...line, type: 'ended'})],
	['another version', line => ({...line, v: 2})],
	['a time that is none', line => ({...line, at: 'now'})],
])('finds %s', (_, change: (line: Record<string, unknown>) => object) => {
	expect(findSchemaProblem(change(toLine(finished)))).toContain('events.schema.json');
});

test('the shipped schema allows additional fields', () => {
	const path = fileURLToPath(new URL('../../../dist/events.schema.json', import.meta.url));
	const text = readFileSync(path, 'utf8');
	expect(text).not.toContain('additionalProperties');
	expect(JSON.parse(text)).toMatchObject({
		$schema: expect.stringContaining('2020-12'),
		oneOf: expect.any(Array),
	});
});
