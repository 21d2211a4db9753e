import type {Provider} from '../questions/question.ts';
import type {WantedSecret} from '../secrets/secret.ts';
import {type LitestreamConfig, type LitestreamDatabase, refuseConfig, type Setting} from './config.ts';

/**
Without a region Litestream signs for us-east-1 where an endpoint is set, and asks AWS where none is.

@throws {Failure} Exit 2, when that would be the wrong one.
*/
export function requireRegion(
	file: string,
	{line, endpoint}: LitestreamDatabase,
	{region}: {readonly region: string},
): void {
	if (!endpoint || region === 'auto' || region === 'us-east-1') return;
	const problem = `the replica names no region, so Litestream would sign for us-east-1 and not for ${region}.`;
	throw refuseConfig(file, line, problem, 'Add `region: $LITESTREAM_REGION` to the replica');
}

type KeyName = keyof Provider['keyNames'];

/**
Which secret must hold a key of the pair. Litestream takes AWS_* where the file has no key, or a variable that is empty, so a pair that
`storage create` sets is read all the same.

@returns `undefined` when no secret is read for it.
@throws {Failure} Exit 2 for a key in the file itself that is another one.
*/
export function requireKey(
	{file}: LitestreamConfig,
	setting: Setting | undefined,
	{provider, secrets}: {readonly provider: Provider; readonly secrets: readonly WantedSecret[]},
	key: KeyName,
): string | undefined {
	if (!setting) return provider.keyNames[key];
	const [part, ...more] = setting.parts;
	if (part?.is === 'variable' && more.length === 0) {
		return provider.makesBucket ? provider.keyNames[key] : part.name;
	}

	const own = secrets.find(({name}) => name === provider.keyNames[key])?.secret;
	if (more.length === 0 && own && part?.is === 'literal' && part.text === own.reveal()) return undefined;
	const problem = 'a key stands in the file itself, and it is not the one that was given.';
	throw refuseConfig(
		file,
		setting.line,
		problem,
		`Write \${${provider.keyNames[key]}} there, and set the key as a secret`,
	);
}
