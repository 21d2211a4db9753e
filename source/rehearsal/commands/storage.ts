import type {Command, Context} from '../arguments/invocation.ts';
import {confirm} from '../confirm.ts';
import {formatCard, formatTable} from '../output/format-table.ts';
import {change, FlyError, look, print, wait} from '../world/effects.ts';
import {findApp} from '../world/find.ts';
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

/** The bucket and all its objects. */
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
