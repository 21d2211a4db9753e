import type {FlyConfig, FlyMount, FlyService, FlyVm} from './config.ts';
import type {TomlPath} from './toml-document.ts';

/** An entry of fly.toml beside the path it stands at, so that it can be edited there. */
export type Placed<Entry> = {readonly path: TomlPath; readonly entry: Entry};

/** All mounts, written as `[[mounts]]`, `[mounts]` or `[mount]`. */
export const findMounts = ({mounts, mount}: FlyConfig): readonly Placed<FlyMount>[] => [
	...place<FlyMount>('mounts', mounts),
	...place<FlyMount>('mount', mount),
];

/** All machine sizes, written as `[[vm]]`, `[vm]`, `[compute]` or `[[computes]]`. */
export const findMachines = ({vm, compute, computes}: FlyConfig): readonly Placed<FlyVm>[] => [
	...place<FlyVm>('vm', vm),
	...place<FlyVm>('compute', compute),
	...place<FlyVm>('computes', computes),
];

/** What listens for requests: `[http_service]` and each `[[services]]`. */
export const findServices = ({http_service, services}: FlyConfig): readonly Placed<FlyService>[] => [
	...(http_service ? [{path: ['http_service'], entry: http_service as FlyService}] : []),
	...place<FlyService>('services', services),
];

/** The folder of the volume: that of the mount, else that of DATABASE_PATH, else `fallback`. */
export function findMountDestination(config: FlyConfig, fallback = '/data'): string {
	const mounted = findMounts(config)[0]?.entry.destination;
	const folder = /^(\/.*[^/])\/[^/]+$/.exec(findDatabasePath(config) ?? '')?.[1];
	return mounted ?? folder ?? fallback;
}

export function findDatabasePath({env}: FlyConfig): string | undefined {
	const path = env?.DATABASE_PATH;
	return typeof path === 'string' ? path : undefined;
}

/** `[name]` stands at `name`, the first `[[name]]` at `name`, 0. */
export function place<Entry>(
	key: string,
	value: Entry | readonly Entry[] | undefined,
	home: TomlPath = [],
): readonly Placed<Entry>[] {
	if (value === undefined) return [];
	if (isList(value)) return value.map((entry, index) => ({path: [...home, key, index], entry}));
	return [{path: [...home, key], entry: value}];
}

const isList = <Entry>(value: Entry | readonly Entry[]): value is readonly Entry[] => Array.isArray(value);
