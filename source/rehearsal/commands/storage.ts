import {type Command, type Context, confirm} from '../arguments/invocation.ts';
import {rollMachines} from '../deploy/update.ts';
import {formatCard, formatTable} from '../output/print.ts';
import {ask, change, type Flow, FlyError, log, look, print, wait} from '../world/effects.ts';
import {findApp, listMachines} from '../world/find.ts';
import {makeHexId, makeStableHex} from '../world/make.ts';
import {listSecrets, storeSecrets} from '../world/secrets.ts';
import type {World} from '../world/world.ts';

export const storageList: Command = function* ({flags}) {
	const org = flags.string('org');
	const rows = yield* look(world =>
		world.buckets
			.filter(bucket => org === '' || bucket.org === org)
			.map(bucket => [bucket.name, bucket.org])
			.sort(([a = ''], [b = '']) => a.localeCompare(b)),
	);
	yield* print(formatTable(['NAME', 'ORG'], rows));
	return 0;
};

export const storageStatus: Command = function* (context) {
	const bucket = yield* look(world => findBucket(world, context));
	yield* print(
		formatCard('Status', [
			['Name', bucket.name],
			['Status', 'ready'],
			['Public', bucket.isPublic ? 'True' : 'False'],
			...(context.args[0] === undefined && bucket.app !== undefined ? [['App', bucket.app] as const] : []),
		]).replace(/\n$/, ''),
	);
	return 0;
};

/** Destroys the bucket and all its objects. */
export const storageDestroy: Command = function* (context) {
	const {name} = yield* look(world => findBucket(world, context));
	const warning = 'Destroying a Tigris storage bucket is not reversible.';
	if (!(yield* confirm(context, `Destroy Tigris bucket ${name}?`, warning))) return 0;
	yield* wait(1_500);
	yield* change(world => {
		const bucket = findBucket(world, context);
		world.buckets = world.buckets.filter(entry => entry !== bucket);
		world.objects = world.objects.filter(object => object.bucket !== name);
	});
	yield* wait(500);
	yield* print(`Your Tigris object storage bucket ${name} was destroyed`);
	return 0;
};

function findBucket(world: World, {args, app}: Context): World['buckets'][number] {
	const [name] = args;
	if (name === undefined && app !== '') findApp(world, app, 'bare');
	const bucket = world.buckets.find(entry =>
		name === undefined ? app !== '' && entry.app === app : entry.name === name,
	);
	if (bucket) return bucket;
	throw new FlyError(
		name === undefined
			? "No project found. Provision one with 'flyctl ext tigris create'."
			: 'input: addOn Could not find AddOn\n',
	);
}

const terms =
	'\nYour fly.io account email, and other identifiers, will be shared with Tigris. See https://www.tigrisdata.com/docs/legal/\n';

/** Creates a bucket, prints its keys once, and sets them as secrets unless one of the names exists. */
export const storageCreate: Command = function* (context) {
	const {app, flags, env} = context;
	const orgSlug = flags.string('org') || env.FLY_ORG || '';
	if (app === '' && orgSlug === '')
		throw new FlyError('slug argument must be specified when not running interactively');
	yield* print(terms);
	yield* agree(context);

	yield* look(world => {
		if (app === '') return;
		findApp(world, app, 'bare');
		const bucket = world.buckets.find(entry => entry.app === app);
		if (bucket) throw new FlyError(`A Tigris bucket named ${bucket.name} already exists for app ${app}`);
	});
	yield* log(`POST /graphql createAddOn {"name":"${flags.string('name')}","app":"${app}"}`);
	yield* wait(2_500);
	const name = yield* change((world, nowMs) => {
		const bucket =
			flags.string('name') || `dry-sun-${1000 + Number.parseInt(makeStableHex(app + nowMs, 3), 16)}`;
		checkBucketName(world, bucket);
		const org = app === '' ? orgSlug : findApp(world, app, 'bare').org;
		const isPublic = flags.bool('public');
		world.buckets.push({...(app === '' ? {} : {app}), name: bucket, org, isPublic, createdAt: nowMs});
		return bucket;
	});
	yield* wait(2_000);
	const secrets = new Map([
		['AWS_ACCESS_KEY_ID', makeHexId(24, 'tid_')],
		['AWS_ENDPOINT_URL_S3', 'https://fly.storage.tigris.dev'],
		['AWS_REGION', 'auto'],
		['AWS_SECRET_ACCESS_KEY', makeHexId(48, 'tsec_')],
		['BUCKET_NAME', name],
	]);
	yield* log(`response createAddOn ${JSON.stringify(Object.fromEntries(secrets))}`);
	yield* print(
		`Your Tigris bucket (${name}) is ready. See details and next steps with: https://fly.io/docs/reference/tigris/\n`,
	);

	const clashes = yield* look(world => listSecrets(world, app).filter(secret => secrets.has(secret.name)));
	const isSet = app !== '' && clashes.length === 0;
	if (clashes.length > 0) {
		const names = clashes.map(secret => secret.name).join(' ');
		yield* print(`Secrets [${names}] already exist on app ${app}. They won't be set automatically.\n`);
	}
	yield* print(
		isSet ? `Setting the following secrets on ${app}:` : 'Set the following secrets on your target app.',
	);
	for (const [key, value] of secrets) yield* print(`${key}: ${value}`);
	if (!isSet) return 0;

	yield* wait(500);
	const hasMachines = yield* change((world, nowMs) => {
		storeSecrets(world, nowMs, app, secrets);
		return listMachines(world, app).length > 0;
	});
	yield* print();
	if (hasMachines) return yield* rollMachines(context);
	yield* print('Secrets are staged for the first deployment');
	return 0;
};

function* agree({flags, isInteractive}: Context): Flow<void> {
	if (flags.bool('yes')) {
		yield* print('By specifying the --yes flag, you have agreed to the terms displayed above.');
		return;
	}
	if (!isInteractive) {
		throw new FlyError('To agree, the --yes flag must be specified when not running interactively');
	}
	const answer = yield* ask('? Do you agree? (y/N) ');
	if (!/^y/i.test(answer.trim())) throw new FlyError('You must agree to continue.');
}

function checkBucketName(world: World, name: string): void {
	const refuse = (why: string) => new FlyError(`input: createAddOn Validation failed: ${why}\n`);
	if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) throw refuse('Name is invalid');
	const isForeign = name.startsWith('taken-') || name === 'getwisp-store';
	if (isForeign || world.buckets.some(bucket => bucket.name === name))
		throw refuse('Name has already been taken');
}
