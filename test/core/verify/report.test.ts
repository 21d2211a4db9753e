import {expect, test} from 'vitest';
import type {PlanContext} from '../../../source/core/plan/context.ts';
import {buildReport} from '../../../source/core/verify/report.ts';

const plan = {
	app: 'blog-1',
	domain: undefined,
	provider: undefined,
	profile: {asksMail: false},
	files: [{path: 'fly.toml'}, {path: 'Dockerfile'}],
} as unknown as PlanContext;

const report = (status: 'proved' | 'not-yet', isRehearsal: boolean) =>
	buildReport(plan, new Map([['site', {status, title: 'Site', detail: ''}]]), {
		elapsedSeconds: 1,
		isRehearsal,
	});

test('the next commands of a setup: commit, check again if something is pending, read the log', () => {
	const commit = 'git add fly.toml Dockerfile && git commit';
	expect(report('proved', false).next).toEqual([commit, 'phxfly logs']);
	expect(report('not-yet', false).next).toEqual([
		commit,
		'phxfly (checks again and continues)',
		'phxfly logs',
	]);
	expect(report('proved', false).notes).toEqual(['address: https://blog-1.fly.dev']);
});

test('a rehearsal says that it was one, and continues as one', () => {
	expect(report('not-yet', true).next).toContain('phxfly rehearse (checks again and continues)');
	expect(report('proved', true).notes).toEqual([
		'This was a rehearsal: nothing real happened.',
		'address: https://blog-1.fly.dev',
	]);
});
