import {Failure} from '../core/errors/failure.ts';
import type {PrefixInUse} from '../core/questions/question.ts';
import type {Clock, ObjectStore, Readers, StoreAnswer, StoreTarget} from '../core/readers.ts';
import type {RunJournal} from '../core/run/ports.ts';
import type {StorageError, StorageTask} from '../core/storage/fault.ts';
import {type PrefixContent, probeName, readPrefixContent, sayPrefixContent} from '../core/storage/prefix.ts';
import type {Provider} from '../core/storage/provider.ts';
import {failFor, judgeStorage, type StorageDiagnosis, wordVerdict} from '../core/storage/verdict.ts';

type Tools = {
	readonly store: ObjectStore;
	readonly journal: RunJournal;
	readonly clock: Clock;
	readonly newId: () => string;
};

/**
Lists, puts, gets, compares, deletes and gets again one small object below the prefix, before anything in the account
changes. The object's key is in the journal first, so a kill leaves nothing behind that is not known.

@returns What the prefix holds beside the probe.
@throws {Failure} `storage-…` (exit 9), by what is wrong; an object that stays in the bucket is named.
*/
export async function testWrite(
	target: StoreTarget,
	provider: Provider,
	{store, journal, clock, newId}: Tools,
): Promise<PrefixContent> {
	await sweepTestWrites(target, {store, journal});
	const judge = (task: StorageTask, answer: StoreAnswer) =>
		answer.is === 'ok' ? undefined : judgeStorage(task, answer, target, provider);
	const listing = await store.list(target);
	const verdict = judge('list', listing);
	if (listing.is !== 'ok') throw refuse(verdict);

	const name = `${probeName}${newId()}`;
	const {endpoint, region, bucket} = target;
	const key = [target.prefix, name].filter(Boolean).join('/');
	journal.change(state => ({...state, probes: [...state.probes, {endpoint, region, bucket, key}]}));
	const body = `phxfly ${new Date(clock.now()).toISOString()}`;
	const put = await store.put(target, name, body);
	// Refused, it is not there; without an answer it may be.
	if (put.is === 'refused') forget(journal, key);
	if (put.is !== 'ok') throw refuse(judge('write', put));

	const got = await store.get(target, name);
	const removed = await store.delete(target, name);
	if (removed.is === 'ok') forget(journal, key);
	const left = removed.is === 'ok' ? '' : ` The probe's object ${key} stays in the bucket ${bucket}.`;
	const found =
		judge('read', got) ??
		(got.is === 'ok' && got.body !== body ? say('other-bytes', target, provider) : undefined);
	if (found) throw refuse(found, left);
	if (removed.is !== 'ok') throw refuse(judge('delete', removed), left);
	const again = await store.get(target, name);
	if (again.is === 'ok') throw refuse(say('not-deleted', target, provider));
	return readPrefixContent(listing.keys);
}

const say = (fault: StorageError, target: StoreTarget, provider: Provider) =>
	wordVerdict(fault, {target, task: 'read', answer: undefined}, provider);

function refuse(verdict: StorageDiagnosis | undefined, left = ''): Error {
	if (!verdict) return new Error('A probe without a verdict.');
	return failFor({...verdict, sentence: `${verdict.sentence}${left}`}, 'refused');
}

/** Removes what an earlier probe had to leave, where these keys reach it. */
async function sweepTestWrites(
	target: StoreTarget,
	{store, journal}: Pick<Tools, 'store' | 'journal'>,
): Promise<void> {
	for (const {endpoint, bucket, key} of journal.read().probes) {
		if (bucket !== target.bucket || endpoint !== target.endpoint) continue;
		const answer = await store.delete({...target, prefix: ''}, key);
		if (answer.is === 'ok') forget(journal, key);
	}
}

const forget = (journal: RunJournal, key: string) =>
	journal.change(state => ({...state, probes: state.probes.filter(probe => probe.key !== key)}));

type Found = {
	readonly place: string;
	readonly content: PrefixContent;
	readonly app: string | undefined;
};

/** What the prefix holds and this project did not put there, or `undefined`. Reads only. */
export async function findPrefixInUse(
	{place, content, app}: Found,
	{readers, journal}: {readonly readers: Pick<Readers, 'fly'>; readonly journal: RunJournal},
): Promise<PrefixInUse | undefined> {
	if (content === 'nothing' || journal.read().replica === place) return undefined;
	if (app !== undefined && (await hasReplica(app, readers))) return undefined;
	return {place, holds: sayPrefixContent(content)};
}

/** The app runs and was told of a replica, though the journal does not know it; another place is refused as a move. */
async function hasReplica(app: string, {fly}: Pick<Readers, 'fly'>): Promise<boolean> {
	const status = await fly.status(app);
	if (!status?.Deployed) return false;
	return (await fly.listSecrets(app)).some(({name}) => /^(?:LITESTREAM_|BUCKET_NAME$)/.test(name));
}

/** For a run that cannot ask. */
export const rejectPrefixInUse = ({place, holds}: PrefixInUse): Failure =>
	new Failure('prefix-in-use', `${place} holds ${holds}, and nobody said what to do with it.`, {
		hint: 'Give --restore to fill the new app from it, or another prefix: --prefix PATH. Nothing was changed.',
	});
