import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {compare, median, type Result} from './compare.ts';
import {makeLargeProject} from './make-large-project.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Writes what a process took when it ends, in milliseconds of the processor and mebibytes. */
const report = `
	import {writeFileSync} from 'node:fs';
	process.on('exit', () => {
		const {userCPUTime, systemCPUTime, maxRSS} = process.resourceUsage();
		writeFileSync(process.env.BENCH_FIGURES, JSON.stringify({ms: (userCPUTime + systemCPUTime) / 1000, mebibytes: maxRSS / 1024}));
	});
`;

type Figures = {readonly ms: number; readonly mebibytes: number};

const answers = [
	...['--app', 'blog-1', '--org', 'personal', '--region', 'sjc', '--domain', 'none', '--no-mail'],
	...['--storage', 'tigris'],
];

/** Measures a plan of a large project. Processor time, since reading hundreds of files waits for the disk. */
export async function measurePlan(rounds: number): Promise<readonly Result[]> {
	const folder = mkdtempSync(join(tmpdir(), 'phxfly-bench-'));
	const [project, bare, preload, figures, state] = (
		['project', 'bare.mjs', 'report.mjs', 'figures.json', 'state'] as const
	).map(name => join(folder, name)) as [string, string, string, string, string];
	makeLargeProject(root, project);
	writeFileSync(bare, "console.log('one line');\n");
	writeFileSync(preload, report);
	const run = (args: readonly string[]): Figures => {
		execFileSync(process.execPath, ['--import', preload, ...args], {
			env: {...process.env, BENCH_FIGURES: figures},
			stdio: ['ignore', 'ignore', 'inherit'],
		});
		return JSON.parse(readFileSync(figures, 'utf8')) as Figures;
	};
	const plan = [join(root, 'dist', 'cli.js'), 'plan', project, '--rehearse', '--quiet', '--state-dir', state];
	const peaks: number[] = [];
	const time = await compare(
		'`plan --rehearse` of a large project (145 files of Elixir, 20,000 lines), processor time',
		'bare node, one line',
		{
			rounds,
			async ours() {
				const {ms, mebibytes} = run([...plan, ...answers]);
				peaks.push(mebibytes);
				return ms;
			},
			reference: async () => run([bare]).ms,
			unit: 'ms',
			goal: 12,
		},
	);
	rmSync(folder, {recursive: true, force: true});
	const peak = median(peaks);
	return [
		time,
		{
			what: 'the same plan, peak memory',
			against: '150 MiB, the most it should take',
			ours: `${peak.toFixed(0)} MiB`,
			reference: '150 MiB',
			ratio: peak / 150,
			goal: '≤ 1.00',
		},
	];
}
