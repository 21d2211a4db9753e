import {execFileSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {cpus} from 'node:os';
import {fileURLToPath} from 'node:url';
import type {Result} from './compare.ts';
import {measureEdits} from './measure-edits.ts';
import {measureLines} from './measure-lines.ts';
import {measureMemory} from './measure-memory.ts';
import {measurePlan} from './measure-plan.ts';
import {measureKeys, measureStart} from './measure-start.ts';
import {measureXml} from './measure-xml.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const rounds = Number(process.argv.find(word => word.startsWith('--rounds='))?.slice(9) ?? 15);

function measurePackage(): Result {
	const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
		cwd: root,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const [{size, unpackedSize, files}] = JSON.parse(packed);
	return {
		what: `package, packed (${(unpackedSize / 1024 / 1024).toFixed(1)} MiB in ${files.length} files unpacked)`,
		against: '700 KB, the most it may be',
		ours: `${Math.round(size / 1024)} KB`,
		reference: '700 KB',
		ratio: size / 1024 / 700,
		goal: '≤ 1.00',
	};
}

function writeTable(results: readonly Result[]): string {
	const rows = results.map(({what, against, ours, reference, ratio, goal}) =>
		['', what, ours, against, reference, ratio.toFixed(2), goal ?? '', ''].join(' | ').trim(),
	);
	return ['| what | ours | against | reference | ratio | goal |', '|---|--:|---|--:|--:|--:|', ...rows].join(
		'\n',
	);
}

execFileSync(process.execPath, ['build.mjs'], {cwd: root, stdio: ['ignore', 'ignore', 'inherit']});
const results: Result[] = [
	...(await measureStart(rounds)),
	...(await measurePlan(Math.max(3, Math.round(rounds / 2)))),
	await measureLines(Math.max(3, Math.round(rounds / 2))),
	await measureMemory(3),
	await measureKeys(0),
	await measureKeys(1),
	...measureEdits(),
	await measureXml(rounds),
	measurePackage(),
];
const table = writeTable(results);
console.log(table);

if (process.argv.includes('--write')) {
	const text = `# Benchmarks

Made by \`npm run bench -- --write\` on ${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${cpus().length} processors (${cpus()[0]?.model.trim() ?? 'unknown'}).

Only the ratios can be compared: each is the median over ${rounds} rounds (plan and lines: half as many) of ours divided by a
reference measured in the same round, one right after the other. The first round is thrown away.

${table}
`;
	writeFileSync(`${root}docs/benchmarks.md`, text);
}
