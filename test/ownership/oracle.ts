import type {World} from '../../source/rehearsal/world/world.ts';

/** One run of phxfly, and what the history does to its traces. */
export type Run = {
	readonly command: 'setup' | 'destroy' | 'forget';
	readonly app: string;
	/** Whether the user agreed that phxfly changes the app. */
	readonly mayChange: boolean;
	/** The history took away the journal that this run wrote. */
	hasLostJournal: boolean;
};

export type Thing = {
	readonly kind: 'app' | 'volume' | 'machine' | 'address' | 'certificate' | 'bucket';
	/** As Fly shows it. */
	readonly id: string;
	readonly app: string | undefined;
	/** The run that made it; without one, it was made by hand. */
	readonly maker: Run | undefined;
};

export type Oracle = {
	/** Compares the world with the last look. @param run - Who changed it since. Without one, it was changed by hand. */
	look(run?: Run, words?: readonly string[]): void;
	/** Foreign things that phxfly destroyed, or changed without consent, in words. */
	readonly touched: readonly string[];
	/** Tells whether the app exists and was made by hand. */
	isForeign(app: string): boolean;
	/** Things of phxfly that exist. */
	listOurs(): readonly Thing[];
};

/** Opens what knows who made each thing in the world. */
export function openOracle(world: World): Oracle {
	const known = new Map<string, Thing>();
	const touched: string[] = [];
	/** Runs that changed an app without consent. One mention of each is enough. */
	const blamed = new Set<Run>();
	const isForeign = (app: string) =>
		[...known.values()].some(({kind, id, maker}) => kind === 'app' && id === app && !maker);

	return {
		look(run, words = []) {
			const call = `fly ${words.join(' ')}`;
			const now = listThings(world);
			for (const [key, thing] of known) {
				if (now.has(key)) continue;
				known.delete(key);
				if (run && !thing.maker)
					touched.push(`${thing.kind} ${thing.id}: destroyed during ${run.command} by ${call}`);
			}

			for (const [key, thing] of now) if (!known.has(key)) known.set(key, {...thing, maker: run});
			const app = words.includes('-a') ? words[words.indexOf('-a') + 1] : undefined;
			if (app === undefined || run?.command !== 'setup' || run.mayChange) return;
			if (!isForeign(app) || blamed.has(run)) return;
			blamed.add(run);
			touched.push(`app ${app}: changed without consent by ${call}`);
		},
		touched,
		isForeign,
		listOurs: () => [...known.values()].filter(({maker}) => maker),
	};
}

type Shown = Pick<Thing, 'kind' | 'id' | 'app'>;

/** Lists what exists by a key that no other thing ever has: an id that Fly uses again is another thing. */
function listThings(world: World): ReadonlyMap<string, Shown> {
	const {apps, volumes, machines, addresses, certificates, buckets} = world;
	const list: readonly (readonly [Shown, unknown])[] = [
		...apps.map(({name, createdAt}) => [{kind: 'app', id: name, app: name}, createdAt] as const),
		...volumes
			.filter(({state}) => state === 'created' || state === 'hydrating')
			.map(({id, app, name, created_at}) => [{kind: 'volume', id, app}, [name, created_at]] as const),
		...machines.map(({id, app, created_at}) => [{kind: 'machine', id, app}, created_at] as const),
		...addresses.map(
			({address, app, createdAt}) => [{kind: 'address', id: address, app}, createdAt] as const,
		),
		...certificates.map(
			({hostname, app, createdAt}) => [{kind: 'certificate', id: hostname, app}, createdAt] as const,
		),
		...buckets.map(({name, app, createdAt}) => [{kind: 'bucket', id: name, app}, createdAt] as const),
	];
	return new Map(
		list.map(([shown, birth]) => {
			// A bucket outlives its app.
			const place = shown.kind === 'bucket' ? '' : shown.app;
			return [JSON.stringify([shown.kind, shown.id, place, birth]), shown];
		}),
	);
}
