/** What the marker beside the database asks the entrypoint for. */
export type RestoreRequest = {
	/** Names the folder of the old database. */
	readonly id: string;
	/** ISO 8601, in UTC. */
	readonly at: string;
};

/** What is known on the machine of restores of the running app. */
export type RestoreState = {
	/** The entrypoint carries out a marker. */
	readonly isAble: boolean;
	readonly isRestoring: boolean;
	/** Asked for, and not carried out. */
	readonly waiting: (RestoreRequest & {readonly isTooOld: boolean}) | undefined;
	/** The last one that could not be carried out. */
	readonly failed: (RestoreRequest & {readonly why: string}) | undefined;
	/** Carried out; `swapped` is when, on the machine's clock. */
	readonly done: readonly (RestoreRequest & {readonly swapped: string})[];
	/** Of the volume, in bytes. */
	readonly freeBytes: number | undefined;
};

/** How long a marker holds, in seconds: a restart days later must not go back in time. */
const validSeconds = 900;

/** Where the old database is kept. */
export const nameKept = (databasePath: string, id: string): string => `${databasePath}.before-${id}`;

/** Writes the marker whole, or not at all. */
export const writeMarkerScript = (databasePath: string, {id, at}: RestoreRequest): string => {
	const marker = `${databasePath}.restore`;
	return `echo "${id} $(($(date +%s) + ${validSeconds})) ${at}" > ${marker}.new && sync && mv ${marker}.new ${marker}`;
};

/** Lists everything of restores, in one call. */
export const writeStateScript = (databasePath: string): string =>
	[
		'grep -q ^go_back /usr/local/bin/entrypoint && echo able',
		`date "+now %s"; df -Pk ${databasePath}`,
		`for file in ${databasePath}.restore ${databasePath}.restore.failed ${databasePath}.before-*/marker; do test -f $file && echo "file $file" && cat $file; done`,
		`test -e ${databasePath}.restored && echo restoring`,
		'echo end',
	].join('; ');

/** @returns `undefined` if the machine did not answer whole. */
export function readRestoreState(stdout: string): RestoreState | undefined {
	const lines = stdout.trimEnd().split('\n');
	const nowSeconds = Number(/^now (\d+)$/m.exec(stdout)?.[1] ?? Number.NaN);
	if (lines.at(-1) !== 'end' || Number.isNaN(nowSeconds)) return undefined;
	const files = stdout
		.split(/^file /m)
		.slice(1)
		.flatMap(text => {
			const [path = '', first = '', ...rest] = text.split('\n');
			const [, id, limit, at] = /^(\S+) (\d+) (\S+)$/.exec(first) ?? [];
			return id && at ? [{path, id, at, isTooOld: Number(limit) < nowSeconds, rest}] : [];
		});
	const find = (ending: RegExp) => files.filter(({path}) => ending.test(path));
	const [waiting] = find(/\.restore$/);
	const [failed] = find(/\.failed$/);
	const free = /^\S+\s+\d+\s+\d+\s+(\d+)\s/m.exec(stdout)?.[1];
	return {
		isAble: lines.includes('able'),
		isRestoring: lines.includes('restoring'),
		waiting: waiting && {id: waiting.id, at: waiting.at, isTooOld: waiting.isTooOld},
		failed: failed && {id: failed.id, at: failed.at, why: failed.rest[0] ?? ''},
		done: find(/\/marker$/).map(({id, at, rest}) => ({id, at, swapped: rest.findLast(isTime) ?? ''})),
		freeBytes: free === undefined ? undefined : Number(free) * 1024,
	};
}

const isTime = (line: string) => /^\d{4}-\d\d-\d\dT[\d:]+Z$/.test(line);
