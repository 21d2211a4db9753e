import {explainLitestreamError} from '../litestream/failures.ts';
import {showBytes} from '../litestream/machine.ts';
import type {CheckResult} from '../verify/check.ts';
import type {ProofReport} from './report.ts';
import type {UnknownCause, Verdict, WrongCause} from './verdict.ts';

/** What the sentences name. */
export type ProofPlace = {
	readonly app: string;
	readonly machineId: string;
	readonly bucket: string | undefined;
	readonly prefix: string | undefined;
	readonly databasePath: string;
	/** Whether the image has phxfly's entrypoint, which drops local state that belongs to another replica. */
	readonly hasEntrypoint: boolean;
	/** This makes the name of a new prefix one that is not in use. */
	readonly nowMs: number;
};

/** The place, with what a new replica needs there. */
type Place = ProofPlace & {readonly keepsState: boolean};

/** Says a verdict in one sentence, and what to do next. No hint deletes what exists only once. */
export function describeVerdict(verdict: Verdict, report: ProofReport, place: ProofPlace): CheckResult {
	switch (verdict.status) {
		case 'proved':
			return {status: 'proved', detail: describeProof(report)};
		case 'wrong': {
			// Litestream 0.3 begins a new generation by itself under a prefix that has none.
			const keepsState = report.is05 && !place.hasEntrypoint;
			const [detail, hint] = wrongs[verdict.cause]({...place, keepsState});
			const known = storageDetails.has(verdict.cause) && verdict.said;
			const said = known ? explainLitestreamError(known) : undefined;
			return {status: 'wrong', detail: `${verdict.cause}: ${said ? dropLabel(said.detail) : detail}`, hint};
		}

		case 'not-yet':
			return {
				status: 'not-yet',
				detail: `sync: Litestream could not send the last changes yet: ${quote(verdict.said)}`,
				hint: `if this continues: fly logs -a ${place.app}`,
			};
		default: {
			const [detail, hint] = unknowns[verdict.cause](report, place);
			const said = verdict.said ? `: ${quote(verdict.said)}` : '';
			return {
				status: 'could-not-tell',
				detail: `${verdict.cause}: ${detail}${said}`,
				hint,
				isPassing: passing.has(verdict.cause),
			};
		}
	}
}

function describeProof({asOf, pages, check, isDiskFull}: ProofReport): string {
	const intact =
		check === 'ok' ? ', intact' : check === 'unchecked' ? ', integrity not checked (no sqlite3)' : '';
	const disk = isDiskFull ? '; the volume is full: extend it' : '';
	return `as of ${asOf.slice(11, 19)} UTC a restored copy equals the database: ${pages} ${pages === 1 ? 'page' : 'pages'} compared${intact}${disk}`;
}

const dropLabel = (detail: string): string => detail.replace(/^[\w-]+: /, '');

const quote = (said: string): string => said.replaceAll(/\s+/g, ' ').trim().slice(0, 240);

/** Of these, Litestream's error says more than the cause. */
const storageDetails: ReadonlySet<string> = new Set(['credentials', 'region']);

const passing: ReadonlySet<UnknownCause> = new Set([
	'busy',
	'moved',
	'storage-silent',
	'too-long',
	'unexplained',
]);

type Words = readonly [detail: string, hint: string];

const restart = ({app, machineId}: ProofPlace): string => `fly machine restart ${machineId} -a ${app}`;

/** Keeps the files; only their names change. */
function moveAside({app, machineId, databasePath}: ProofPlace, ...endings: readonly string[]): string {
	const moves = endings.map(ending => `mv ${databasePath}${ending} ${databasePath}${ending}.before`);
	return `fly machine exec ${machineId} 'sh -c "${moves.join('; ')}"' -a ${app}`;
}

const logs = ({app}: ProofPlace): string => `fly logs -a ${app}`;

/**
Nothing of the old replica is deleted, so it can still be restored. Under an entrypoint that keeps Litestream's state, Litestream must neither
send anything more to the old prefix nor write its state again: it is stopped, its state is moved, and Fly ends it after the kill timeout.
*/
function startNewReplica(place: Place): string {
	const {app, machineId, bucket, prefix, databasePath, keepsState, nowMs} = place;
	const stamp = new Date(nowMs).toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 13);
	const name = `${(prefix || app).replace(/-\d{8}-\d{4}$/, '')}-${stamp}`;
	const variable = `LITESTREAM_REPLICA_URL=s3://${bucket ?? 'BUCKET'}/${name}`;
	const [start, end] = [
		'start a new replica under an empty prefix, and keep the old one',
		`phxfly --prefix ${name}`,
	];
	if (!keepsState) return `${start}: fly secrets set ${variable} -a ${app}, then ${end}`;
	const state = databasePath.replace(/([^/]*)$/, '.$1-litestream');
	const script = `kill -STOP $(pidof litestream); mv ${state} ${state}.before`;
	return `${start}, in this order: fly secrets set --stage ${variable} -a ${app}, then fly machine exec ${machineId} 'sh -c "${script}"' -a ${app}, then fly secrets deploy -a ${app}, then ${end}`;
}

const wrongs: Readonly<Record<WrongCause, (place: Place) => Words>> = {
	'another-history': place => [
		'the bucket has another history than the database, although Litestream reports that all is sent',
		startNewReplica(place),
	],
	'behind-and-not-arriving': place => [
		'the bucket is behind the database, and new changes do not arrive',
		`check that the keys may write, and the log: ${logs(place)}. Then ${restart(place)}`,
	],
	'bucket-ahead': place => [
		'the bucket has changes that the database on the volume does not have: the volume is older, or another machine writes',
		`stop the writes, and compare both before you choose one: phxfly restore --to FILE, and fly machine list -a ${place.app}. If the volume is right, ${startNewReplica(place)}`,
	],
	clock: place => ["the machine's clock is too far off from the storage server's", restart(place)],
	credentials: () => [
		'the storage rejects the key pair',
		'set the key pair again: phxfly with the right keys in the environment. The rows are safe on the volume',
	],
	'damaged-object': place => ['an object in the bucket is damaged', startNewReplica(place)],
	'database-file-swapped': place => [
		'the database file was replaced while the app runs: app and Litestream still have the old one open',
		`find out first which file is the right one. The WAL there belongs to the old one: a restart would write it into the new one. So, in this order, ${moveAside(place, '-wal', '-shm')}, then ${restart(place)}. If the old one is right, or the new one is a plain cp of a live database, which lacks the last changes, move the new file too, and the start restores the old one`,
	],
	'database-itself-damaged': ({app}) => [
		'the replica is a true copy of the database, and the database is damaged',
		`stop the writes, and find a sound copy: fly volumes list -a ${app}, then fly volumes snapshots list VOLUME`,
	],
	'deleted-object': place => [
		'objects of the replica were deleted from the bucket',
		`${restart(place)} heals it when only the newest object or the snapshot is missing. Else ${startNewReplica(place)}`,
	],
	'empty-bucket': place => ['the bucket is empty', restart(place)],
	endpoint: ({app}) => [
		'the storage endpoint is unreachable from the machine',
		`check the endpoint of the storage: fly secrets list -a ${app}. The rows are safe on the volume`,
	],
	'full-disk': ({app}) => [
		'the volume is full, so nothing more is sent',
		`fly volumes list -a ${app}, then fly volumes extend VOLUME --size GB`,
	],
	'live-database-damaged': place => [
		'the database on the volume is damaged, and the replica is not',
		`stop the writes. The replica is the good copy: phxfly restore --to FILE keeps it, and checks it. Then, in this order, ${moveAside(place, '', '-wal', '-shm')}, then ${restart(place)}, and the start restores it`,
	],
	'local-state-of-another-replica': place => [
		"Litestream's local state belongs to another replica, so this one receives nothing new",
		startNewReplica(place),
	],
	'mixed-histories': place => [
		'the replica mixes two databases, so it cannot be restored',
		`find the other writer first: fly machine list -a ${place.app}. Then ${startNewReplica(place)}`,
	],
	'no-bucket': () => [
		'the bucket does not exist',
		'create it again, or use an existing one. The rows are safe on the volume',
	],
	'no-database': ({databasePath}) => [
		`the database is not at ${databasePath}`,
		'use the path of the database for DATABASE_PATH in fly.toml',
	],
	'not-running': place => [
		'Litestream is not running on the machine, so nothing is replicated',
		`${restart(place)}. The log shows why it stopped: ${logs(place)}`,
	],
	'other-content': place => [
		'a restored copy has other content than the database, and no write explains it',
		`keep both: fly volumes list -a ${place.app}, then fly volumes snapshots create VOLUME. Then ${startNewReplica(place)}`,
	],
	'other-database': place => [
		`Litestream does not have ${place.databasePath} open: it replicates another file, or the file was replaced`,
		`use the same path in litestream.yml and in DATABASE_PATH, then ${restart(place)}. If it is the same already, and the file was replaced, first move ${place.databasePath}-wal aside, and keep it`,
	],
	region: () => ['the bucket is in another region', 'pass the region of the bucket: --storage-region REGION'],
	'second-writer': place => [
		'another writer sends to the same replica',
		`find the other machine: fly machine list -a ${place.app}, and other apps with these keys. Delete nothing. Then, for one of them, ${startNewReplica(place)}`,
	],
	'stopped-process': place => [
		'Litestream is stopped (state T) on the machine, so nothing is replicated',
		restart(place),
	],
};

const again = 'run phxfly verify again in a calm minute';

const unknowns: Readonly<Record<UnknownCause, (report: ProofReport, place: ProofPlace) => Words>> = {
	busy: () => ['more than 20,000 pages are in the WAL, too many to compare', again],
	moved: () => [
		'the WAL was reset in each round, so there was nothing to compare with',
		`${again}, or install sqlite3 in the image: it lets phxfly hold the WAL for a moment`,
	],
	'no-litestream': () => ['the image does not include litestream', "install litestream on the image's PATH"],
	'no-room': ({freeBytes, neededBytes}) => [
		`the machine has ${showBytes(freeBytes)} free in /tmp, but a restore of this database needs ${showBytes(neededBytes)}`,
		'run phxfly drill on this computer: install litestream and set the keys in the environment',
	],
	'no-tools': ({tools}) => [
		`the image lacks programs that phxfly needs to compare: ${tools || 'sh, base64, or gzip'}`,
		'install coreutils and diffutils in the image',
	],
	'no-wal-index': () => [
		'the database has no WAL index, so no program has it open in WAL mode',
		'check that the app uses journal_mode WAL, then run phxfly verify again',
	],
	'restore-too-long': () => ['the restore timed out', 'run phxfly drill, which allows more time'],
	'storage-silent': (_, place) => [
		'the storage accepts connections, but does not respond',
		`run phxfly verify again later. If this continues, Litestream may wait on a dead connection: ${logs(place)}, then ${restart(place)}`,
	],
	'too-long': () => ['the check ran out of time', again],
	unexplained: () => ['Litestream failed', again],
};
