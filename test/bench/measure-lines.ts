import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {bundleScript} from '../helpers/bundle-script.ts';
import {compare, type Result} from './compare.ts';

const lines = 100_000;
const report = `
	if (count !== ${lines}) throw new Error('lines were lost: ' + count);
	const {user, system} = process.cpuUsage();
	console.log((user + system) / 1e6);
`;

/** Processor time for 100,000 lines of a child, through our runner and splitter and through execa's own lines. */
export async function measureLines(rounds: number): Promise<Result> {
	const folder = mkdtempSync(join(tmpdir(), 'phxfly-bench-'));
	const text = join(folder, 'lines.txt');
	writeFileSync(text, Array.from({length: lines}, (_, index) => `#${index} ${'x'.repeat(68)}\n`).join(''));
	const ours = await bundleScript(`
		import {runProcess} from './source/adapters/process.ts';
		let count = 0;
		await runProcess({command: '/bin/cat', args: [process.argv[2]], environment: {}, cwd: '/', timeoutMs: 60_000, graceMs: 100, keepBytes: 1000, onLine: () => { count++; }});
		${report}
	`);
	const theirs = await bundleScript(`
		import {execa} from 'execa';
		let count = 0;
		for await (const line of execa('/bin/cat', [process.argv[2]], {buffer: false}).iterable()) count++;
		${report}
	`);
	const run = (script: string) => async () =>
		Number(execFileSync(process.execPath, [script, text], {encoding: 'utf8'}));
	const result = await compare(
		'100,000 lines of a child (7.5 MB), processor time',
		'execa, lines, no rendering',
		{
			rounds,
			ours: run(ours),
			reference: run(theirs),
			unit: 's',
			digits: 2,
			goal: 1.1,
		},
	);
	rmSync(folder, {recursive: true, force: true});
	return result;
}
