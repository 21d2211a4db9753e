#!/usr/bin/env node
import {readFileSync} from 'node:fs';
import nodeModule from 'node:module';
import {dirname} from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import type {Cli} from './core/command/context.ts';

const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));
const argv = process.argv.slice(2);

if (
	argv.some(word => ['--version', '-v', '-V'].includes(word)) ||
	(argv.length === 1 && argv[0] === 'version')
) {
	const {version} = JSON.parse(readFileSync(`${packageFolder}/package.json`, 'utf8')) as {version: string};
	process.stdout.write(`${version}\n`);
} else {
	(nodeModule as {enableCompileCache?: () => void}).enableCompileCache?.();
	await run();
}

async function run(): Promise<void> {
	const host: Cli['host'] = {
		argv,
		environment: process.env,
		cwd: process.cwd(),
		platform: process.platform,
		nodePath: process.execPath,
		nodeVersion: process.version,
		packageFolder,
		stdin: process.stdin,
		stdout: process.stdout,
		stderr: process.stderr,
		...listenToSignals(),
	};
	// A closed pipe ends the output, not the run: a setup must not stop halfway because of it.
	for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
	const {main} = await import('./cli/main.ts');
	process.exitCode = await main(host);
	// Only reads without a reader are left, such as a DNS query.
	setTimeout(() => process.exit(), process.exitCode >= 130 ? 100 : 1000).unref();
}

/**
Passes signals to their listeners. Without a listener, a signal ends the process at once, with every child: children are in
separate groups and would survive it. Listeners get the time of a safe stop: ten seconds for short changes and ten for the
children. A second signal halves it.
*/
function listenToSignals(): Pick<Cli['host'], 'onSignal' | 'ignoreInterrupts'> {
	const listeners = new Set<(signal: 'SIGINT' | 'SIGTERM') => void>();
	const borrowers = new Set<symbol>();
	let first: 'SIGINT' | 'SIGTERM' | undefined;
	const exit = () => process.exit(first === 'SIGINT' ? 130 : 143);
	const hear = (signal: 'SIGINT' | 'SIGTERM') => {
		if (signal === 'SIGINT' && borrowers.size > 0) return;
		const allowedMs = first === undefined ? 21_000 : 11_000;
		first ??= signal;
		if (listeners.size === 0) exit();
		setTimeout(exit, allowedMs).unref();
		for (const listener of listeners) listener(signal);
	};
	process.on('SIGINT', () => hear('SIGINT')).on('SIGTERM', () => hear('SIGTERM'));
	// A closed terminal ends a run as safely as SIGTERM does.
	process.on('SIGHUP', () => hear('SIGTERM'));
	return {
		onSignal(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		ignoreInterrupts() {
			const borrower = Symbol();
			borrowers.add(borrower);
			return () => borrowers.delete(borrower);
		},
	};
}
