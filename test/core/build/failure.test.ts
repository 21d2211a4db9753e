import fc from 'fast-check';
import {expect, test} from 'vitest';
import {FailedBuild} from '../../../source/core/build/failure.ts';
import {readFailedStep} from '../../../source/core/build/log.ts';
import {explainFlyFailure} from '../../../source/core/fly/failures.ts';
import {exits, usualLogs, writeLog} from './logs.ts';

const explain = (stderr: string) => explainFlyFailure('deploy -a blog-1', stderr, 1);

test.each(usualLogs)('$told.instruction: $code, $says', ({told, code, says}) => {
	const failure = explain(writeLog(told));
	expect(failure).toMatchObject({code, message: expect.stringContaining(says)});
	expect(failure.message).toContain(`[${told.stage.replace(/\s+/g, ' ')}] ${told.instruction}`);
	expect(failure.message).not.toContain('of.another.step');
	expect(failure.hint).toMatch(/phxfly/);
	expect(failure.hint).not.toMatch(/undefined/);
});

const colored = (log: string) => log.replaceAll(/^(#\d+ )(.*)$/gm, '$1\u001b[31m$2\u001b[0m');
const withReturns = (log: string) => log.replaceAll('\n', '\r\n');
const withProgress = (log: string) =>
	log.replaceAll(
		/^#15 0\.2.*$/gm,
		line => `${line}\n#15 0.300 10%\r 55%\rError: 429 rate limit\r------\r > [x 1/1] RUN fake:\r`,
	);
const asTerminal = (log: string) => log.replaceAll(/^#.*\n/gm, '').replaceAll(/^(\d+\.\d+ )/gm, '#0 $1');
const asEnd = (log: string) => log.split('\n').slice(-40).join('\n');
const asLong = (log: string) =>
	log.replaceAll(/^#15 ERROR/gm, line => `${'#9 5.000 Fetched 1 kB\n'.repeat(200)}${line}`);

test.each([
	['colors', colored],
	['carriage returns', withReturns],
	['progress that overwrites its line, and looks like flyctl', withProgress],
	['the log of a terminal', asTerminal],
	['only the end', asEnd],
	['hundreds of lines of other steps', asLong],
])('the same causes are found with %s', (_, change) => {
	for (const {told, code, says} of usualLogs) {
		const failure = explain(change(writeLog(told)));
		expect([told.instruction, failure.code, failure.message]).toEqual([
			told.instruction,
			code,
			expect.stringContaining(says),
		]);
	}
});

test('a log of 10 MB is read within a second', () => {
	const [first] = usualLogs;
	if (!first) throw new Error('There is none.');
	const log = writeLog(first.told).replaceAll(
		'#15 ERROR',
		`${`#9 1.000 ${'x'.repeat(990)}\n`.repeat(5000)}#15 ERROR`,
	);
	expect(log.length).toBeGreaterThan(9_900_000);
	const startedAt = performance.now();
	expect(explain(log).code).toBe(first.code);
	expect(performance.now() - startedAt).toBeLessThan(4000);
});

test.each([
	[
		'what fits two causes has none',
		['/bin/sh: 1: npm: not found', '** (Mix) The task "assets.deploy" could not be found'],
		2,
	],
	['what fits no cause has none', ['something new', '** (Blog.Error) the moon is full'], 1],
])('%s, and the lines are shown', (_, lines, shown) => {
	const command = 'mix something';
	const failure = explain(
		writeLog({stage: 'builder 3/9', instruction: `RUN ${command}`, lines, error: exits(command)}),
	);
	expect(failure.code).toBe('build-failed');
	expect(failure.message.split('\n')).toEqual([
		'The build failed in [builder 3/9] RUN mix something: exit code 1',
		'It printed:',
		...lines.slice(-shown).map(line => `  ${line}`),
	]);
	expect(failure.hint).toContain('fly deploy --build-only -a APP');
});

test('the exception is shown, not the frames of libraries below it', () => {
	const told = usualLogs.find(({code}) => code === 'build-setting-missing')?.told;
	const {cause} = explain(told ? writeLog(told) : '');
	expect(cause).toBeInstanceOf(FailedBuild);
	expect((cause as FailedBuild).printed).toEqual([
		'** (System.EnvError) could not fetch environment variable "STRIPE_KEY" because it is not set',
		'    config/prod.exs:14: (file)',
	]);
});

test.each([
	['dockerfile parse error on line 12: unknown instruction: RUNN', 'build-dockerfile-invalid'],
	['target stage "release" could not be found', 'build-dockerfile-invalid'],
	['Unavailable: error reading from server: EOF', 'builder-lost'],
])('the reason explains a build without a step: %s', (reason, code) => {
	const said = `Error: failed to fetch an image or build from source: error building: failed to solve: ${reason}`;
	const failure = explain(`==> Building image\n${said}\n`);
	expect(failure).toMatchObject({code, message: expect.stringContaining(reason)});
});

test("Docker's older builder is understood", () => {
	const stderr = [
		'Step 5/12 : RUN mix deps.get',
		' ---> Running in 1f2e3d4c5b6a',
		'All dependencies are up to date',
		'Step 6/12 : RUN mix assets.deploy',
		' ---> Running in 2f2e3d4c5b6a',
		'** (Mix) The task "assets.deploy" could not be found',
		"Error: failed to fetch an image or build from source: error building: error rendering build status stream: The command '/bin/sh -c mix assets.deploy' returned a non-zero code: 1",
	].join('\n');
	expect(explain(stderr)).toMatchObject({
		code: 'build-task-missing',
		message: expect.stringContaining('[step 6/12] RUN mix assets.deploy: exit code 1'),
	});
});

test('of two steps that fail at once, the one counts that flyctl reports', () => {
	const stderr = [
		'#7 [builder 3/9] RUN first',
		'#7 0.100 one',
		'#8 [runtime 2/4] RUN second',
		'#8 0.100 two',
		`#7 ERROR: ${exits('first')}`,
		`#8 ERROR: ${exits('second', 2)}`,
	].join('\n');
	expect(readFailedStep(stderr, exits('first'))).toEqual({
		stage: 'builder 3/9',
		instruction: 'RUN first',
		lines: ['one'],
	});
	expect(readFailedStep(stderr, 'other')?.instruction).toBe('RUN second');
});

test('what a step prints after a carriage return belongs to it, whatever it looks like', () => {
	const stderr = [
		'#7 [builder 3/9] RUN real',
		'#7 0.100 10%\r------\r > [x 1/1] RUN fake:\r==> Building image',
		'#7 0.200 why',
		`#7 ERROR: ${exits('real')}`,
	].join('\n');
	expect(readFailedStep(stderr, exits('real'))).toEqual({
		stage: 'builder 3/9',
		instruction: 'RUN real',
		lines: ['10%', '------', ' > [x 1/1] RUN fake:', '==> Building image', 'why'],
	});
});

test('of two tries, the last one with a failed step counts', () => {
	const first = ['==> Building image', '#3 [a 1/2] RUN old', '#3 0.1 old', `#3 ERROR: ${exits('old')}`];
	const again = ['==> Building image', '#2 [a 1/2] RUN new', '#2 0.1 new', `#2 ERROR: ${exits('new')}`];
	expect(readFailedStep([...first, ...again].join('\n'), exits('new'))?.lines).toEqual(['new']);
	expect(readFailedStep([...first, '==> Building image'].join('\n'), 'x')?.lines).toEqual(['old']);
});

test('a very long line or list of lines is cut', () => {
	const lines = Array.from({length: 50}, () => 'y'.repeat(3000));
	const {message} = explain(
		writeLog({stage: 'b 1/2', instruction: `RUN ${'z'.repeat(3000)}`, lines, error: exits('x')}),
	);
	expect(message.length).toBeLessThan(2800);
	expect(message.split('\n')).toHaveLength(12);
});

test('any text can be read as the log of a build', () => {
	const piece = fc.oneof(
		fc.constantFrom(
			'------',
			' > [a 1/2] RUN x:',
			'#1 ERROR: x',
			'#1 [a 1/2] RUN x',
			'==> Building image',
			'\r',
		),
		fc.string({unit: 'binary'}),
	);
	fc.assert(
		fc.property(fc.array(piece), fc.string({unit: 'binary'}), (lines, reason) => {
			const said = `Error: failed to fetch an image or build from source: error building: failed to solve: ${reason}`;
			explain([...lines, said].join('\n'));
		}),
	);
});
