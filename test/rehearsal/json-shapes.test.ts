import {expect, test} from 'vitest';
import {openWorldInMemory} from '../helpers/fake-fly.ts';
import {runtimeSecrets, wispToml} from '../helpers/fly-texts.ts';

/** The keys and types of a JSON value, in their order; an array is shown by its first entry. */
function describeShape(value: unknown): unknown {
	if (Array.isArray(value)) return value.length === 0 ? [] : [describeShape(value[0])];
	if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
	return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, describeShape(entry)]));
}

async function openDeployed() {
	const fly = openWorldInMemory();
	const files = {'fly.toml': wispToml, 'etc/litestream.yml': ''};
	await fly.call(['apps', 'create', 'blog-1', '--org', 'personal']);
	await fly.call(['secrets', 'import', '--stage', '-a', 'blog-1'], {stdin: runtimeSecrets});
	await fly.call(['deploy', '--ha=false', '--image', 'registry.fly.io/wisp:1', '--dns-checks=false'], {
		files,
	});
	await fly.call(['certs', 'add', 'blog.example.com', '-a', 'blog-1']);
	return fly;
}

const s = 'string';
const n = 'number';
const b = 'boolean';
const volume = {
	id: s,
	name: s,
	state: s,
	size_gb: n,
	region: s,
	zone: s,
	encrypted: b,
	attached_machine_id: s,
	attached_alloc_id: 'null',
	created_at: s,
	host_dedication_id: s,
	snapshot_retention: n,
	auto_backup_enabled: b,
	host_status: s,
};
const check = {name: s, status: s, output: s, updated_at: s};
const machine = {
	id: s,
	name: s,
	state: s,
	region: s,
	image_ref: {registry: s, repository: s, tag: s, digest: s},
	instance_id: s,
	version: s,
	private_ip: s,
	created_at: s,
	updated_at: s,
	config: {
		env: {DATABASE_PATH: s, FLY_PROCESS_GROUP: s, PORT: s, PRIMARY_REGION: s},
		init: {},
		guest: {cpu_kind: s, cpus: n, memory_mb: n},
		metadata: {
			fly_flyctl_version: s,
			fly_platform_version: s,
			fly_process_group: s,
			fly_release_id: s,
			fly_release_version: s,
		},
		mounts: [{encrypted: b, path: s, size_gb: n, volume: s, name: s}],
		services: [
			{
				protocol: s,
				internal_port: n,
				autostop: b,
				autostart: b,
				min_machines_running: n,
				ports: [{port: n, handlers: [s], force_https: b}],
				checks: [{type: s, interval: s, timeout: s, grace_period: s, method: s, path: s}],
				force_instance_key: 'null',
			},
		],
		image: s,
		stop_config: {timeout: s, signal: s},
	},
	events: [{type: s, status: s, source: s, timestamp: n}],
	checks: [check],
	host_status: s,
	cordoned: b,
};
const organization = {ID: s, InternalNumericID: s, Name: s, Slug: s, RawSlug: s, PaidPlan: b};
const certificate = {
	hostname: s,
	configured: b,
	acme_requested: b,
	status: s,
	certificates: [{source: s, status: s, created_at: s, issued: []}],
	validation: {dns_configured: b, alpn_configured: b, http_configured: b, ownership_txt_configured: b},
	dns_requirements: {
		a: [s],
		aaaa: [s],
		cname: s,
		acme_challenge: {name: s, target: s},
		ownership: {name: s, app_value: s, org_value: s},
	},
	dns_records: {
		a: [],
		aaaa: [],
		cname: [],
		resolved_addresses: [],
		soa: 'null',
		acme_challenge_cname: 'null',
		ownership_txt: 'null',
	},
};
const active = {
	...certificate,
	dns_provider: s,
	certificates: [
		{
			source: s,
			status: s,
			created_at: s,
			expires_at: s,
			issuer: s,
			issued: [{type: s, expires_at: s, certificate_authority: s}],
		},
	],
	dns_records: {...certificate.dns_records, a: [s], aaaa: [s], resolved_addresses: [s]},
};

test.each([
	{argv: ['auth', 'whoami'], shape: {email: s}},
	{argv: ['orgs', 'list'], shape: {personal: s}},
	{
		argv: ['platform', 'regions'],
		shape: [
			{
				code: s,
				name: s,
				latitude: n,
				longitude: n,
				gateway_available: b,
				requires_paid_plan: b,
				deprecated: b,
				capacity: n,
				geo_region: s,
				mpg_available: b,
			},
		],
	},
	{
		argv: ['status', '-a', 'blog-1'],
		shape: {
			AppURL: s,
			Deployed: b,
			Hostname: s,
			ID: s,
			Machines: [machine],
			Name: s,
			Network: s,
			Organization: organization,
			PlatformVersion: s,
			Status: s,
			Version: n,
		},
	},
	{argv: ['machine', 'list', '-a', 'blog-1'], shape: [machine]},
	{argv: ['volumes', 'list', '-a', 'blog-1'], shape: [volume]},
	{
		argv: ['volumes', 'create', 'x', '-r', 'sjc', '--yes', '-a', 'blog-1'],
		shape: {...volume, attached_machine_id: 'null'},
	},
	{argv: ['secrets', 'list', '-a', 'blog-1'], shape: [{name: s, digest: s, status: s}]},
	{
		argv: ['ips', 'list', '-a', 'blog-1'],
		shape: [{ID: s, Address: s, Type: s, Region: s, CreatedAt: s, ServiceName: s, Network: 'null'}],
	},
	{argv: ['certs', 'add', 'www.example.com', '-a', 'blog-1'], shape: certificate},
	{argv: ['certs', 'check', 'blog.example.com', '-a', 'blog-1'], shape: certificate},
	{
		argv: ['certs', 'list', '-a', 'blog-1'],
		shape: [
			{
				hostname: s,
				status: s,
				acme_dns_configured: b,
				acme_alpn_configured: b,
				acme_http_configured: b,
				ownership_txt_configured: b,
				configured: b,
				acme_requested: b,
				has_custom_certificate: b,
				has_fly_certificate: b,
				created_at: s,
				updated_at: s,
			},
		],
	},
	{
		argv: ['releases', '-a', 'blog-1'],
		shape: [
			{
				ID: s,
				Version: n,
				Stable: b,
				InProgress: b,
				Reason: s,
				Description: s,
				Status: s,
				DeploymentStrategy: s,
				Metadata: 'null',
				User: {ID: s, Name: s, Email: s, EnablePaidHobby: b},
				EvaluationID: s,
				CreatedAt: s,
				ImageRef: s,
			},
		],
	},
	{
		argv: ['scale', 'show', '-a', 'blog-1'],
		shape: [{Process: s, Count: n, CPUKind: s, CPUs: n, Memory: n, Regions: {sjc: n}}],
	},
])('$argv --json', async ({argv, shape}) => {
	const {json} = await openDeployed();
	const found = describeShape(await json([...argv, '--json']));
	expect(found).toEqual(shape);
	expect(JSON.stringify(found)).toBe(JSON.stringify(shape));
});

test('an active certificate has more', async () => {
	const {json, advance} = await openDeployed();
	advance(60_000);
	const argv = ['certs', 'check', 'blog.example.com', '-a', 'blog-1', '--json'];
	expect(describeShape(await json(argv))).toEqual(active);
});

test('checks list is an object from machine to checks, {} without machines or checks', async () => {
	const {json, world, call} = await openDeployed();
	const found = await json(['checks', 'list', '--json', '-a', 'blog-1']);
	expect(describeShape(found)).toEqual({[world.machines[0]?.id ?? '']: [check]});
	await call(['apps', 'create', 'empty', '--org', 'personal']);
	expect(await json(['checks', 'list', '--json', '-a', 'empty'])).toEqual({});
});

test.each([
	'volumes list',
	'secrets list',
	'ips list',
	'certs list',
	'machine list',
	'releases',
	'scale show',
])('%s of an empty app is []', async words => {
	const {call, json} = openWorldInMemory();
	await call(['apps', 'create', 'empty', '--org', 'personal']);
	expect(await json([...words.split(' '), '--json', '-a', 'empty'])).toEqual([]);
});

const top =
	'ID InternalNumericID Name State Status Deployed Hostname AppURL Version NetworkID Network Release Organization Secrets CurrentRelease Releases IPAddresses EgressIpAddresses SharedIPAddress CNAMETarget IPAddress Certificates Certificate PostgresAppRole Image ImageUpgradeAvailable ImageVersionTrackingEnabled ImageDetails LatestImageDetails PlatformVersion Machines CurrentLock';
const org =
	'ID InternalNumericID Name RemoteBuilderImage RemoteBuilderApp Slug RawSlug Type PaidPlan Billable Settings AllowedReplaySourceOrgSlugs AllowAllCrossNetworkReplays WireGuardPeer WireGuardPeers DelegatedWireGuardTokens LoggedCertificates';

test('apps create and apps list print the whole App object, four spaces deep', async () => {
	const {call, json} = openWorldInMemory();
	const {stdout} = await call(['apps', 'create', 'blog-1', '--org', 'personal', '--json']);
	expect(stdout).toMatch(/^\{\n {4}"ID": "blog-1",\n {4}"InternalNumericID": 1001,\n/);
	const created = JSON.parse(stdout);
	const [listed] = (await json(['apps', 'list', '--json'])) as {Organization: object}[];
	for (const app of [created, listed]) {
		expect(Object.keys(app).join(' ')).toBe(top);
		expect(Object.keys(app.Organization).join(' ')).toBe(org);
	}
	expect(created).toMatchObject({
		Status: 'pending',
		IPAddresses: {Nodes: []},
		Organization: {ID: 'org_personal', Slug: 'personal', PaidPlan: true},
	});
	expect(listed).toMatchObject({
		InternalNumericID: 0,
		Network: 'default',
		CurrentRelease: null,
		Organization: {Slug: 'personal', Name: 'Dev Example'},
	});
});

test('version --json is one line', async () => {
	const {call} = openWorldInMemory();
	const {stdout} = await call(['version', '--json']);
	expect(stdout.trimEnd()).not.toContain('\n');
	expect(Object.keys(JSON.parse(stdout))).toEqual([
		'Name',
		'Version',
		'Commit',
		'BranchName',
		'BuildDate',
		'OS',
		'Architecture',
		'Environment',
	]);
});

test('config show is the released configuration with an empty line before every table', async () => {
	const {call} = await openDeployed();
	const {stdout} = await call(['config', 'show', '-a', 'blog-1']);
	expect(stdout).toContain(
		'{\n  "app": "blog-1",\n  "primary_region": "sjc",\n\n  "env": {\n    "DATABASE_PATH": "/data/wisp_prod.db",\n',
	);
	expect(JSON.parse(stdout)).toMatchObject({
		mounts: [{source: 'wisp_data', destination: '/data'}],
		services: [
			{
				internal_port: 8080,
				auto_stop_machines: false,
				min_machines_running: 1,
				http_checks: [{method: 'GET', path: '/health'}],
			},
		],
		metrics: [{}],
	});
});
