import type {FlySecret} from '../core/fly/output.ts';
import type {JournalView} from '../core/journal.ts';
import {readAsked, type Thing} from '../core/ownership.ts';
import type {PlanContext} from '../core/plan/context.ts';
import {setSecretActions} from '../core/plan/secret-actions.ts';
import type {FlyAction, Step} from '../core/plan/step.ts';
import type {FlyReader, Readers} from '../core/readers.ts';
import {bucketSecretNames} from '../core/storage/secrets.ts';
import {findStoreTarget} from '../core/storage/target.ts';
import {failFor, judgeStorage} from '../core/storage/verdict.ts';

/** Fly reports no creation time for a bucket. One that was made again under the same name has another key. */
function toThing(bucket: string, secrets: readonly FlySecret[]): Thing {
	const mark = secrets.find(({name}) => name === 'AWS_ACCESS_KEY_ID')?.digest;
	return {id: bucket, ...(mark === undefined ? {} : {mark}), traits: {}};
}

export const createBucket: Step = {
	id: 'create-bucket',
	title: 'Create the bucket',
	needs: ['create-app'],
	locks: ['app-secrets'],
	resource: {
		kind: 'bucket',
		removalOrder: 5,
		removalTitle: 'Destroy the bucket',
		loss: () => 'the replica in it is lost',
		isData: true,
		outlivesApp: true,
		asked: ({words: [group, verb], flags}) =>
			group === 'storage' && verb === 'create' ? {id: flags.get('--name') ?? ''} : undefined,
		async list(app, fly) {
			const [found, secrets] = await Promise.all([fly.bucketOf(app), fly.listSecrets(app)]);
			return found ? [toThing(found, secrets)] : [];
		},
		listed: ({bucket, secrets}) => (bucket ? [toThing(bucket, secrets)] : []),
		removeCommand: ({id}) => `fly storage destroy ${id}`,
	},
	permanent: ({bucket = ''}, finding) =>
		finding.is === 'partial' && finding.missing.includes('bucket')
			? `the empty bucket ${bucket} is destroyed and created again`
			: undefined,
	usualSeconds: [3, 15],
	isNeeded: ({provider}) => provider?.makesBucket === true,

	async look(plan, {fly, secrets}, journalView) {
		const {app, bucket} = plan;
		const [found, listed] = await Promise.all([fly.bucketOf(app), fly.listSecrets(app)]);
		if (!found) return {is: 'absent'};
		if (found !== bucket) {
			return {
				is: 'conflict',
				code: 'another-bucket',
				why: `The app already has bucket ${found}; Fly allows one bucket per app.`,
				hint: `Pass --bucket ${found}. Moving a replica requires an empty prefix.`,
			};
		}

		const missing = bucketSecretNames.filter(name => !listed.some(secret => secret.name === name));
		if (missing.length === 0) return {is: 'there', id: found};
		if (missing.every(name => secrets.find({name}))) return {is: 'partial', missing};
		const isOurs =
			journalView.hasMade('create-bucket', toThing(found, listed)) || isResultOf(journalView, found);
		if (isOurs && (await hasNeverRun(plan, fly))) {
			return {
				is: 'partial',
				missing: ['bucket'],
				note: 'its keys were lost; recreates the empty bucket',
			};
		}

		return {
			is: 'conflict',
			code: 'bucket-without-keys',
			why: `Bucket ${found} exists, but its keys are not set on the app. Tigris shows keys only once.`,
			hint: `If it is empty: fly storage destroy ${found} --yes, then run phxfly again. If not: create new keys in the Tigris console (fly storage dashboard ${found}) and set ${missing.join(', ')}.`,
		};
	},

	prove: verifyKeys,

	samples: [['bucket']],

	actions(plan, finding) {
		const {app, bucket = ''} = plan;
		const create: FlyAction = {
			kind: 'fly',
			args: ['storage', 'create', '-a', app, '--name', bucket, '--yes'],
			isSecret: true,
			catches: bucketSecretNames,
			timeoutMs: 300_000,
			why: `accepts Tigris' terms: ${plan.terms?.url ?? ''}`,
		};
		if (finding.is !== 'partial') return [create];
		if (finding.missing.includes('bucket')) {
			const args = ['storage', 'destroy', bucket, '--yes'];
			return [
				{kind: 'fly', args, timeoutMs: 120_000, why: 'its keys were lost; recreates the empty bucket'},
				create,
			];
		}

		return setSecretActions(
			app,
			finding.missing.map(name => ({name})),
			finding.missing,
		);
	},

	remove: ({id}) => [{kind: 'fly', args: ['storage', 'destroy', id, '--yes'], timeoutMs: 120_000}],

	isLeft: ({id}, {fly}) => fly.hasBucket(id),
};

/** Tells whether an open call asked for this very bucket, and it was not there before. */
function isResultOf(journalView: JournalView, bucket: string): boolean {
	const call = journalView.pendingCall('create-bucket');
	return call !== undefined && !call.before.includes(bucket) && readAsked(call, createBucket)?.id === bucket;
}

async function hasNeverRun({app}: PlanContext, fly: FlyReader): Promise<boolean> {
	const [machines, releases] = await Promise.all([fly.listMachines(app), fly.listReleases(app)]);
	return machines.length === 0 && releases.length === 0;
}

/** New keys may take some seconds to work on every server of the storage. Milliseconds between the tries. */
const patienceMs = [1000, 2000, 5000];

/** Faults that say nothing about the keys: replication will verify them. */
const inconclusive: readonly string[] = [
	'unreachable',
	'tls-failure',
	'throttled',
	'out-of-order',
	'clock-skew',
];

/** Lists objects with the captured keys. Writes nothing, because after a kill phxfly could not delete it. */
async function verifyKeys(
	plan: PlanContext,
	{store, clock, secrets}: Pick<Readers, 'store' | 'clock' | 'secrets'>,
): Promise<string | undefined> {
	const {provider} = plan;
	const target = findStoreTarget(plan, secrets);
	if (!provider || !target) return undefined;
	for (const waitMs of [...patienceMs, undefined]) {
		const listing = await store.list(target);
		if (listing.is === 'ok') return 'keys verified';
		const diagnosis = judgeStorage('list', listing, target, provider);
		if (inconclusive.includes(diagnosis.fault)) return `keys not verified yet: ${diagnosis.sentence}`;
		if (waitMs === undefined) throw failFor(diagnosis, 'failed');
		await clock.sleep(waitMs);
	}

	return undefined;
}
