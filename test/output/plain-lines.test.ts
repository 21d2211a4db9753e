import {expect, test} from 'vitest';
import type {PhxflyEvent} from '../../source/core/session/events.ts';
import {writePlainLine} from '../../source/output/lines.ts';

const planned = {
	...{
		type: 'plan-made',
		app: 'blog-1',
		org: 'personal',
		region: 'sjc',
		answers: [],
		changes: [],
		seconds: [1, 2],
	},
	steps: [{id: 'a', title: 'Do a', needs: [], plan: 'makes', detail: '', actions: []}],
	files: ['fly.toml', 'Dockerfile'],
	cost: {monthlyUsd: 5.7, low: 5.7, high: 5.7, pricesOf: '2026-08', isOutdated: false, items: []},
} as const satisfies PhxflyEvent;

test.each<{event: PhxflyEvent; line: string | undefined}>([
	{
		event: planned,
		line: 'plan: 1 steps, about $5.70/month (prices of 2026-08)\nfile: fly.toml\nfile: Dockerfile',
	},
	{
		event: {...planned, files: [], cost: {...planned.cost, isOutdated: true}},
		line: 'plan: 1 steps, about $5.70/month (prices of 2026-08, more than 180 days old: see https://fly.io/docs/about/pricing/)',
	},
	{event: {type: 'step-changed', id: 'a', status: 'waiting'}, line: undefined},
	{event: {type: 'step-changed', id: 'a', status: 'looking'}, line: undefined},
	{event: {type: 'step-changed', id: 'a', status: 'running'}, line: 'a: running'},
	{
		event: {type: 'step-changed', id: 'a', status: 'done', seconds: 2.4, note: 'so'},
		line: 'a: done, 2 s, so',
	},
	{event: {type: 'step-changed', id: 'a', status: 'already-done', seconds: 0}, line: 'a: already done, 0 s'},
	{event: {type: 'line-printed', id: 'a', stream: 'stderr', line: 'text'}, line: 'a: text'},
	{event: {type: 'record-needed', recordType: 'A', name: 'h', value: 'v'}, line: 'record needed: h A v'},
	{event: {type: 'check-changed', id: 'site', status: 'checking', detail: 'x'}, line: undefined},
	{
		event: {type: 'check-changed', id: 'site', status: 'not-yet', detail: 'no name'},
		line: 'check site: not yet, no name',
	},
	{
		event: {type: 'check-changed', id: 'site', status: 'could-not-tell', detail: 'd'},
		line: 'check site: could not tell, d',
	},
	{
		event: {
			type: 'input-needed',
			question: 'app',
			flag: '--app',
			message: 'No name.',
			values: [],
			next: 'phxfly --app NAME',
		},
		line: 'answer needed: No name.\nnext: phxfly --app NAME',
	},
	{
		event: {type: 'finished', exit: 0, url: 'https://b.fly.dev', resources: []},
		line: 'finished: https://b.fly.dev, exit 0',
	},
	{event: {type: 'finished', exit: 2, url: undefined, resources: []}, line: 'finished: exit 2'},
])('$event.type is $line', ({event, line}) => {
	expect(writePlainLine(event)).toBe(line);
});

test('a failure says what happened, what exists, and what to do', () => {
	const failure = {
		code: 'name-taken',
		message: 'It is taken.',
		exists: ['app b', 'volume v'],
		hint: 'Choose another.',
	};
	const text =
		'failed (name-taken): It is taken.\nwhat exists now: app b, volume v\nwhat to do: Choose another.';
	expect(writePlainLine({type: 'failed', ...failure})).toBe(text);
	expect(writePlainLine({type: 'failed', ...failure, exists: []})).not.toContain('exists');
});
