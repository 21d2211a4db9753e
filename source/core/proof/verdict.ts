import {explainLitestreamError} from '../litestream/failures.ts';
import type {ProofReport} from './report.ts';

export type WrongCause =
	| 'another-history'
	| 'behind-and-not-arriving'
	| 'bucket-ahead'
	| 'clock'
	| 'credentials'
	| 'damaged-object'
	| 'database-file-swapped'
	| 'database-itself-damaged'
	| 'deleted-object'
	| 'empty-bucket'
	| 'endpoint'
	| 'full-disk'
	| 'live-database-damaged'
	| 'local-state-of-another-replica'
	| 'mixed-histories'
	| 'no-bucket'
	| 'no-database'
	| 'not-running'
	| 'other-content'
	| 'other-database'
	| 'region'
	| 'second-writer'
	| 'stopped-process';

export type UnknownCause =
	| 'busy'
	| 'moved'
	| 'no-litestream'
	| 'no-room'
	| 'no-tools'
	| 'no-wal-index'
	| 'restore-too-long'
	| 'storage-silent'
	| 'too-long'
	| 'unexplained';

/** What a check of the replica found. `said` is what Litestream reported, where that is the reason. */
export type Verdict =
	| {readonly status: 'proved'; readonly cause: ''}
	| {readonly status: 'wrong'; readonly cause: WrongCause; readonly said?: string}
	| {readonly status: 'could-not-tell'; readonly cause: UnknownCause; readonly said?: string}
	| {readonly status: 'not-yet'; readonly cause: 'sync'; readonly said: string};

/**
Judges what the script found. Only an equal copy is `proved`. An error of Litestream only names a cause, and a cause of which
the bucket shows no sign is never assumed.
*/
export function judgeProof(report: ProofReport): Verdict {
	return judgeBefore(report) ?? (report.last === 'match' ? judgeMatch(report) : judgeDifference(report));
}

const wrong = (cause: WrongCause): Verdict => ({status: 'wrong', cause});
const unknown = (cause: UnknownCause, said?: string): Verdict => ({
	status: 'could-not-tell',
	cause,
	...(said === undefined ? {} : {said}),
});

/** Judges what needs no restore. */
function judgeBefore(report: ProofReport): Verdict | undefined {
	const {last, writer, isStopped, isSwapped, isDiskFull} = report;
	if (last === 'no-tools' || last === 'no-litestream') return unknown(last);
	if (last === 'no-database') return wrong(last);
	if (writer === 'none' && last !== 'deadline') return wrong('not-running');
	if (isStopped) return wrong('stopped-process');
	if (isSwapped) return wrong('database-file-swapped');
	if (writer === 'other') return judgeOther(report);
	if (last === 'no-room') return isDiskFull ? wrong('full-disk') : unknown(last);
	return last === 'deadline' ? unknown('too-long') : undefined;
}

/** Litestream 0.5 does not open the database before it has reached the storage once. */
function judgeOther({sync, syncSaid, isListed, listSaid}: ProofReport): Verdict {
	const blamed =
		(sync === 'failed' ? blame(syncSaid) : undefined) ?? (isListed ? undefined : blame(listSaid));
	return blamed && isOfStorage(blamed) ? blamed : wrong('other-database');
}

const isSound = (check: string): boolean =>
	check === 'ok' || check === 'unchecked' || /no such (?:module|tokenizer|collation)/.test(check);

function judgeMatch(report: ProofReport): Verdict {
	const {check, isListed, listSaid, is05, isNewer, differing} = report;
	if (!isSound(check)) return {status: 'wrong', cause: 'database-itself-damaged', said: check};
	if (!isListed) return judgeUnlisted(listSaid);
	// Each of two writers may match for a moment.
	if (differing > 0 || (is05 && isNewer)) return wrong('second-writer');
	return {status: 'proved', cause: ''};
}

function judgeDifference(report: ProofReport): Verdict {
	const {last, sync, syncSaid, restoreSaid, isListed, listSaid} = report;
	const said = last === 'restore-failed' ? restoreSaid : sync === 'failed' ? syncSaid : '';
	if (last === 'sync-silent' && isListed) return awaitSync(report);
	if (last === 'sync-silent' || last === 'restore-silent') return unknown('storage-silent');
	const blamed = isBrokenOff(report, said) ? undefined : blame(said);
	if (blamed && isOfStorage(blamed)) return blamed;
	if (last === 'restore-too-long') return unknown(last);
	if (!isListed) return judgeUnlisted(listSaid);
	if (blamed?.cause === 'local-state-of-another-replica') return blamed;
	return judgeBucket(report, blamed) ?? judgeCopy(report, blamed, said);
}

/** The storage responds, so Litestream has more to send than it could within the time. */
const awaitSync = ({objects, isSending, syncSaid}: ProofReport): Verdict => ({
	status: 'not-yet',
	cause: 'sync',
	said: objects === 0 || isSending ? 'its first copy of the database is not in the bucket yet' : syncSaid,
});

/** A copy that ends early is a damaged object only where the list shows a short one. Else the connection may have ended. */
const isBrokenOff = ({is05, shorter}: ProofReport, said: string): boolean =>
	is05 && shorter === 0 && /unexpected EOF|max retries exceeded|connection reset/.test(said);

/** A list that breaks off says nothing about the objects. */
function judgeUnlisted(said: string): Verdict {
	const blamed = blame(said);
	return blamed && isOfStorage(blamed) ? blamed : unknown('unexplained', said);
}

/** Judges by what the bucket lists, beside Litestream's own files. */
function judgeBucket(report: ProofReport, blamed: Verdict | undefined): Verdict | undefined {
	const {last, objects, isDiskFull, shorter, differing, hasHole, isLacking, sync, hasSnapshot} = report;
	if (report.isSending) return awaitSync(report);
	if (objects === 0) return wrong('empty-bucket');
	if (isDiskFull || blamed?.cause === 'full-disk') return wrong('full-disk');
	if (last === 'moved' || last === 'busy' || last === 'no-wal-index') return unknown(last);
	if (last === 'restore-failed' && blamed?.cause === 'damaged-object' && shorter === differing) return blamed;
	if (differing > 0) return wrong('second-writer');
	if (hasHole || (isLacking && sync === 'ok') || !hasSnapshot) return wrong('deleted-object');
	return report.isNewer ? wrong('bucket-ahead') : undefined;
}

/** Judges by the copy, where the bucket shows nothing unusual. */
function judgeCopy(report: ProofReport, blamed: Verdict | undefined, said: string): Verdict {
	const {last, is05, sync, hasArrived, liveCheck} = report;
	if (last === 'restore-failed') return blamed ?? unknown('unexplained', said);
	if (last === 'sync-failed') return {status: 'not-yet', cause: 'sync', said};
	if (last === 'behind') {
		if (sync === 'ok') return wrong('another-history');
		return wrong(hasArrived ? 'deleted-object' : 'behind-and-not-arriving');
	}

	if (!isSound(liveCheck || 'ok')) return wrong('live-database-damaged');
	// A checkpoint has already taken from the WAL what would explain the pages.
	return wrong(!is05 && !hasArrived ? 'behind-and-not-arriving' : 'other-content');
}

const storageCauses: readonly Verdict['cause'][] = [
	'credentials',
	'no-bucket',
	'clock',
	'endpoint',
	'region',
	'storage-silent',
];

const isOfStorage = ({cause}: Verdict): boolean => storageCauses.includes(cause);

/** Finds the cause that a message of Litestream names. */
function blame(said: string): Verdict | undefined {
	if (/NoSuchKey|no matching backup|no backups found|no snapshots available|non-contiguous/i.test(said))
		return {status: 'wrong', cause: 'deleted-object', said};
	switch (explainLitestreamError(said).cause) {
		case 'credentials':
		case 'clock':
		case 'endpoint':
		case 'region':
			return {status: 'wrong', cause: explainLitestreamError(said).cause as WrongCause, said};
		case 'bucket':
			return {status: 'wrong', cause: 'no-bucket', said};
		case 'space':
			return {status: 'wrong', cause: 'full-disk', said};
		case 'time-out':
			return unknown('storage-silent', said);
		case 'replica':
			return {status: 'wrong', cause: 'damaged-object', said};
		case 'path':
			if (/nonsequential|out of order/i.test(said)) return {status: 'wrong', cause: 'mixed-histories', said};
			return /ltx file.*no such file/i.test(said)
				? {status: 'wrong', cause: 'local-state-of-another-replica', said}
				: undefined;
		default:
			return undefined;
	}
}
