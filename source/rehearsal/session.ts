import {join} from 'node:path';
import type {Flags} from './arguments/flags.ts';
import type {Invocation} from './arguments/invocation.ts';
import {FlyError} from './world/effects.ts';

const oldestLoginMs = 30 * 86_400_000;

/**
Finds the token as flyctl does. One from config.yml counts only with a `last_login` of the last 30 days; one from the
environment or `--access-token` always does.

@throws {FlyError} if there is none that counts, or it starts with `bad`.
*/
export function checkSession(invocation: Invocation, flags: Flags): void {
	const {env} = invocation;
	const given = flags.string('access-token') || env.FLY_ACCESS_TOKEN || env.FLY_API_TOKEN;
	const token = given || readToken(invocation);
	if (!token) throw new FlyError("no access token available. Please login with 'flyctl auth login'");
	if (token.startsWith('bad')) throw new FlyError('You must be authenticated to view this.');
}

function readToken({env, home, files}: Invocation): string | undefined {
	const folder = env.FLY_CONFIG_DIR || join(home, '.fly');
	const text = files.read(join(folder, 'config.yml')) ?? '';
	const lastLogin = Date.parse(readKey(text, 'last_login') ?? '');
	return Date.now() - lastLogin <= oldestLoginMs ? readKey(text, 'access_token') : undefined;
}

function readKey(text: string, key: string): string | undefined {
	const [, value] = new RegExp(`^${key}:[ \\t]*(.*?)[ \\t\\r]*$`, 'm').exec(text) ?? [];
	return value?.replace(/^(['"])(.*)\1$/, '$2') || undefined;
}
