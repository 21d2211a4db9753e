import {
	cpSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {listProcesses, openRehearsal, type Rehearsal, readTree} from './rehearsal.ts';

/** Values the program gets. They may appear only on flyctl's standard input. */
export const plantedKeys = {
	RESEND_API_KEY: 're_canaryQ8vX2mW5kT9rL3pB7nD',
	LITESTREAM_ACCESS_KEY_ID: 'AKIACANARYQ8VX2MW5KT',
	LITESTREAM_SECRET_ACCESS_KEY: 'canaryHb6NcQf1Rk8LpJx3/4sF6gH1jK+0zAbC',
};

/** Values that only a command with their flags can know to be secret. */
const oddKeys = {
	/** Sent with all others. A screen cleans each of the characters between its parts. */
	ODD_TOKEN:
		'tabCanaryQ8vX2mW5\tescCanaryT9rL3pB7\u001b[31mreturnCanaryD1xZ4s\rblankCanaryF6gH1jK0\u200blineCanaryNcQf1Rk8\u2028endCanaryLpJx3sF6',
	/** Sent alone, since it has quotes and line ends. */
	ODD_FILE:
		'{\r\n\t"tabFileCanaryX2mW5k":\t"escFileCanary9rL3pB\u001b]0;oscFileCanary7nDx4\u0007returnFileCanaryHb6\rblankFileCanary1Rk8L\u200blineFileCanaryx34sF\u2029endFileCanary6gH1j"\n}',
};

/** Flags that name the keys no question asks for. */
export const oddSecretFlags = ['--secret', 'ODD_TOKEN', '--secret', 'ODD_FILE'];

/** flyctl's own token, which only its processes get. */
export const plantedTokens = {
	FLY_API_TOKEN: 'FlyV1 environmentCanary_fm2_Q8vX2mW5k',
	FLY_ACCESS_TOKEN: 'accessCanary_fo1_7dF2kLp9sQ4wZx1',
};
const loginToken = 'loginFileCanary_fm2_3jK8vX2mW5kT9rL';

type Recorded = {
	readonly argv?: readonly string[];
	readonly env?: Readonly<Record<string, string>>;
	readonly stdin?: string;
	readonly printed?: string;
};

export type Canary = {
	readonly rehearsal: Rehearsal;
	/** The environment to start the program with. */
	readonly environment: Readonly<Record<string, string>>;
	/** Added to it where the command has `oddSecretFlags`, or a plan that was made with them. */
	readonly oddKeys: Readonly<Record<string, string>>;
	/** Crashes the program in the middle, with a key in the error message. */
	readonly crash: Readonly<Record<string, string>>;
	save(name: string): void;
	restore(name: string): void;
	/** Reads the running processes until the work is over. @param mainPid - The program itself, which has the keys. */
	watchProcesses<T>(mainPid: number, work: Promise<T>): Promise<T>;
	/** Stops what a killed program left running. */
	endChildren(): Promise<void>;
	/** Finds every place that contains a value it must not contain. */
	findLeaks(printed: Readonly<Record<string, string>>): readonly string[];
	/** Counts the values to find, those of them that Fly created or printed, and the child processes seen. */
	readonly counts: () => {readonly values: number; readonly made: number; readonly children: number};
};

/** Opens a rehearsal in which every call of the built-in Fly records its arguments, environment, and secrets sent or printed. */
export function openCanary(): Canary {
	const rehearsal = openRehearsal();
	const root = join(rehearsal.folder, '..');
	const recordPath = join(root, 'package', 'record.jsonl');
	const crashPath = join(root, 'package', 'crash.mjs');
	const login = join(rehearsal.home, '.fly', 'config.yml');
	mkdirSync(join(rehearsal.home, '.fly'), {mode: 0o700});
	writeFileSync(login, `access_token: ${loginToken}\nlast_login: ${new Date().toISOString()}\n`, {
		mode: 0o600,
	});
	writeFileSync(crashPath, crashScript);
	writeFileSync(recordPath, '');
	const fly = join(rehearsal.packageFolder, 'dist', 'fly.js');
	renameSync(fly, fly.replace('fly.js', 'fly-itself.js'));
	writeFileSync(fly, recorderScript(recordPath));
	const seen = new Set<string>();
	let [recordsChecked, children] = [0, 0];
	const parts = ['home', 'state', 'work'];

	const readRecords = () =>
		readFileSync(recordPath, 'utf8')
			.split('\n')
			.flatMap((line): readonly Recorded[] => {
				try {
					return [JSON.parse(line) as Recorded];
				} catch {
					// The last line of a killed call, or the end of the file.
					return [];
				}
			});
	const listMade = (records: readonly Recorded[]) =>
		new Map(
			records.flatMap(({stdin = '', printed = ''}) => [
				...[...stdin.matchAll(/^(\w+)="(.*)"$/gm), ...printed.matchAll(/^(\w+): (.+)$/gm)]
					.map(([, name = '', value = '']) => [value, name] as const)
					.filter(([, name]) => !/HOST|URL|ENDPOINT|REGION|BUCKET/.test(name)),
			]),
		);

	return {
		rehearsal,
		environment: {...plantedKeys, ...plantedTokens},
		oddKeys,
		crash: {NODE_OPTIONS: `--import=${crashPath}`},
		save: name => {
			for (const part of parts)
				cpSync(join(root, part), join(root, 'package', name, part), {recursive: true});
		},
		restore: name => {
			for (const part of parts) {
				rmSync(join(root, part), {recursive: true, force: true});
				cpSync(join(root, 'package', name, part), join(root, part), {recursive: true});
			}
		},
		async watchProcesses(mainPid, work) {
			let isOver = false;
			const end = () => {
				isOver = true;
			};
			work.then(end, end);
			while (!isOver) {
				for (const pid of listProcesses(root)) {
					const text = pid === mainPid ? '' : describeProcess(pid);
					// Before it becomes another program, a child process is a copy of its parent.
					if (!text.includes('/dist/cli.js')) seen.add(text);
				}

				await new Promise(resolve => setTimeout(resolve, 150));
			}

			return work;
		},
		async endChildren() {
			for (let pids = listProcesses(root); pids.length > 0; pids = listProcesses(root)) {
				for (const pid of pids) endQuietly(pid);
				await new Promise(resolve => setTimeout(resolve, 5));
			}
		},
		findLeaks(printed) {
			const records = readRecords();
			const keys = new Map([
				...Object.entries({...plantedKeys, ...oddKeys}).map(([name, value]) => [value, name] as const),
				...listMade(records),
			]);
			const tokens = [...Object.values(plantedTokens), loginToken].map(value => [value, 'token'] as const);
			const fresh = records.slice(recordsChecked);
			recordsChecked = records.length;
			const calls = fresh.flatMap(({argv, env}) =>
				argv ? [{words: argv.join('\n'), env: JSON.stringify(env)}] : [],
			);
			const others = [...seen];
			seen.clear();
			children += calls.length + others.length;
			const places = [
				...[...readTree(root)]
					.filter(([path]) => !path.startsWith('package/'))
					.map(([path, bytes]) => [path, bytes.toString('latin1')] as const),
				...Object.entries(printed),
			];
			const everything = [...keys, ...tokens];
			const isAtHome = (value: string, where: string) =>
				value === loginToken && where === 'home/.fly/config.yml';
			const notForChildren = [...keys, [loginToken, 'token'] as const];
			return [
				...new Set([
					...places.flatMap(([where, text]) =>
						everything.filter(([value]) => !isAtHome(value, where)).flatMap(find(where, text)),
					),
					...others.flatMap(text => notForChildren.flatMap(find('a process', text))),
					...calls.flatMap(({env}) => notForChildren.flatMap(find('the environment of a call', env))),
					// A token may be only in flyctl's environment.
					...calls.flatMap(({words}) => everything.flatMap(find('the words of a call', words))),
				]),
			];
		},
		counts: () => {
			const records = readRecords();
			const made = listMade(records).size;
			const known = [plantedKeys, oddKeys, plantedTokens].flatMap(Object.keys).length + 1;
			return {values: known + made, made, children};
		},
	};
}

/** Returns a value whole, its ends, what is left of it when it is cleaned or cut, and its encodings, with the part of a base64 text that depends only on it. */
function listForms(value: string): readonly string[] {
	const bytes = Buffer.from(value);
	const encoded = [0, 1, 2].map(offset =>
		Buffer.concat([Buffer.alloc(offset), bytes])
			.toString('base64')
			.slice(4, -6),
	);
	return [
		value,
		value.slice(0, 18),
		value.slice(-18),
		...value.split(/[^\u0021-\u007e]+/).filter(part => part.length >= 12),
		encodeURIComponent(value),
		bytes.toString('hex'),
		...encoded,
	];
}

const forms = new Map<string, readonly string[]>();
const find =
	(where: string, text: string) =>
	([value, name]: readonly [string, string]): readonly string[] => {
		const known = forms.get(value) ?? listForms(value);
		forms.set(value, known);
		const form = known.find(each => text.includes(each));
		return form === undefined
			? []
			: [`${name} in ${where}: …${text.slice(Math.max(0, text.indexOf(form) - 60), text.indexOf(form))}`];
	};

function describeProcess(pid: number): string {
	const read = (name: string) => {
		try {
			return readFileSync(`/proc/${pid}/${name}`, 'latin1');
		} catch {
			return '';
		}
	};
	return `${read('cmdline')}\n${read('environ')}`;
}

function endQuietly(pid: number): void {
	try {
		process.kill(pid, 'SIGKILL');
	} catch {
		// The process has ended.
	}
}

/** Reads the crash report of a crashed program. */
export function readCrashReports({rehearsal}: Canary): readonly string[] {
	const folder = rehearsal.stateHome;
	if (!existsSync(folder)) return [];
	return readdirSync(folder, {recursive: true, encoding: 'utf8'})
		.filter(path => /crash-[^/]*\.txt$/.test(path))
		.map(path => readFileSync(join(folder, path), 'utf8'));
}

const recorderScript = (path: string) => `#!/usr/bin/env node
import {appendFileSync, readFileSync} from 'node:fs';
import {Readable} from 'node:stream';
const note = record => appendFileSync(${JSON.stringify(path)}, JSON.stringify(record) + '\\n');
const words = process.argv.slice(2);
note({argv: [...process.execArgv, ...process.argv], env: process.env});
if (words[0] === 'secrets' && (words[1] === 'import' || words[1] === 'set')) {
	const stdin = readFileSync(0);
	note({stdin: stdin.toString()});
	Object.defineProperty(process, 'stdin', {value: Readable.from([stdin])});
}
if (words[0] === 'storage' && words[1] === 'create') {
	const write = process.stdout.write.bind(process.stdout);
	process.stdout.write = (text, ...more) => {
		note({printed: String(text)});
		return write(text, ...more);
	};
}
await import('./fly-itself.js');
`;

/** Makes the program crash with an unknown error at every project file it reads. */
const crashScript = `
import promises from 'node:fs/promises';
import {syncBuiltinESMExports} from 'node:module';
if (/cli\\.js$/.test(process.argv[1] ?? '')) {
	const open = promises.open;
	promises.open = (path, ...more) => {
		if (!/fly\\.toml$/.test(String(path))) return open(path, ...more);
		const {RESEND_API_KEY, LITESTREAM_SECRET_ACCESS_KEY, FLY_API_TOKEN} = process.env;
		throw new TypeError('boom ' + [RESEND_API_KEY, LITESTREAM_SECRET_ACCESS_KEY].join(' ') + '\\n' + Buffer.from('x' + RESEND_API_KEY).toString('base64'));
	};
	syncBuiltinESMExports();
}
`;
