import type {PlanContext} from '../core/plan/context.ts';
import {setSecretActions} from '../core/plan/secret-actions.ts';
import type {FlyAction, Step} from '../core/plan/step.ts';
import type {FlyReader, Readers} from '../core/readers.ts';
import {findStoreTarget} from '../core/storage/target.ts';
import {failFor, judgeStorage} from '../core/storage/verdict.ts';

/** What `storage create` prints once and sets on the app. @see flyctl internal/command/extensions/tigris */
const bucketSecrets = [
	'AWS_ACCESS_KEY_ID',
	'AWS_ENDPOINT_URL_S3',
	'AWS_REGION',
	'AWS_SECRET_ACCESS_KEY',
	'BUCKET_NAME',
];

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
		isNamedByUs: true,
		outlivesApp: true,
		listed: ({bucket}) => (bucket ? [bucket] : []),
	},
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

		const missing = bucketSecrets.filter(name => !listed.some(secret => secret.name === name));
		if (missing.length === 0) return {is: 'there', id: found};
		if (missing.every(name => secrets.find({name}))) return {is: 'partial', missing};
		const wasOurs =
			journalView.wasCreatedHere('create-bucket') ||
			journalView.pendingCall('create-bucket')?.before.length === 0;
		if (wasOurs && (await hasNeverRun(plan, fly))) {
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

	async list({app}, {fly}) {
		const found = await fly.bucketOf(app);
		return found ? [found] : [];
	},

	prove: verifyKeys,

	samples: [['bucket']],

	actions(plan, finding) {
		const {app, bucket = ''} = plan;
		const create: FlyAction = {
			kind: 'fly',
			args: ['storage', 'create', '-a', app, '--name', bucket, '--yes'],
			isSecret: true,
			catches: bucketSecrets,
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
