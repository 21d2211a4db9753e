import type {World} from '../../source/rehearsal/world/world.ts';
import {readSample} from '../helpers/template-files.ts';
import type {Account} from '../kill/account.ts';
import {createDirector} from '../kill/scheduler.ts';
import type {SimulatedTime} from '../kill/simulated-time.ts';
import type {AppName, Hand, Part} from './history.ts';

type Tools = {
	readonly account: Account;
	readonly time: SimulatedTime;
	/** Waits until nothing that phxfly started is still on its way to Fly. */
	untilQuiet(): Promise<void>;
	/** Waits until what is made now is too late to be the result of an unfinished call of phxfly in the app. */
	untilLate(app: string): Promise<void>;
	/** Tells whether a setup of this app has ended before its time. */
	isUnfinished(app: string): boolean;
	/** Tells whether a setup may have asked Fly for this app or bucket. */
	hasAskedFor(name: string): boolean;
	/** Tells whether phxfly has a volume in the app now. */
	hasOurVolume(app: string): boolean;
};

/** Has the volume that a setup makes. */
const project = readSample();

/** Runs flyctl. @returns What it printed, empty if it failed. */
type Fly = (...args: readonly string[]) => Promise<string>;

const keys = [
	'AWS_ACCESS_KEY_ID',
	'AWS_ENDPOINT_URL_S3',
	'AWS_REGION',
	'AWS_SECRET_ACCESS_KEY',
	'BUCKET_NAME',
];
const uploads = {is: 'volume', name: 'uploads', region: 'sjc', sizeGb: 1} as const;

/** Returns the bucket that an answer or a person means: `own` is named after the app. */
export const nameBucket = (app: string, name: string): string => (name === 'own' ? `${app}-store` : name);

/** Returns the domain, which `own` names after the app. */
export const nameDomain = (app: string, name: string): string =>
	name === 'own' ? `${app}.example.com` : name;

/**
Carries out what another person does, with the same flyctl. What Fly rejects does not happen.

Left out, since nothing that Fly shows tells such twins from what phxfly made:
- a thing like the one that an unfinished call asked for, made within minutes of the call, where that call had no effect;
- an empty app under a name that phxfly asked Fly for;
- a bucket under a name that phxfly asked Fly for: Fly shows neither an id nor a time of a bucket;
- a shared IPv4 address after an unfinished setup that has none yet: Fly shows no time of it.
*/
export async function actByHand(hand: Hand, tools: Tools): Promise<unknown> {
	const {world} = tools.account;
	const fly = openHand(tools);
	const {app} = hand;
	if ('destroys' in hand) return destroy(hand.destroys, app, tools, fly);
	switch (hand.makes) {
		case 'app again':
			await destroy('app', app, tools, fly);
			return makeApp(hand, tools, fly);
		case 'app':
			return makeApp(hand, tools, fly);
		case 'part':
			return makePart(hand.part, app, tools, fly);
		case 'bucket': {
			const name = nameBucket(app, hand.name);
			if (!tools.hasAskedFor(name))
				await fly('storage', 'create', '--name', name, '--org', 'personal', '--yes');
			return;
		}

		case 'another bucket': {
			await destroy('bucket', app, tools, fly);
			await makePart({is: 'bucket', name: hand.name}, app, tools, fly);
			return fly('secrets', 'unset', ...keys, '-a', app, '--stage');
		}

		case 'volume with a used id': {
			const used = chooseVolume(app, world);
			if (!used) return;
			await destroy('volume', used.app, tools, fly);
			const id = await makeVolume({...uploads, name: hand.name}, app, tools, fly);
			const made = world.volumes.find(volume => volume.id === id);
			if (!made) return;
			world.volumes = world.volumes.filter(volume => volume.id !== used.id);
			made.id = used.id;
		}
	}
}

function openHand({account, time}: Tools): Fly {
	const hand = {scheduler: createDirector(), isDead: () => false, kill: () => undefined};
	const flyctl = account.openFlyctl(hand, project);
	return async (...args) => {
		const {exit, stdout} = await time.runUntil(flyctl.run({args, timeoutMs: 600_000}));
		return exit === 0 ? stdout : '';
	};
}

async function destroy(
	what: 'app' | 'volume' | 'bucket' | 'certificate' | 'address',
	app: string,
	{untilQuiet, hasAskedFor, account: {world}}: Tools,
	fly: Fly,
): Promise<unknown> {
	const isIn = (entry: {readonly app?: string | undefined}) => entry.app === app;
	const isLast = listContent(app, world).length === 1;
	if (what !== 'app' && what !== 'bucket' && isLast && hasAskedFor(app)) return;
	switch (what) {
		case 'app':
			// What a killed setup left running cannot know that the app is another one.
			await untilQuiet();
			return fly('apps', 'destroy', app, '--yes');
		case 'volume': {
			const volume = chooseVolume(app, world);
			if (volume?.app !== app) return;
			if (volume.attached_machine_id)
				await fly('machine', 'destroy', volume.attached_machine_id, '--force', '-a', app);
			return fly('volumes', 'destroy', volume.id, '-a', app, '--yes');
		}

		case 'bucket': {
			const bucket = world.buckets.find(isIn);
			return bucket && fly('storage', 'destroy', bucket.name, '--yes');
		}

		case 'certificate': {
			const certificate = world.certificates.find(isIn);
			return certificate && fly('certs', 'remove', certificate.hostname, '-a', app, '--yes');
		}

		case 'address': {
			const address = world.addresses.find(isIn);
			return address && fly('ips', 'release', address.address, '-a', app);
		}
	}
}

/** Lists what shows that an app is not the empty one that a call of ours asked for. */
const listContent = (name: string, {volumes, addresses, certificates, machines}: World) =>
	[...volumes, ...addresses, ...certificates, ...machines].filter(({app}) => app === name);

/** Chooses a volume of the app if it has one. */
function chooseVolume(app: string, {volumes}: World) {
	const there = volumes.filter(({state}) => state === 'created');
	return there.find(volume => volume.app === app) ?? there[0];
}

async function makeApp(
	{app, org, holds}: Extract<Hand, {readonly holds: unknown}>,
	tools: Tools,
	fly: Fly,
): Promise<unknown> {
	const {world} = tools.account;
	if (world.apps.some(({name}) => name === app)) return;
	await fly('apps', 'create', app, '--org', org, '--json');
	for (const part of holds) await makePart(part, app, tools, fly);
	// A part may be refused: another app can have its host.
	if (listContent(app, world).length === 0 && tools.hasAskedFor(app))
		await makePart(uploads, app, tools, fly);
}

async function makePart(part: Part, app: AppName, tools: Tools, fly: Fly): Promise<unknown> {
	const {world} = tools.account;
	if (!world.apps.some(({name}) => name === app)) return;
	switch (part.is) {
		case 'volume':
			return makeVolume(part, app, tools, fly);

		case 'address':
			return makeAddress(part.type, app, tools, fly);
		case 'certificate':
			await tools.untilLate(app);
			return fly('certs', 'add', nameDomain(app, part.domain), '-a', app);
		case 'bucket': {
			const name = nameBucket(app, part.name);
			if (!tools.hasAskedFor(name)) await fly('storage', 'create', '-a', app, '--name', name, '--yes');
			return;
		}

		case 'machine':
			await tools.untilLate(app);
			return fly('deploy', '-a', app, '--ha=false', '--dns-checks=false', '--wait-timeout', '5m');
	}
}

/** @returns Its id, if it was made. */
async function makeVolume(
	{name, region, sizeGb}: Extract<Part, {readonly is: 'volume'}>,
	app: AppName,
	tools: Tools,
	fly: Fly,
): Promise<string | undefined> {
	if (name !== uploads.name && !tools.hasOurVolume(app)) await tools.untilLate(app);
	const size = ['--region', region, '--size', String(sizeGb)];
	const printed = await fly('volumes', 'create', name, '-a', app, ...size, '--yes', '--json');
	return /"id": "(\w+)"/.exec(printed)?.[1];
}

async function makeAddress(
	type: 'v6' | 'v4' | 'shared_v4',
	app: AppName,
	tools: Tools,
	fly: Fly,
): Promise<unknown> {
	if (type === 'v4') return fly('ips', 'allocate-v4', '--yes', '-a', app);
	const isFirst = !tools.account.world.addresses.some(entry => entry.app === app && entry.type === type);
	if (type === 'v6' || (tools.isUnfinished(app) && isFirst)) {
		await tools.untilLate(app);
		return fly('ips', 'allocate-v6', '-a', app);
	}

	await fly('ips', 'allocate-v4', '--shared', '-a', app);
	// Apps share such an address.
	const {addresses} = tools.account.world;
	const [first, ...others] = addresses.filter(address => address.type === 'shared_v4');
	const made = others.find(address => address.app === app);
	if (first && made) made.address = first.address;
}
