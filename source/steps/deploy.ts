import {Failure} from '../core/errors/failure.ts';
import {nameConfig} from '../core/fly/arguments.ts';
import {isFromLaunch} from '../core/fly/lease.ts';
import {explainExit, type FlyMachine, isManaged, isThere, markTime} from '../core/fly/output.ts';
import {compareConfig} from '../core/fly-toml/differences.ts';
import {findChecks} from '../core/fly-toml/plan-edits.ts';
import {locateBuildFailure} from '../core/image/build-failure.ts';
import type {JournalView} from '../core/journal.ts';
import {findCreated, type Thing} from '../core/ownership.ts';
import type {PlanContext} from '../core/plan/context.ts';
import type {Action, Finding, HeldLease, Step} from '../core/plan/step.ts';
import type {Readers} from '../core/readers.ts';

const minute = 60_000;

const toThing = (machine: FlyMachine): Thing => ({
	id: machine.id,
	...markTime(machine.created_at),
	traits: {kind: isManaged(machine) ? 'managed' : 'other'},
});

export const deploy: Step = {
	id: 'deploy',
	title: 'Deploy',
	needs: [
		...['create-app', 'write-files', 'create-volume', 'set-secrets', 'create-bucket'],
		...['set-storage-secrets', 'allocate-addresses', 'set-machine-count'],
	],
	locks: [],
	provenBy: 'machines',
	resource: {
		kind: 'machine',
		removalOrder: 3,
		removalTitle: 'Destroy the machine',
		loss(id, {machines}) {
			const machine = machines.find(each => each.id === id);
			return `${machine?.state}, ${machine?.region}; the site goes down`;
		},
		asked: ({words: [verb]}) => (verb === 'deploy' ? {kind: 'managed'} : undefined),
		list: async (app, fly) => (await fly.listMachines(app)).filter(isThere).map(toThing),
		listed: ({machines}) => machines.map(toThing),
		removeCommand: ({app, id}) => `fly machine destroy ${id} --force -a ${app}`,
	},
	ships: true,
	usualSeconds: [120, 720],
	isNeeded: () => true,

	async look(plan, readers, journalView): Promise<Finding> {
		const {app, image, redeploy, flyTomlPath} = plan;
		const {fly} = readers;
		const [releases, machines, secrets, checks] = await Promise.all([
			fly.listReleases(app),
			fly.listMachines(app),
			fly.listSecrets(app),
			fly.listChecks(app),
		]);
		const release = releases[0];
		const managed = machines.filter(isManaged).filter(isThere);
		const machine = managed[0];
		if (managed.length > 1 && plan.answers.get('single-machine')?.value !== 'yes') {
			return {
				is: 'conflict',
				code: 'several-machines',
				why: `The app has ${managed.length} machines (${managed.map(({id}) => id).join(', ')}); this setup needs exactly one.`,
				hint: await sayWhichToDestroy(
					plan,
					readers,
					managed.map(({id}) => id),
				),
			};
		}

		const again = (missing: readonly string[]): Finding => ({is: 'partial', missing});
		if (!release && !machine) return {is: 'absent'};
		if (!release || !machine) return again(['machine']);
		if (release.Status !== 'complete')
			return {
				is: 'partial',
				missing: ['release'],
				...(await findLease(plan, readers, journalView, {machine, managed})),
			};
		if (redeploy && !journalView.hasRun('deploy')) return again(['redeploy']);
		if (image && release.ImageRef !== image && machine.config.image !== image) return again(['image']);
		const differences = await compareConfig(app, flyTomlPath, readers);
		if (differences.length > 0) return again(differences);
		const memoryMb = machine.config.guest?.memory_mb;
		if (memoryMb !== undefined && memoryMb !== plan.vm.memoryMb) return again(['machine size']);
		if (machine.state !== 'started') return again(['machine started']);
		const health = checks[machine.id] ?? [];
		if (health.some(({status}) => status !== 'passing')) return again(['health']);
		if (secrets.some(({status}) => status === 'Staged' || status === 'Partial'))
			return again(['staged secrets']);
		return {is: 'there', id: `release ${release.Version}`};
	},

	async refineFailure(failure, plan, readers) {
		const {app, mount, facts, flyTomlPath} = plan;
		const path = facts.dockerfile?.path ?? facts.flyToml?.config.build?.dockerfile ?? 'Dockerfile';
		const located = await locateBuildFailure(
			failure,
			{app: [app, ...nameConfig(flyTomlPath)].join(' '), path},
			readers.files,
		);
		if (located) return located;
		if (failure.code === 'app-unhealthy') return quoteFailingChecks(failure, plan, readers);
		const {fly} = readers;
		if (failure.code !== 'no-capacity' || !mount) return failure;
		const [volumes, machines, releases] = await Promise.all([
			fly.listVolumes(app),
			fly.listMachines(app),
			fly.listReleases(app),
		]);
		const stranded = volumes.find(({name, state}) => name === mount.source && state === 'created');
		const hasRun = machines.length > 0 || releases.some(({Status}) => Status === 'complete');
		if (!stranded || stranded.attached_machine_id || hasRun) return failure;
		return new Failure(
			'volume-stranded',
			`Volume ${stranded.name} (${stranded.id}) is on a host without capacity for the machine. The app never ran, so the volume is empty and you can delete it. ${failure.message}`,
			{
				hint: `Run fly volumes destroy ${stranded.id} -a ${app}, then run phxfly again to create one on another host.`,
			},
		);
	},

	silence: 'Usually normal: a first build, or a machine that is still starting.',

	async explainFailure({app}, {fly}) {
		const machines = await fly.listMachines(app);
		const exits = machines.flatMap(machine => {
			const why = explainExit(machine);
			return why ? [`Machine ${machine.id} is ${machine.state}: ${why}.`] : [];
		});
		const logs = machines.length > 0 ? await fly.lastLogs(app) : [];
		return [...exits, ...(logs.length > 0 ? ['The last log lines of the app:'] : []), ...logs];
	},

	remove: ({app, id}) => [
		{kind: 'fly', args: ['machine', 'destroy', id, '--force', '-a', app], timeoutMs: 120_000},
	],

	isLeft: async ({app, id}, {fly}) =>
		(await fly.listMachines(app)).some(machine => machine.id === id && isThere(machine)),

	samples: [['staged secrets'], ['release']],

	actions({app, image, flyTomlPath}, finding) {
		const missing = finding.is === 'partial' ? finding.missing : [];
		const environment = {FLY_EMIT_RELEASE_JSON: '1'};
		const common = {kind: 'fly', environment, timeoutMs: 45 * minute, isLong: true} as const;
		if (missing.length === 1 && missing[0] === 'staged secrets') {
			return [
				{
					...common,
					args: ['secrets', 'deploy', '--dns-checks=false', '-a', app],
					why: 'only secrets changed',
				},
			];
		}

		return [
			...(finding.is === 'partial' && finding.lease ? [makeWay(finding.lease, app)] : []),
			{
				...common,
				args: [
					...['deploy', '-a', app, '--ha=false', '--dns-checks=false', '--wait-timeout', '5m'],
					...nameConfig(flyTomlPath),
					...(image ? ['--image', image] : []),
				],
				why: '--ha=false: never a second machine',
			},
		];
	},
};

/** Says which machines to destroy: all but the one with the volume. Without that, you choose. */
async function sayWhichToDestroy(
	{app, mount}: PlanContext,
	{fly}: Readers,
	ids: readonly string[],
): Promise<string> {
	if (!mount) return `Run fly scale count 1 -a ${app}, or pass --single-machine to do it during setup.`;
	const volumes = await fly.listVolumes(app);
	const holder = volumes.find(({attached_machine_id: id}) => id && ids.includes(id))?.attached_machine_id;
	if (!holder)
		return `Keep one and destroy the others: fly machine destroy ID --force -a ${app}. Then run phxfly again.`;
	const commands = ids.filter(id => id !== holder).map(id => `fly machine destroy ${id} --force -a ${app}`);
	return `Machine ${holder} has the volume. If you do not need the others, run ${commands.join('; ')}. Then run phxfly again.`;
}

/** Adds what Fly lists of the checks that do not pass, and the paths that fly.toml has it check. */
async function quoteFailingChecks(
	failure: Failure,
	{app, facts}: PlanContext,
	{fly}: Readers,
): Promise<Failure> {
	const checks = Object.values(await fly.listChecks(app)).flatMap(list => list ?? []);
	const failing = checks
		.filter(({status}) => status !== 'passing')
		.map(({name, status, output}) => `${name} is ${status}: ${output.trim().slice(0, 200)}`);
	const {config} = facts.flyToml ?? {};
	const paths = config ? findChecks(config).flatMap(({entry}) => entry.path ?? []) : [];
	const checked = paths.length > 0 ? [`${facts.flyToml?.path} checks the path ${paths.join(', ')}.`] : [];
	const message = [failure.message, ...checked, ...failing].join('\n');
	return new Failure('app-unhealthy', message, {hint: failure.hint});
}

/**
Finds who holds the machine. Fly shows a lease only while it lasts, whatever this computer's clock says. It is ours if an
open call of an earlier run, whose process is gone by now, created the machine and the lease with it.
*/
async function findLease(
	{app}: PlanContext,
	{fly}: Readers,
	journalView: JournalView,
	{machine, managed}: {readonly machine: FlyMachine; readonly managed: readonly FlyMachine[]},
): Promise<{readonly lease?: HeldLease}> {
	const lease = await fly.viewLease(app, machine.id);
	if (!lease) return {};
	const call = journalView.pendingCall('deploy');
	const created = findCreated(call ? [call] : [], managed.map(toThing), deploy);
	const isOurs =
		created.some(({id}) => id === machine.id) && isFromLaunch(lease, machine, (await fly.whoAmI()).email);
	return {lease: {...lease, machineId: machine.id, isOurs}};
}

const makeWay = ({machineId, expiresAtMs: untilMs, owner, isOurs}: HeldLease, app: string): Action =>
	isOurs ? {kind: 'clear-lease', machineId, app} : {kind: 'wait-for-lease', machineId, untilMs, owner};
