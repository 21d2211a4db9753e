import {Failure} from '../core/errors.ts';
import type {Clock, ObjectStore, StoreAnswer, StoreTarget} from '../core/ports.ts';
import type {RunJournal} from '../core/run-ports.ts';

type Tools = {
	readonly store: ObjectStore;
	readonly journal: RunJournal;
	readonly clock: Clock;
	readonly newId: () => string;
};

/**
Lists, puts, gets, compares, deletes one small object below the prefix, before anything in the account changes. The
object's key is in the journal first, so a kill leaves nothing behind that is not known.

@throws {Failure} `storage-refused` or `storage-unreachable` (exit 9).
*/
export async function probeStorage(
	target: StoreTarget,
	{store, journal, clock, newId}: Tools,
): Promise<void> {
	await sweepProbes(target, {store, journal});
	requireOk('list', target, await store.list(target));
	const key = `.phxfly-probe-${newId()}`;
	const {endpoint, region, bucket} = target;
	journal.change(state => ({...state, probes: [...state.probes, {endpoint, region, bucket, key}]}));
	const body = `phxfly ${new Date(clock.now()).toISOString()}`;
	requireOk('write', target, await store.put(target, key, body));
	const got = requireOk('read', target, await store.get(target, key));
	const removed = await store.delete(target, key);
	if (removed.is === 'ok') forget(journal, key);
	if (got.body !== body) {
		throw new Failure(
			'storage-refused',
			'refused',
			`The bucket ${bucket} gave back other bytes than were written.`,
			{
				hint: 'Check the endpoint: something between here and the bucket changes objects.',
			},
		);
	}

	requireOk('delete', target, removed, key);
}

async function sweepProbes(
	target: StoreTarget,
	{store, journal}: Pick<Tools, 'store' | 'journal'>,
): Promise<void> {
	for (const probe of journal.read().probes) {
		if (probe.bucket !== target.bucket || probe.endpoint !== target.endpoint) continue;
		const answer = await store.delete(target, probe.key);
		if (answer.is === 'ok') forget(journal, probe.key);
	}
}

const forget = (journal: RunJournal, key: string) =>
	journal.change(state => ({...state, probes: state.probes.filter(probe => probe.key !== key)}));

function requireOk(
	what: string,
	{endpoint, bucket, prefix}: StoreTarget,
	answer: StoreAnswer,
	leftKey?: string,
): Extract<StoreAnswer, {is: 'ok'}> {
	if (answer.is === 'ok') return answer;
	const left = leftKey
		? ` The probe object ${prefix ? `${prefix}/` : ''}${leftKey} stays in the bucket.`
		: '';
	if (answer.is === 'unreachable') {
		throw new Failure(
			'storage-unreachable',
			'refused',
			`The storage at ${endpoint} cannot be reached: ${answer.message}.${left}`,
			{
				hint: 'Check the endpoint and the network. Nothing was changed in the Fly account.',
			},
		);
	}

	const said = [answer.code, answer.message].filter(text => text !== '').join(': ');
	throw new Failure(
		'storage-refused',
		'refused',
		`The storage refuses to ${what} in the bucket ${bucket} (${answer.status}${said ? `, ${said}` : ''}).${left}`,
		{hint: 'Check the key pair, the bucket and its region. Nothing was changed in the Fly account.'},
	);
}
