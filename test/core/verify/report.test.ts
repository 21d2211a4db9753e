import {expect, test} from 'vitest';
import type {PlanContext} from '../../../source/core/plan/context.ts';
import {buildReport, writeReport} from '../../../source/core/verify/report.ts';

const plan = {
	app: 'blog-1',
	domain: undefined,
	provider: undefined,
	profile: {asksMail: false},
	answers: new Map(),
	files: [{path: 'fly.toml'}, {path: 'Dockerfile'}],
} as unknown as PlanContext;

const report = (status: 'proved' | 'not-yet', isRehearsal = false, changed: Partial<PlanContext> = {}) =>
	buildReport({...plan, ...changed}, new Map([['site', {status, title: 'Site', detail: 'answers 200'}]]), {
		elapsedSeconds: 1,
		isRehearsal,
	});

const commands = (...given: Parameters<typeof report>) => report(...given).next.map(({command}) => command);

test('the next commands of a setup: commit, check again if something is pending, deploy, log, checks', () => {
	const commit = 'git add fly.toml Dockerfile && git commit';
	const usual = ['phxfly deploy', 'phxfly logs', 'phxfly verify'];
	expect(commands('proved')).toEqual([commit, ...usual]);
	expect(commands('not-yet')).toEqual([commit, 'phxfly', ...usual]);
	for (const {why} of report('not-yet').next) expect(why).toMatch(/^[a-z].+[^.]$/);
});

test('checks that passed are a number, and only open ones are spelled out', () => {
	expect(report('proved')).toMatchObject({isDone: true, passed: 1, open: []});
	expect(report('not-yet')).toMatchObject({
		isDone: false,
		passed: 0,
		open: [{id: 'site', value: 'answers 200', mark: 'wait'}],
	});
});

test('a rehearsal ends as one, and names no file, since its files are only in its copy', () => {
	const {headline, closing, notes} = report('proved', true);
	expect(headline).toBe('Rehearsal finished. Nothing real was made.');
	expect(closing).toBe("For real, in your app's folder: phxfly");
	expect(notes).toContainEqual({label: 'rehearsed', value: 'blog-1 is running. https://blog-1.fly.dev'});
	expect(commands('not-yet', true)).toEqual([
		'phxfly rehearse',
		'phxfly deploy --rehearse',
		'phxfly logs --rehearse',
		'phxfly verify --rehearse',
	]);
});

test('without a mail key the report says that no sign-in link is sent, and what would send one', () => {
	const mail = (value: string, domain?: string) =>
		report('proved', false, {
			profile: {asksMail: true},
			domain,
			answers: new Map([['mail-key', {value}]]),
		} as unknown as Partial<PlanContext>).notes[0]?.value;
	expect(mail('none')).toMatch(/^https:\/\/blog-1\.fly\.dev\. No mail key is set: .* your own domain/);
	expect(mail('none', 'blog.example.com')).toMatch(/set RESEND_API_KEY and run phxfly again\.$/);
	expect(mail('')).toBe('https://blog-1.fly.dev');
});

test('written as lines, headline and address come last', () => {
	expect(writeReport(report('proved'))).toEqual([
		'1 check passed',
		'address: https://blog-1.fly.dev',
		'next: git add fly.toml Dockerfile && git commit (keep the files phxfly wrote)',
		'next: phxfly deploy (deploy new code and verify it)',
		"next: phxfly logs (read the app's log)",
		'next: phxfly verify (show every check)',
		'blog-1 is running.',
		'https://blog-1.fly.dev',
	]);
});
