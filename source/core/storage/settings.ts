import type {LitestreamConfig, LitestreamDatabase} from '../litestream/config.ts';
import {
	rejectConfig,
	resolveSetting,
	type Setting,
	splitUrl,
	writeEndpoint,
	writeParts,
} from '../litestream/setting.ts';
import type {DesiredSecret, SecretStore} from '../secrets/secret.ts';
import type {Provider} from './provider.ts';

/** @param questionId - The question whose answer would fit the setting instead, if there is one. */
type Solve = (setting: Setting, wanted: string, what: string, questionId: string | undefined) => void;

/**
Returns a function that finds the value of a setting's one variable and stores it in `values`.

A literal that already has the right value needs none; a different one stops the plan.

@throws {Failure} Exit 2 with the line.
*/
export function solveSetting(file: string, values: Map<string, string>): Solve {
	return (setting, wanted, what, questionId) => {
		const refuse = (problem: string, hint: string) => rejectConfig(file, setting.line, problem, hint);
		const resolved = resolveSetting(setting, values);
		const variables = resolved.parts.flatMap(part => (part.is === 'variable' ? [part.name] : []));
		const strange = variables.find(name => !/^\w+$/.test(name));
		if (strange !== undefined) {
			throw refuse(
				`Litestream does not support default values: \${${strange}} would be empty.`,
				'Write a plain $VARIABLE',
			);
		}

		const [name] = variables;
		const current = writeParts(resolved.parts);
		if (name === undefined) {
			if (isSame(current, wanted)) return;
			const fitting = questionId === 'endpoint' ? writeEndpoint(current) : current;
			throw refuse(
				`${what} is ${current}, but it should be ${wanted}.`,
				`Write ${wanted}${questionId ? `, or pass --${questionId} ${fitting}` : ''}`,
			);
		}

		if (name === 'DATABASE_PATH') {
			throw refuse(
				`${what} is ${current}, and fly.toml does not set DATABASE_PATH.`,
				'Set DATABASE_PATH in [env] of fly.toml; then phxfly proposes what fits',
			);
		}

		const [before, after] = surround(current, name);
		if (new Set(variables).size > 1 || after.includes(`\${${name}}`)) {
			throw refuse(`${what} combines several variables; phxfly can only set one.`, 'Use one variable');
		}

		if (
			!wanted.startsWith(before) ||
			!wanted.endsWith(after) ||
			wanted.length < before.length + after.length
		) {
			throw refuse(
				`${what} is ${current}, which cannot become ${wanted}.`,
				`Write a value that can become ${wanted}${questionId ? `, or pass --${questionId} ${before}NAME${after}` : ''}`,
			);
		}

		values.set(name, wanted.slice(before.length, wanted.length - after.length));
	};
}

function surround(text: string, name: string): readonly [string, string] {
	const at = text.indexOf(`\${${name}}`);
	return [text.slice(0, at), text.slice(at + name.length + 3)];
}

/** Ignores a trailing slash, and a scheme that Litestream adds; R2 and Tigris accept us-east-1 for auto. */
const isSame = (a: string, b: string) =>
	trim(a) === trim(b) || `https://${trim(a)}` === trim(b) || (b === 'auto' && a === 'us-east-1');

const trim = (text: string) => text.replace(/\/+$/, '');

/**
Solves where the replica is stored: a url that is one variable, a url in parts, or `type: s3` with bucket and path.

@throws {Failure} Exit 2 with the line, for another kind of storage.
*/
export function choosePlace(
	{file}: LitestreamConfig,
	{line, type, url, bucket, prefix}: LitestreamDatabase,
	wanted: {readonly bucket: string; readonly prefix: string},
	solve: Solve,
): void {
	const place = [wanted.bucket, wanted.prefix].filter(Boolean).join('/');
	if (url && url.parts.length === 1 && url.parts[0]?.is === 'variable') {
		solve(url, `s3://${place}`, 'the url', 'bucket');
		return;
	}

	const parts = url
		? splitUrl(url)
		: bucket && (type?.text ?? 's3') === 's3'
			? {bucket, path: prefix}
			: undefined;
	if (!parts) {
		const kind = url?.text ?? type?.text ?? 'another kind of storage';
		const problem = `the replica is ${kind}; phxfly only sets up S3-compatible storage.`;
		throw rejectConfig(
			file,
			url?.line ?? type?.line ?? line,
			problem,
			'Write `url: $LITESTREAM_REPLICA_URL`',
		);
	}

	if (url && /[?]/.test(url.text)) {
		const problem = 'Litestream 0.3 ignores everything after the ?.';
		throw rejectConfig(file, url.line, problem, 'Write endpoint and region as separate settings');
	}

	solve(parts.bucket, wanted.bucket, 'the bucket', 'bucket');
	if (parts.path && parts.path.parts.length > 0) solve(parts.path, wanted.prefix, 'the path', 'prefix');
	else if (wanted.prefix !== '') {
		const problem = `the replica is at the top of the bucket, but it should be below ${wanted.prefix}.`;
		throw rejectConfig(file, parts.bucket.line, problem, `Add the path ${wanted.prefix}`);
	}
}

/**
Rejects a missing region if Litestream needs it: it signs for us-east-1 if an endpoint is set, and otherwise asks AWS.

@throws {Failure} Exit 2, if us-east-1 is the wrong one.
*/
export function requireRegion(
	file: string,
	{line, endpoint}: LitestreamDatabase,
	{region}: {readonly region: string},
): void {
	if (!endpoint || region === 'auto' || region === 'us-east-1') return;
	const problem = `the replica has no region, so Litestream would sign for us-east-1, not for ${region}.`;
	throw rejectConfig(file, line, problem, `Add \`region: ${region}\` to the replica`);
}

type KeyName = keyof Provider['keyNames'];

/**
Returns the secret that must contain a key of the pair. Litestream falls back to AWS_* if the file has no key or an empty variable,
so it still reads a pair that `storage create` sets.

@returns `undefined` when the file reads no secret for it.
@throws {Failure} Exit 2 for a different key in the file itself.
*/
export function requireKey(
	{file}: LitestreamConfig,
	setting: Setting | undefined,
	{
		provider,
		secrets,
		store,
	}: {
		readonly provider: Provider;
		readonly secrets: readonly DesiredSecret[];
		readonly store: Pick<SecretStore, 'find'>;
	},
	key: KeyName,
): string | undefined {
	if (!setting) return provider.keyNames[key];
	const [part, ...more] = setting.parts;
	if (part?.is === 'variable' && more.length === 0) {
		return provider.makesBucket ? provider.keyNames[key] : part.name;
	}

	const own = secrets.find(({name}) => name === provider.keyNames[key]);
	const provided = own && store.find(own);
	if (more.length === 0 && part?.is === 'literal' && provided?.equals(part.text)) return undefined;
	const problem = 'the file contains a key, and it is not the one you provided.';
	throw rejectConfig(
		file,
		setting.line,
		problem,
		`Write \${${provider.keyNames[key]}} there, and set the key as a secret`,
	);
}
