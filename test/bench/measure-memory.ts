import {execFileSync} from 'node:child_process';
import {bundleScript} from '../helpers/bundle-script.ts';
import {median, type Result} from './compare.ts';

/** V8 lets its young generation grow during the first lines, so the comparison starts behind that. */
const [few, many] = [300_000, 1_300_000];

/** The way of a deploy's line: runner (it keeps a mebibyte, as for a deploy), splitter, redactor, the state that is drawn. */
const code = `
	import {runProcess} from './source/adapters/process.ts';
	import {toPlainText} from './source/core/text/text.ts';
	import {createRedactor} from './source/core/secrets/redact.ts';
	import {reduceRun, startRun} from './source/core/session/run-state.ts';
	import {Secret} from './source/core/secrets/secret.ts';
	const redactor = createRedactor();
	for (let at = 0; at < 8; at++) redactor.add(new Secret('KEY_' + at, 'canary' + at + 'x'.repeat(40)));
	let run = startRun(0);
	const child = 'const line = "#12 12.34 Compiling 64 files (.ex) ".padEnd(74, "x") + "\\\\n";'
		+ 'const block = line.repeat(1000); let left = Number(process.argv[1]) / 1000;'
		+ 'const write = () => { while (left-- > 0) if (!process.stdout.write(block)) return process.stdout.once("drain", write); }; write();';
	await runProcess({
		command: process.execPath, args: ['-e', child, process.argv[2]], environment: {}, cwd: '/',
		timeoutMs: 300_000, graceMs: 100, keepBytes: 1024 * 1024,
		onLine: (stream, line) => {
			run = reduceRun(run, {type: 'line-printed', id: 'deploy', stream, line: redactor.redact(toPlainText(line))}, 0);
		},
	});
	if (run.linesPrinted !== Number(process.argv[2])) throw new Error('lines were lost: ' + run.linesPrinted);
	console.log(process.resourceUsage().maxRSS / 1024);
`;

/** Peak memory in MiB, each a run of its own. */
export async function measurePeaks(rounds: number): Promise<{readonly few: number; readonly many: number}> {
	const script = await bundleScript(code);
	const peak = (lines: number) =>
		Number(execFileSync(process.execPath, [script, String(lines)], {encoding: 'utf8'}));
	const peaks = Array.from({length: rounds}, () => ({few: peak(few), many: peak(many)}));
	return {few: median(peaks.map(each => each.few)), many: median(peaks.map(each => each.many))};
}

export async function measureMemory(rounds: number): Promise<Result> {
	const peaks = await measurePeaks(rounds);
	const show = (mebibytes: number) => `${mebibytes.toFixed(0)} MiB`;
	return {
		what: '1,300,000 lines of a child, peak memory',
		against: '300,000 lines',
		ours: show(peaks.many),
		reference: show(peaks.few),
		ratio: peaks.many / peaks.few,
		goal: '≤ 1.10',
	};
}
