import {Failure} from '../core/errors/failure.ts';
import type {PrefixInUse} from '../core/questions/question.ts';
import type {Clock, ObjectStore, Readers, StoreAnswer, StoreTarget} from '../core/readers.ts';
import type {RunJournal} from '../core/run/ports.ts';
import {
	hasTls,
	isKnownPair,
	mayBeSwapped,
	mayNeedTls,
	type NotOk,
	type StorageError,
	type StorageTask,
} from '../core/storage/fault.ts';
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
Lists, puts, gets, compares, deletes, and gets again one small object in the prefix, before anything in the account
changes. The journal has the object's key first, so that after a kill the next run can delete it.

@returns What the prefix contains besides the test object.
@throws {Failure} `storage-…` (exit 9), by cause. Names an object that stays in the bucket.
*/
export async function testWrite(
	target: StoreTarget,
	provider: Provider,
	{store, journal, clock, newId}: Tools,
): Promise<PrefixContent> {
	await sweepTestWrites(target, {store, journal});
	const judge = (task: StorageTask, answer: StoreAnswer) =>
		answer.is === 'ok' ? undefined : explainRefusal({task, answer, target, provider}, store);
	const listing = await store.list(target);
	if (listing.is !== 'ok') throw toFailure(await judge('list', listing));

	const name = `${probeName}${newId()}`;
	const {endpoint, region, bucket} = target;
	const key = [target.prefix, name].filter(Boolean).join('/');
	journal.change(state => ({...state, probes: [...state.probes, {endpoint, region, bucket, key}]}));
	const body = `phxfly ${new Date(clock.now()).toISOString()}`;
	const put = await store.put(target, name, body);
	// After a rejection there is no object. Without an answer there may be one.
	if (put.is === 'refused') forget(journal, key);
	if (put.is !== 'ok') throw toFailure(await judge('write', put));

	const got = await store.get(target, name);
	const removed = await store.delete(target, name);
	if (removed.is === 'ok') forget(journal, key);
	const left = removed.is === 'ok' ? '' : ` The test object ${key} stays in the bucket ${bucket}.`;
	const found =
		(await judge('read', got)) ??
		(got.is === 'ok' && got.body !== body ? diagnose('other-bytes', target, provider) : undefined);
	if (found) throw toFailure(found, left);
	if (removed.is !== 'ok') throw toFailure(await judge('delete', removed), left);
	const again = await store.get(target, name);
	if (again.is === 'ok') throw toFailure(diagnose('not-deleted', target, provider));
	return readPrefixContent(listing.keys);
}

type Refusal = {
	readonly task: StorageTask;
	readonly answer: NotOk;
	readonly target: StoreTarget;
	readonly provider: Provider | undefined;
};

/**
Returns what a refusal means. Tries what would only be a guess: the keys the other way round where they look swapped,
and TLS where plain HTTP fails.
*/
export async function explainRefusal(
	{task, answer, target, provider}: Refusal,
	store: Pick<ObjectStore, 'list'>,
): Promise<StorageDiagnosis> {
	const diagnosis = judgeStorage(task, answer, target, provider);
	const {accessKeyId, secretAccessKey} = target;
	if (mayBeSwapped(diagnosis.fault, target, provider?.keyShapes)) {
		const swapped = {
			accessKeyId: secretAccessKey.as(accessKeyId.name),
			secretAccessKey: accessKeyId.as(secretAccessKey.name),
		};
		if (!isKnownPair(await store.list({...target, ...swapped}))) return diagnosis;
		return wordVerdict('keys-swapped', {target, task, answer}, provider);
	}

	if (!mayNeedTls(answer, target)) return diagnosis;
	const answersAt = target.endpoint.replace(/^http:/, 'https:');
	if (!hasTls(await store.list({...target, endpoint: answersAt}))) return diagnosis;
	return wordVerdict('wrong-endpoint', {target, task, answer, answersAt}, provider);
}

const diagnose = (error: StorageError, target: StoreTarget, provider: Provider) =>
	wordVerdict(error, {target, task: 'read', answer: undefined}, provider);

function toFailure(diagnosis: StorageDiagnosis | undefined, left = ''): Error {
	if (!diagnosis) return new Error('A rejected request without a diagnosis.');
	return failFor({...diagnosis, sentence: `${diagnosis.sentence}${left}`}, 'refused');
}

/** Deletes the objects that earlier test writes had to leave, where these keys have access. */
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

type UsedPrefix = {
	readonly place: string;
	readonly content: PrefixContent;
	readonly app: string | undefined;
};

/** Returns what the prefix contains that this project did not write, or `undefined`. Changes nothing. */
export async function findPrefixInUse(
	{place, content, app}: UsedPrefix,
	{readers, journal}: {readonly readers: Pick<Readers, 'fly'>; readonly journal: RunJournal},
): Promise<PrefixInUse | undefined> {
	const isOwn = journal
		.read()
		.apps.some(each => (app === undefined || each.app === app) && each.replica === place);
	if (content === 'nothing' || isOwn) return undefined;
	if (app !== undefined && (await hasReplica(app, readers))) return undefined;
	const isUnfinished = journal.read().apps.some(({push}) => push?.place === place);
	return {
		place,
		holds: isUnfinished ? 'a push that phxfly push FILE has not finished' : sayPrefixContent(content),
	};
}

/**
Tells whether the app runs with a replica that the journal does not know. If that one is elsewhere, the plan rejects the
move.
*/
async function hasReplica(app: string, {fly}: Pick<Readers, 'fly'>): Promise<boolean> {
	const status = await fly.status(app);
	if (!status?.Deployed) return false;
	return (await fly.listSecrets(app)).some(({name}) => /^(?:LITESTREAM_|BUCKET_NAME$)/.test(name));
}

/** Returns the failure of a run that cannot ask. */
export const prefixInUseFailure = ({place, holds}: PrefixInUse): Failure =>
	new Failure('prefix-in-use', `${place} already contains ${holds}.`, {
		hint: 'Pass --restore to restore it into this app, or --prefix PATH to use another prefix. Nothing was changed.',
	});
