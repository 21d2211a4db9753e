import {Writable} from 'node:stream';
import {expect, test} from 'vitest';
import {openOutput} from '../../source/cli/output.ts';
import type {Cli} from '../../source/core/command/context.ts';
import {createRedactor} from '../../source/core/secrets/redact.ts';
import {Secret} from '../../source/core/secrets/secret.ts';
import type {PhxflyEvent} from '../../source/core/session/events.ts';

const evil = 'sjc\u001b]0;owned\u0007\u001b[2J\u202eblog\u009b31m';
const secret = 'canaryQ8vX2mW5kT9rL3pB7nD';

const events: readonly PhxflyEvent[] = [
	{
		type: 'plan-made',
		...{app: evil, org: evil, region: evil},
		answers: [{id: evil, value: secret, origin: evil}],
		steps: [
			{
				...{id: evil, title: evil, needs: [evil], plan: 'makes', detail: `${evil} ${secret}`},
				actions: [{kind: 'fly', argv: [evil, secret], reads: [evil], why: evil}],
			},
		],
		files: [evil],
		changes: [{path: evil, isNew: true, why: evil, diff: `${evil} ${secret}`}],
		cost: {
			...{monthlyUsd: 1, low: 1, high: 1, pricesOf: evil, isOutdated: true},
			items: [{what: evil, monthlyUsd: 1}],
		},
		seconds: [1, 2],
		terms: {title: evil, url: evil},
	},
	{type: 'step-changed', id: 'deploy', status: 'done', note: `${evil} ${secret}`},
	{type: 'line-printed', id: 'deploy', stream: 'stdout', line: `${evil} ${secret}`},
	{type: 'record-needed', recordType: 'A', name: evil, value: evil},
	{type: 'check-changed', id: 'dns', status: 'wrong', detail: `${evil} ${secret}`},
	{type: 'input-needed', question: 'org', flag: '--org', message: evil, values: [evil], next: evil},
	{
		type: 'failed',
		code: 'bug',
		message: `${evil} ${secret}`,
		exists: [evil, secret],
		hint: `${evil} ${secret}`,
	},
	{type: 'finished', exit: 0, url: evil, resources: [{kind: evil, id: evil, detail: secret}]},
];

test.each([true, false])(
	'json %s: no escape sequence and no secret comes out, whatever is in an event',
	json => {
		let out = '';
		const sink = new Writable({
			write(chunk, _, done) {
				out += String(chunk);
				done();
			},
		});
		const host = {stdout: sink, stderr: sink} as unknown as Cli['host'];
		const face = openOutput(host, {json, quiet: false, verbose: true});
		const redactor = createRedactor();
		redactor.add(new Secret('KEY', secret));
		face.setRedactor(redactor);
		for (const event of events) face.emit(event);
		face.say(`${evil} ${secret}`);
		expect(out).toContain('sjcblog');
		expect(out).not.toContain(secret);
		expect(out).not.toContain('owned');
		expect(out.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]|\\u00|\\u202e/);
	},
);
