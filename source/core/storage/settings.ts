import type {LitestreamConfig, LitestreamDatabase} from '../litestream/config.ts';
import {rejectConfig, resolveSetting, type Setting, splitUrl, writeParts} from '../litestream/setting.ts';
import type {DesiredSecret, SecretStore} from '../secrets/secret.ts';
import type {Provider} from './provider.ts';

/** @param questionId - The question whose answer would fit the setting instead, if there is one. */
type Solve = (setting: Setting, wanted: string, what: string, questionId: string | undefined) => void;

/**
Finds the value of a setting's one variable that makes the setting what is wanted, and puts it into `values`.

A literal that is the wanted value already needs none; another one stops the plan.

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
				`Litestream knows no default values: \${${strange}} would be empty.`,
				'Write a plain $VARIABLE',
			);
		}

		const [name] = variables;
		const says = writeParts(resolved.parts);
		if (name === undefined) {
			if (isSame(says, wanted)) return;
			throw refuse(
				`${what} is ${says}, and ${wanted} is wanted.`,
				`Write ${wanted}${questionId ? `, or answer --${questionId} ${says}` : ''}`,
			);
		}

		const [before, after] = surround(says, name);
		if (new Set(variables).size > 1 || after.includes(`\${${name}}`)) {
			throw refuse(
				`${what} is made of several variables, so none of them can be set for it.`,
				'Use one variable',
			);
		}

		if (
			!wanted.startsWith(before) ||
			!wanted.endsWith(after) ||
			wanted.length < before.length + after.length
		) {
			throw refuse(`${what} is ${says}, which cannot become ${wanted}.`, `Write what can become ${wanted}`);
		}

		values.set(name, wanted.slice(before.length, wanted.length - after.length));
	};
}

function surround(says: string, name: string): readonly [string, string] {
	const at = says.indexOf(`\${${name}}`);
	return [says.slice(0, at), says.slice(at + name.length + 3)];
}

/** A slash at the end says nothing, and R2 and Tigris take us-east-1 for auto. */
const isSame = (a: string, b: string) => trim(a) === trim(b) || (b === 'auto' && a === 'us-east-1');

const trim = (text: string) => text.replace(/\/+$/, '');

/**
Solves where the replica lies: a url that is one variable, a url in parts, or `type: s3` with bucket and path.

@throws {Failure} Exit 2 with the line, for another kind of place.
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
		const kind = url?.text ?? type?.text ?? 'another kind of place';
		const problem = `the replica is ${kind}; phxfly sets up S3-compatible storage only.`;
		throw rejectConfig(
			file,
			url?.line ?? type?.line ?? line,
			problem,
			'Write `url: $LITESTREAM_REPLICA_URL`',
		);
	}

	if (url && /[?]/.test(url.text)) {
		const problem = 'what stands behind the ? is ignored by Litestream 0.3.';
		throw rejectConfig(file, url.line, problem, 'Write endpoint and region as settings of their own');
	}

	solve(parts.bucket, wanted.bucket, 'the bucket', 'bucket');
	if (parts.path && parts.path.parts.length > 0) solve(parts.path, wanted.prefix, 'the path', 'prefix');
	else if (wanted.prefix !== '') {
		const problem = `the replica lies at the top of the bucket, and below ${wanted.prefix} is wanted.`;
		throw rejectConfig(file, parts.bucket.line, problem, `Add the path ${wanted.prefix}`);
	}
}

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
	throw rejectConfig(file, line, problem, 'Add `region: $LITESTREAM_REGION` to the replica');
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
	const given = own && store.find(own);
	if (more.length === 0 && part?.is === 'literal' && given?.equals(part.text)) return undefined;
	const problem = 'a key stands in the file itself, and it is not the one that was given.';
	throw rejectConfig(
		file,
		setting.line,
		problem,
		`Write \${${provider.keyNames[key]}} there, and set the key as a secret`,
	);
}
