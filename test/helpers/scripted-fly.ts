import {chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

export type ScriptedAnswer = {readonly stdout?: string; readonly stderr?: string; readonly exit?: number};
export type ScriptedCall = {
	readonly argv: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	readonly cwd: string;
	readonly stdin: string;
};

export type ScriptedFly = {
	readonly folder: string;
	readonly path: string;
	/** Answers to these words, one after another, and then the last one forever. */
	answer(argv: string, ...answers: readonly ScriptedAnswer[]): void;
	calls(): readonly ScriptedCall[];
	close(): void;
};

/** Writes a real program with the answers of a test, which records its calls. */
export function openScriptedFly(): ScriptedFly {
	const folder = mkdtempSync(join(tmpdir(), 'phxfly-scripted-'));
	const path = join(folder, 'flyctl');
	const answersPath = join(folder, 'answers.json');
	const callsPath = join(folder, 'calls.jsonl');
	const answers: Record<string, readonly ScriptedAnswer[]> = {};
	writeFileSync(
		path,
		`#!${process.execPath}
const {appendFileSync, existsSync, readFileSync} = require('node:fs');
const argv = process.argv.slice(2);
const earlier = existsSync(${JSON.stringify(callsPath)}) ? readFileSync(${JSON.stringify(callsPath)}, 'utf8').trim().split('\\n').map(line => JSON.parse(line)) : [];
const stdin = readFileSync(0, 'utf8');
appendFileSync(${JSON.stringify(callsPath)}, JSON.stringify({argv, env: process.env, cwd: process.cwd(), stdin}) + '\\n');
const key = argv.join(' ');
const answers = JSON.parse(readFileSync(${JSON.stringify(answersPath)}, 'utf8'))[key] ?? [{stderr: 'Error: nothing is written for ' + key, exit: 99}];
const {stdout = '', stderr = '', exit = 0} = answers[Math.min(earlier.filter(call => call.argv.join(' ') === key).length, answers.length - 1)];
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = exit;
`,
	);
	chmodSync(path, 0o755);
	writeFileSync(answersPath, '{}');
	return {
		folder,
		path,
		answer(argv, ...list) {
			answers[argv] = list;
			writeFileSync(answersPath, JSON.stringify(answers));
		},
		calls: () =>
			existsSync(callsPath)
				? readFileSync(callsPath, 'utf8')
						.trim()
						.split('\n')
						.map(line => JSON.parse(line))
				: [],
		close: () => rmSync(folder, {recursive: true, force: true}),
	};
}
