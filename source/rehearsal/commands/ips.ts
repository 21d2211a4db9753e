import {type Command, confirm} from '../arguments/invocation.ts';
import {formatTable, printJson, wantsJson} from '../output/print.ts';
import {change, FlyError, look, print, wait} from '../world/effects.ts';
import {findApp} from '../world/find.ts';
import {formatRequestId, makeAddress} from '../world/make.ts';

const noTime = '0001-01-01T00:00:00Z';

/** A shared v4 comes last, without id and time. */
export const ipsList: Command = function* (context) {
	const addresses = yield* look(world => {
		findApp(world, context.app);
		const own = world.addresses.filter(({app}) => app === context.app);
		return [...own.filter(({type}) => type !== 'shared_v4'), ...own.filter(({type}) => type === 'shared_v4')];
	});
	if (wantsJson(context)) {
		const list = addresses.map(({id, address, type, region, createdAt}) => ({
			ID: type === 'shared_v4' ? '' : id,
			Address: address,
			Type: type,
			Region: type === 'shared_v4' ? '' : region,
			CreatedAt: type === 'shared_v4' ? noTime : new Date(createdAt).toISOString(),
			ServiceName: '',
			Network: null,
		}));
		yield* printJson(context, list);
		return 0;
	}
	const rows = addresses.map(({address, type, region}) => [
		type.replace(/^(?:shared|private)_/, ''),
		address,
		type === 'shared_v4' ? 'public ingress (shared)' : 'public ingress (dedicated)',
		region,
		'just now',
	]);
	yield* print(formatTable(['VERSION', 'IP', 'TYPE', 'REGION', 'CREATED AT'], rows));
	yield* print(
		'Learn more about Fly.io public, private, shared and dedicated IP addresses in our docs: https://fly.io/docs/networking/services/',
	);
	return 0;
};

/** Each call adds another address. */
export const ipsAllocateV6: Command = function* (context) {
	yield* look(world => findApp(world, context.app));
	yield* wait(500);
	const type = context.flags.bool('private') ? 'private_v6' : 'v6';
	const {address} = yield* change((world, nowMs) => makeAddress(world, nowMs, context.app, type));
	yield* wait(500);
	const kind = type === 'v6' ? 'public ingress (dedicated)' : 'private ingress';
	yield* print(
		formatTable(
			['VERSION', 'IP', 'TYPE', 'REGION', 'CREATED AT'],
			[['v6', address, kind, 'global', 'just now']],
		),
	);
	return 0;
};

/** Shared: one per app, free, without a question. Dedicated: paid, asks. */
export const ipsAllocateV4: Command = function* (context) {
	const isShared = context.flags.bool('shared');
	if (!isShared) {
		const isSure = yield* confirm(
			context,
			'Looks like you want a dedicated ipv4, which costs $2 a month. Go on?',
		);
		if (!isSure) throw new FlyError('user aborted');
	}
	yield* look(world => findApp(world, context.app));
	yield* wait(500);
	const type = isShared ? 'shared_v4' : 'v4';
	const {address} = yield* change((world, nowMs) => makeAddress(world, nowMs, context.app, type));
	yield* wait(500);
	yield* print(
		isShared
			? formatTable(['VERSION', 'IP', 'TYPE', 'REGION'], [['v4', address, 'shared', 'global']])
			: formatTable(
					['VERSION', 'IP', 'TYPE', 'REGION', 'CREATED AT'],
					[['v4', address, 'public ingress (dedicated)', 'global', 'just now']],
				),
	);
	return 0;
};

export const ipsRelease: Command = function* ({args, app}) {
	for (const address of args) {
		yield* wait(500);
		yield* change(world => {
			findApp(world, app);
			const at = world.addresses.findIndex(entry => entry.app === app && entry.address === address);
			if (at < 0)
				throw new FlyError(`failed to release IP address: IP address not found ${formatRequestId()}`);
			world.addresses.splice(at, 1);
		});
		yield* print(`Released ${address} from ${app}`);
	}
	return 0;
};
