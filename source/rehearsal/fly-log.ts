import {appendFileSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

export type FlyLog = {ok: true; write(text: string): void} | {ok: false; message: string};

const keptLogs = 10;

/**
Makes flyctl's own directory (0700) and this run's debug log in it, as flyctl does before anything else. Where `logs` is an ordinary
file there is no log; where the directory cannot be written every command fails.
*/
export function openFlyLog(folder: string): FlyLog {
	try {
		mkdirSync(folder, {recursive: true, mode: 0o700});
		const probe = join(folder, `perms.${Date.now()}${Math.random()}`);
		writeFileSync(probe, '', {mode: 0o600});
		rmSync(probe);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		return {ok: false, message: `failed ensuring config directory perms: ${reason}`};
	}
	try {
		const logs = join(folder, 'logs');
		mkdirSync(logs, {recursive: true, mode: 0o700});
		if (!statSync(logs).isDirectory()) return {ok: true, write: () => undefined};
		const second = `${new Date().toISOString().slice(0, 19)}Z`;
		const file = join(logs, `flyctl-${second}.log`);
		appendFileSync(file, '');
		for (const old of readdirSync(logs).sort().slice(0, -keptLogs)) rmSync(join(logs, old), {force: true});
		return {ok: true, write: text => appendFileSync(file, `${new Date().toISOString()} DEBUG ${text}\n`)};
	} catch {
		return {ok: true, write: () => undefined};
	}
}
