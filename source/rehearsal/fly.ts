#!/usr/bin/env node
import {homedir} from 'node:os';
import {createInterface} from 'node:readline/promises';
import {makeCall} from './engine/call.ts';
import {Interruption} from './world/effects.ts';

const {env, argv, stdin, stdout, stderr} = process;

/** The exit code a shell shows for a process ended by SIGPIPE. */
const closedPipe = 141;

const interruption = new AbortController();

for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interruption.abort(name));

// A closed pipe ends the process midway, like Go's runtime. The world stays as it is.
for (const stream of [stdout, stderr]) stream.on('error', () => process.exit(closedPipe));

process.exitCode = await makeCall(
	{
		argv: argv.slice(2),
		env,
		cwd: process.cwd(),
		home: homedir(),
		isInteractive: Boolean(stdin.isTTY && stdout.isTTY),
	},
	{
		command: [process.execPath, argv[1] ?? ''],
		interrupted: interruption.signal,
		print: (stream, text) =>
			new Promise(resolve => {
				const target = stream === 'stdout' ? stdout : stderr;
				target.write(text, error => (error ? process.exit(closedPipe) : resolve()));
			}),
		async readStdin() {
			const chunks: Buffer[] = [];
			for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
			return Buffer.concat(chunks).toString('utf8');
		},
		ask(question) {
			const lines = createInterface({input: stdin, output: stdout});
			return new Promise<string>((resolve, reject) => {
				lines.on('SIGINT', () => reject(new Interruption('SIGINT')));
				lines.on('close', () => resolve(''));
				lines.question(question).then(resolve, reject);
			}).finally(() => lines.close());
		},
	},
);
stdin.unref?.();
