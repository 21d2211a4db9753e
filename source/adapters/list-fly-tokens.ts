import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {Secret} from '../core/secrets/secret.ts';

const shortestToken = 16;

/** flyctl's own logins, from the environment and from its file: nothing it prints may show them, and nothing of ours. */
export function listFlyTokens(
	environment: Readonly<Record<string, string | undefined>>,
	userFolder: string,
): readonly Secret[] {
	const login = readLogin(join(userFolder, 'config.yml'));
	const values = [
		['FLY_API_TOKEN', environment.FLY_API_TOKEN],
		['FLY_ACCESS_TOKEN', environment.FLY_ACCESS_TOKEN],
		...[...login.matchAll(/^(\w*token): *["']?(.+?)["']? *$/gm)].map(([, name, value]) => [name, value]),
	] as const;
	// One login is often several tokens, which are also used one by one.
	return values.flatMap(([name = '', value = '']) =>
		[value, ...value.split(/[\s,]+/)]
			.filter(part => part.length >= shortestToken)
			.map(part => new Secret(name, part)),
	);
}

function readLogin(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
}
