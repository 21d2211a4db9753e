import {existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test, vi} from 'vitest';
import {commands} from '../../source/cli/registry.ts';
import {answerFlags} from '../helpers/answers.ts';
import {
	type Canary,
	oddSecretFlags,
	openCanary,
	plantedKeys,
	plantedTokens,
	readCrashReports,
} from '../helpers/canary.ts';
import {asChildren} from '../helpers/rehearsal.ts';
import {sqliteHeader} from '../helpers/sqlite-header.ts';
import {openTerminal} from '../helpers/terminal.ts';

// For a computer that does much else meanwhile.
vi.setConfig({testTimeout: 1_800_000, hookTimeout: 60_000});

type Row = {
	/** The words after the command. */
	readonly words?: 'answers' | readonly string[];
	/** It sends or makes something, so it is struck on an account without anything, and goes its whole way only twice. */
	readonly isLong?: boolean;
	/** It needs no file of the project, so the broken program runs as if whole. */
	readonly survivesCrash?: boolean;
	/** It makes no call of flyctl's in which it could be struck. */
	readonly callsNobody?: boolean;
};

/** Every command that there is; one that is missing here fails the test. */
const table: Readonly<Record<string, Row>> = {
	setup: {words: 'answers', isLong: true},
	rehearse: {words: 'answers', isLong: true},
	plan: {words: 'answers'},
	apply: {words: ['plan.json'], isLong: true},
	doctor: {callsNobody: true, survivesCrash: true},
	status: {},
	deploy: {isLong: true},
	rollback: {words: ['1']},
	ci: {words: ['--package', 'https://example.com/phxfly.tgz']},
	logs: {words: ['--no-tail']},
	ssh: {},
	open: {},
	destroy: {isLong: true},
	verify: {},
	drill: {},
	restore: {words: ['--at', '2020-01-01T00:00:00Z']},
	pull: {},
	push: {words: ['app.db']},
	forget: {survivesCrash: true, callsNobody: true},
	completion: {words: ['bash'], survivesCrash: true, callsNobody: true},
};

/** Struck on an account that is set up, since there is nothing for them elsewhere. */
const worksOnFinished = ['deploy', 'destroy'];

/** With a mail key, and with nothing left to ask. */
const answersOf = (provider: 'tigris' | 's3' | 'r2') => [
	...answerFlags(provider).filter(word => word !== '--no-mail'),
	...['--vm-size', 'shared-cpu-1x', '--vm-memory', '1024'],
	...oddSecretFlags,
];
const providers = {
	tigris: answersOf('tigris'),
	s3: answersOf('s3'),
	r2: answersOf('r2'),
	custom: answersOf('s3')
		.map(word => (word === 's3' ? 'custom' : word))
		.concat('--endpoint', 'https://storage.example.net'),
};
type Provider = keyof typeof providers;
const faces = {
	plain: ['--plain', '--yes', '--verbose'],
	json: ['--json', '--yes'],
	screen: [],
	'screen reader': ['--screen-reader'],
} as const;
type Output = keyof typeof faces;
type Ending = 'by itself' | 'fails' | 'crashes' | 'killed' | 'interrupted';
type Run = {
	readonly command: string;
	readonly face: Output;
	readonly ending: Ending;
	readonly env?: Record<string, string>;
	readonly more?: readonly string[];
	/** The built-in Fly runs inside: another run of the command has shown what its children are given. */
	readonly isInside?: boolean;
};

const faceNames = Object.keys(faces) as Output[];
const common = ['--rehearse', '--speed', '400', '--world', 'w.json'];
/** The others do not wait for a domain. */
const waiting = ['setup', 'rehearse', 'plan', 'apply', 'deploy', 'verify'];
const faults = (...list: readonly object[]) => ({PHXFLY_FAULTS: JSON.stringify(list)});

/** The other commands do not know these variables as secrets: only `--secret` or a plan names them. */
const namesSecrets = (command: string): boolean => command === 'apply' || table[command]?.words === 'answers';

/** Runs the program to its end on one of its faces. @returns All it printed, and its exit code. */
async function run(
	canary: Canary,
	{command, face, ending, isInside, env = {}}: Run,
	words: readonly string[],
) {
	const {rehearsal} = canary;
	const environment = {
		...canary.environment,
		...(namesSecrets(command) ? canary.oddKeys : {}),
		...(isInside ? {} : asChildren),
		...env,
		...(ending === 'crashes' ? canary.crash : {}),
	};
	const countCalls = () => (existsSync(rehearsal.worldPath) ? rehearsal.world().calls.length : 0);
	const callsBefore = countCalls();
	const hasSent = () =>
		existsSync(rehearsal.worldPath) &&
		rehearsal.world().calls.some(({argv: [group, word]}) => group === 'secrets' && word === 'import');
	const sends = table[command]?.isLong && !worksOnFinished.includes(command);
	const isStruck = () => (sends ? hasSent() : countCalls() > callsBefore + 3);
	if (face === 'plain' || face === 'json') {
		const running = rehearsal.start(words, {env: environment});
		const ended = canary.watchProcesses(running.pid, running.ended);
		if (ending === 'killed' || ending === 'interrupted') {
			await running.until(isStruck).catch(() => undefined);
			running.kill(ending === 'killed' ? 'SIGKILL' : 'SIGINT');
		}

		const {exit, stdout, stderr} = await ended;
		return {exit, printed: {stdout, stderr}};
	}

	const cli = join(rehearsal.packageFolder, 'dist', 'cli.js');
	const terminal = openTerminal(process.execPath, [cli, ...words], {
		cwd: rehearsal.folder,
		env: {...rehearsal.environment, ...environment},
		rows: 40,
		columns: 100,
	});
	const ended = canary.watchProcesses(terminal.pid, terminal.exits(600_000));
	let isOver = false;
	const end = () => {
		isOver = true;
	};
	ended.then(end, end);
	// Says yes to every question on the screen, leaves a shell, and quits what asks forever.
	let [shown, answered, answers, stood, hasStruck] = ['', '', 0, 0, false];
	while (!isOver) {
		await new Promise(resolve => setTimeout(resolve, 120));
		const screen = terminal.screen();
		if ((ending === 'killed' || ending === 'interrupted') && !hasStruck && isStruck()) {
			if (ending === 'killed') terminal.kill('SIGKILL');
			else terminal.type('\u0003');
			hasStruck = true;
		} else if (screen === shown && /›|\[y\/N\]|(?:to confirm:|app#)\s*$/.test(screen)) {
			stood = screen === answered ? stood + 1 : 0;
			if (stood === 0) answers += 1;
			const isStuck = answers > 9 || stood >= 60;
			const name = /to confirm:\s*$/.test(screen) ? rehearsal.world().apps[0]?.name : undefined;
			const answer = name ?? (screen.includes('[y/N]') ? 'y' : '');
			if (stood === 0 || isStuck) terminal.type(isStuck ? '\u0003' : `${answer}\r`);
			if (isStuck) stood = 1;
			answered = screen;
		}

		shown = screen;
	}

	const exit = await ended.catch(() => undefined);
	terminal.kill('SIGKILL');
	return {exit, printed: {screen: terminal.raw()}};
}

const wordsOf = ({command, face, more = []}: Run, provider: Provider): readonly string[] => {
	const {words = []} = table[command] ?? {};
	return [
		command,
		...(words === 'answers' ? providers[provider] : words),
		...common,
		...(waiting.includes(command) ? ['--wait', '0s'] : []),
		...faces[face],
		...more,
	];
};

/** What there is no command for: what the storage, the build and flyctl itself may do to a setup. */
const setups: readonly Run[] = [
	{command: 'setup', face: 'plain', ending: 'fails', more: ['--image', 'registry.fly.io/nope:1']},
	{command: 'setup', face: 'plain', ending: 'fails', env: {LITESTREAM_ACCESS_KEY_ID: 'WRONG-SECRET'}},
	{command: 'setup', face: 'screen', ending: 'fails', env: {LITESTREAM_ACCESS_KEY_ID: 'WRONG-SECRET'}},
	{
		command: 'setup',
		face: 'json',
		ending: 'fails',
		env: faults({command: 'secrets import', fault: 'echo-input', on: 1}),
	},
	{
		command: 'setup',
		face: 'screen reader',
		ending: 'fails',
		env: faults({command: 'secrets import', fault: 'echo-input', on: 1}),
	},
	...faceNames.map(
		(face): Run => ({
			command: 'setup',
			face,
			ending: 'fails',
			env: faults({command: 'secrets set', fault: 'echo-input', on: 1}),
		}),
	),
	{command: 'setup', face: 'json', ending: 'fails', env: faults({command: 'secrets list', fault: 'garbage'})},
];

const names = commands.map(({name}) => name);
const runs: readonly Run[] = names.flatMap((command, index): readonly Run[] => {
	const {isLong, callsNobody} = table[command] ?? {};
	const faceOf = (offset: number) => faceNames[(index + offset) % 4] ?? 'plain';
	const whole = (isLong ? [0, 1] : [0, 1, 2, 3]).map(faceOf);
	const killed: readonly Run[] = [
		{command, face: faceOf(2), ending: 'killed'},
		{command, face: faceOf(3), ending: 'interrupted'},
		{command, face: faceOf(0), ending: 'fails', env: faults({command: '', fault: 'garbage'})},
	];
	return [
		// Whole setups are what every lane begins with.
		...whole
			.filter(() => command !== 'setup')
			.map((face, at) => ({command, face, ending: 'by itself', isInside: at > 0}) as const),
		{command, face: faceOf(1), ending: 'crashes'},
		...(callsNobody ? [] : killed),
	];
});

test('every command has its row', () => {
	expect(Object.keys(table).sort()).toEqual([...names].sort());
});

test('the search finds what leaks: a part, an encoded form, an environment', async () => {
	const canary = openCanary();
	try {
		const key = plantedKeys.RESEND_API_KEY;
		expect(canary.findLeaks({screen: 'nothing'})).toEqual([]);
		for (const leak of [
			key,
			key.slice(0, 20),
			key.slice(-20),
			Buffer.from(`ab${key}c`).toString('base64'),
			Buffer.from(key).toString('hex'),
		]) {
			expect([leak, canary.findLeaks({screen: `<${leak}>`})]).toEqual([
				leak,
				[expect.stringContaining('RESEND_API_KEY in screen')],
			]);
		}

		const running = canary.rehearsal.fly('secrets', 'set', `A=${key}`);
		await canary.watchProcesses(0, running);
		expect(canary.findLeaks({}).join('\n')).toMatch(/in the words of a call/);
		writeFileSync(join(canary.rehearsal.home, 'note'), `token ${plantedTokens.FLY_API_TOKEN}`);
		expect(canary.findLeaks({})).toEqual([expect.stringContaining('token in home/note')]);
	} finally {
		await canary.rehearsal.close();
	}
});

test('no key leaks, in any command with any ending', async () => {
	const lanes = Object.keys(providers) as Provider[];
	const work = [...setups, ...runs];
	const told = await Promise.all(
		lanes.map(async (provider, lane) => {
			const canary = openCanary();
			const problems: string[] = [];
			const ends: string[] = [];
			try {
				const plan = ['plan', ...providers[provider], ...common, '--wait', '0s', '--out', 'plan.json'];
				await canary.rehearsal.run(plan, {env: {...canary.environment, ...canary.oddKeys, ...asChildren}});
				writeFileSync(join(canary.rehearsal.folder, 'app.db'), sqliteHeader);
				canary.save('nothing');
				const share = work.filter((_, index) => index % lanes.length === lane);
				const first: Run = {command: 'setup', face: faceNames[lane] ?? 'plain', ending: 'by itself'};
				let isFinished = false;
				for (const each of [first, ...share]) {
					const row = table[each.command];
					const isFromNothing =
						row?.isLong && !worksOnFinished.includes(each.command) && each.ending !== 'by itself';
					if (isFinished) canary.restore(isFromNothing ? 'nothing' : 'finished');
					const startedAtMs = performance.now();
					const {exit, printed} = await run(canary, each, wordsOf(each, provider));
					await canary.endChildren();
					const title = `${each.command}, ${provider}, ${each.face}, ${each.ending}`;
					ends.push(`${title}: ${exit} ${Math.round(performance.now() - startedAtMs)} ms`);
					problems.push(...canary.findLeaks(printed).map(leak => `${title}: ${leak}`));
					const reports = readCrashReports(canary);
					const isCrash = each.ending === 'crashes' && !row?.survivesCrash;
					const isReported =
						reports.length > 0 && reports.every(report => report.includes('boom [RESEND_API_KEY]'));
					if (isCrash ? !isReported : reports.length > 0)
						problems.push(`${title}: crash reports: ${reports.join('\n')}`);
					if (isFinished) continue;
					expect([title, exit === 0 || exit === 3]).toEqual([title, true]);
					canary.save('finished');
					isFinished = true;
				}

				return {problems, ends, ...canary.counts()};
			} finally {
				await canary.rehearsal.close();
			}
		}),
	);
	console.log(told.flatMap(({ends}) => ends).join('\n'));
	const sum = (pick: (lane: (typeof told)[number]) => number) =>
		told.reduce((all, lane) => all + pick(lane), 0);
	console.log(
		`runs ${sum(({ends}) => ends.length)}, values ${sum(({values}) => values)} (made ${sum(({made}) => made)}), children ${sum(({children}) => children)}`,
	);
	expect(told.flatMap(({problems}) => problems)).toEqual([]);
	for (const {made} of told) expect(made).toBeGreaterThan(3);
});
