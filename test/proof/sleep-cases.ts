import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {text} from 'node:stream/consumers';
import {setTimeout as wait} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import type {CheckResult} from '../../source/core/verify/check.ts';
import {until} from '../helpers/protected-app.ts';
import type {ProofCase} from './case.ts';
import {listScripts, type Scene} from './scene.ts';

const sleeper = fileURLToPath(new URL('sleeper.ts', import.meta.url));

/** The check's limits pass so many times faster, so that a sleep of seconds is longer than all of them. */
const speed = 60;

/** Longer than the script may run, and phxfly waits. */
const sleepMs = 8000;

/** Sends the computer of phxfly to sleep while the script runs on the machine, until after its end. */
async function sleep(scene: Scene, scriptSeconds: number) {
	const {databasePath, environment, folder} = scene.app;
	const given = {
		app: {databasePath, environment, folder},
		endpoint: scene.server.endpoint,
		speed,
		sabotage: `s/timeout "$DEADLINE"/timeout ${scriptSeconds}/`,
	};
	const client = spawn(process.execPath, ['--import', 'tsx', sleeper, JSON.stringify(given)], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const said = text(client.stdout);
	try {
		// On a busy computer, phxfly's limits may pass before it sleeps: then it starts another script, which counts.
		const folders = new Set<string>();
		const isRunning = () => {
			for (const {folder: each} of listScripts(scene)) folders.add(each);
			return [...folders].some(each => existsSync(`${each}/stage`));
		};
		await until(
			async () => {
				if (!isRunning()) return false;
				client.kill('SIGSTOP');
				await wait(200);
				if (isRunning()) return true;
				client.kill('SIGCONT');
				return false;
			},
			{what: 'the script on the machine'},
		);
		const isReported = () => isRunning() && [...folders].some(each => existsSync(`${each}/report`));
		await Promise.all([wait(sleepMs), until(isReported, {withinMs: 90_000, what: 'a report'})]);
		client.kill('SIGCONT');
		const last = (await said).trimEnd().split('\n').at(-1) ?? '';
		const {status, detail} = JSON.parse(last) as CheckResult;
		if (listScripts(scene).length > 0 || [...folders].some(each => existsSync(each)))
			throw new Error('The check left something on the machine.');
		const answer = status === 'proved' ? status : `${status} ${detail.split(':')[0]}`;
		return [{answer, truth: undefined}];
	} finally {
		client.kill('SIGKILL');
	}
}

/** The computer of phxfly sleeps, and the machine does not. */
export const sleepCases: readonly ProofCase[] = [
	{
		name: 'the laptop sleeps while the script ends',
		isHealthy: true,
		right: ['proved'],
		run: async scene => {
			await scene.start();
			return sleep(scene, 80);
		},
	},
	{
		name: 'the laptop sleeps, and the script runs out of time',
		isHealthy: true,
		right: ['could-not-tell too-long'],
		run: async scene => {
			await scene.start();
			scene.server.behaviour.delayMs = 5000;
			return sleep(scene, 4);
		},
	},
];
