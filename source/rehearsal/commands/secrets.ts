import {join} from 'node:path';
import type {Command, Context} from '../arguments/invocation.ts';
import {rollMachines} from '../deploy/update.ts';
import {formatTable, printJson, wantsJson} from '../output/print.ts';
import {change, type Flow, FlyError, log, look, print, readStdin, wait} from '../world/effects.ts';
import {findApp, listMachines} from '../world/find.ts';
import {listSecrets, parseSecrets, SecretParserCrash, storeSecrets, trimSpace} from '../world/secrets.ts';

const maxStdinBytes = 65_536;

/** Parses `NAME=VALUE` words; `-` reads the value from stdin, once. */
export const secretsSet: Command = function* (context) {
	yield* look(world => findApp(world, context.app));
	const secrets = new Map<string, string>();
	let isRead = false;
	for (const word of context.args) {
		const [, name, value] = /^([^=]*)=([\s\S]*)$/.exec(word) ?? [];
		if (name === undefined || value === undefined) {
			throw new FlyError(`Secrets must be provided as NAME=VALUE pairs (${word} is invalid)`);
		}
		if (value !== '-') {
			secrets.set(name, value);
			continue;
		}
		secrets.set(name, isRead ? '' : yield* readTrimmedStdin());
		isRead = true;
	}
	return yield* apply(context, secrets);
};

/** Reads lines from stdin, with all the losses of flyctl's parser. */
export const secretsImport: Command = function* (context) {
	yield* look(world => findApp(world, context.app));
	const text = yield* readStdin();
	let secrets: ReadonlyMap<string, string>;
	try {
		secrets = parseSecrets(text);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		if (error instanceof SecretParserCrash) {
			yield {
				kind: 'print',
				stream: 'stderr',
				text: `panic: runtime error: ${reason}\n\ngoroutine 1 [running]:\n`,
			};
			return 2;
		}
		throw new FlyError(`Failed to parse secrets from stdin: ${reason}`);
	}
	if (secrets.size === 0) throw new FlyError('requires at least one SECRET=VALUE pair');
	return yield* apply(context, secrets);
};

/** A missing name is not an error. */
export const secretsUnset: Command = function* (context) {
	yield* wait(500);
	yield* change(world => {
		findApp(world, context.app);
		world.secrets = world.secrets.filter(
			({app, name}) => app !== context.app || !context.args.includes(name),
		);
	});
	return yield* finish(context);
};

/** Restarts the machines with the staged secrets. */
export const secretsDeploy: Command = function* (context) {
	const count = yield* look(world => {
		findApp(world, context.app);
		return listMachines(world, context.app).length;
	});
	if (count === 0) throw new FlyError('no machines available to deploy');
	return yield* rollMachines(context);
};

/** Refreshes a record in flyctl's own directory. */
export const secretsSync: Command = function* (context) {
	yield* look(world => findApp(world, context.app, 'machines'));
	yield* wait(200);
	return 0;
};

/** Stores them all at once, then restarts the machines unless they are only staged. */
function* apply(context: Context, secrets: ReadonlyMap<string, string>): Flow<number> {
	yield* log(`POST /v1/apps/${context.app}/secrets ${JSON.stringify({values: Object.fromEntries(secrets)})}`);
	yield* wait(500);
	yield* change((world, nowMs) => {
		findApp(world, context.app);
		storeSecrets(world, nowMs, context.app, secrets, listPlaceNames(context));
	});
	yield* wait(500);
	return yield* finish(context);
}

/** Lists the variables by which the project's litestream.yml says where the replica is. Never those of a key. */
function listPlaceNames({files, cwd}: Context): ReadonlySet<string> {
	const folders = ['', ...files.list(cwd).filter(name => !name.includes('.'))];
	const texts = folders.map(folder => files.read(join(cwd, folder, 'litestream.yml')) ?? '').join('\n');
	const lines = texts.match(/^[\s-]*(?:path|url|bucket|endpoint|region):.*$/gm) ?? [];
	const names = lines.flatMap(line => [...line.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name));
	return new Set(names.filter(name => !/KEY|SECRET|TOKEN|PASS/i.test(name)));
}

function* finish(context: Context): Flow<number> {
	if (context.flags.bool('stage')) {
		yield* print(
			'Secrets have been staged, but not set on VMs. Deploy or update machines in this app for the secrets to take effect.',
		);
		return 0;
	}
	const count = yield* look(world => listMachines(world, context.app).length);
	if (count > 0) return yield* rollMachines(context);
	yield* print('Secrets are staged for the first deployment');
	return 0;
}

function* readTrimmedStdin(): Flow<string> {
	const text = yield* readStdin();
	return trimSpace(Buffer.from(text).subarray(0, maxStdinBytes).toString('utf8'));
}

/** Names, digests, and states; never a value. */
export const secretsList: Command = function* (context) {
	const secrets = yield* look(world => {
		findApp(world, context.app, 'machines');
		return listSecrets(world, context.app).map(({name, sha256, status}) => ({
			name,
			digest: sha256.slice(0, 16),
			status,
		}));
	});
	if (wantsJson(context)) {
		yield* printJson(context, secrets);
		return 0;
	}
	const rows = secrets.map(({name, digest, status}) => [
		`${status === 'Staged' ? '* ' : ''}${name}`,
		digest,
		status,
	]);
	yield* print(formatTable(['NAME', 'DIGEST', 'STATUS'], rows));
	const staged = secrets.filter(({status}) => status === 'Staged').length;
	if (staged > 0) {
		yield* print(
			`There are ${staged} secrets not deployed. Deploy with \`fly secrets deploy\` to make them available.`,
		);
	}
	return 0;
};
