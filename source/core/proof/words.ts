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
};

/** Says a verdict in one sentence, and what to do next. No hint deletes what exists only once. */
export function describeVerdict(verdict: Verdict, report: ProofReport, place: ProofPlace): CheckResult {
	switch (verdict.status) {
		case 'proved':
			return {status: 'proved', detail: describeProof(report)};
		case 'wrong': {
			const [detail, hint] = wrongs[verdict.cause](place);
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

const logs = ({app}: ProofPlace): string => `fly logs -a ${app}`;

/** Nothing of the old replica is deleted, so it can still be restored. */
function startNewReplica({app, bucket, prefix, databasePath, hasEntrypoint}: ProofPlace): string {
	const [, base = 'replica', number = '1'] = /^(.*?)(?:-(\d+))?$/.exec(prefix || app) ?? [];
	const url = `s3://${bucket ?? 'BUCKET'}/${base}-${Number(number) + 1}`;
	const state = hasEntrypoint
		? ''
		: `. Before it starts there, move ${databasePath.replace(/([^/]*)$/, '.$1-litestream')} aside`;
	return `start a new replica under an empty prefix, and keep the old one: fly secrets set LITESTREAM_REPLICA_URL=${url} -a ${app}${state}`;
}

const wrongs: Readonly<Record<WrongCause, (place: ProofPlace) => Words>> = {
	'another-history': place => [
		'the bucket has another history than the database, although Litestream reports that all is sent',
		startNewReplica(place),
	],
	'behind-and-not-arriving': place => [
		'the bucket is behind the database, and new changes do not arrive',
		`check that the keys may write, and the log: ${logs(place)}. Then ${restart(place)}`,
	],
	'bucket-ahead': ({app}) => [
		'the bucket has changes that the database on the volume does not have: the volume is older, or another machine writes',
		`stop the writes, and compare both before you choose one: phxfly drill, and fly machine list -a ${app}`,
	],
	clock: place => ["the machine's clock is too far off from the storage server's", restart(place)],
	credentials: () => [
		'the storage rejects the key pair',
		'set the key pair again: phxfly with the right keys in the environment. The rows are safe on the volume',
	],
	'damaged-object': place => ['an object in the bucket is damaged', startNewReplica(place)],
	'database-file-swapped': place => [
		'the database file was replaced while the app runs: app and Litestream still have the old one open',
		`find out first which file is the right one, and keep both. Then ${restart(place)}`,
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
	'live-database-damaged': ({app}) => [
		'the database on the volume is damaged, and the replica is not',
		`the replica is the good copy: keep it. Check it with phxfly drill, and stop the writes: fly machine list -a ${app}`,
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
		`use the same path in litestream.yml and in DATABASE_PATH. If it is the same, keep every file, and ${restart(place)}`,
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
	'storage-silent': (_, {app}) => [
		'the storage accepts connections, but does not respond',
		`run phxfly verify again later, and check fly logs -a ${app}`,
	],
	'too-long': () => ['the check ran out of time', again],
	unexplained: () => ['Litestream failed', again],
};
