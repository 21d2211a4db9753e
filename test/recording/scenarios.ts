import {appendFileSync, cpSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {answerFlags, providerAnswers} from '../helpers/answers.ts';
import type {Rehearsal, Running} from '../helpers/rehearsal.ts';
import {copySample} from '../helpers/sample-project.ts';
import {sqliteHeader} from '../helpers/sqlite-header.ts';

export type Environment = Readonly<Record<string, string>>;

/** A manual change. */
type Preparation = (rehearsal: Rehearsal) => unknown;

/** One run of the program. */
export type Step = {
	readonly argv: readonly string[];
	readonly env?: Environment;
	/** The value of `PHXFLY_FAULTS`. */
	readonly faults?: readonly {readonly command: string; readonly fault: string; readonly on?: number}[];
	/** Runs before the program starts. */
	readonly prepare?: Preparation;
	/** When to send SIGKILL. This also ends the processes that the run leaves behind. */
	readonly killWhen?: (running: Running, rehearsal: Rehearsal) => boolean;
	/** A second run that starts at that moment, before the kill. */
	readonly meanwhile?: readonly string[];
	/** The changing calls run one after another, so their order is recorded too. */
	readonly isOrdered?: boolean;
	/** A file in the working folder that the run writes. Its JSON is recorded without its sentences. */
	readonly writes?: string;
};

export type Scenario = {
	readonly name: string;
	readonly project: ProjectName;
	/** Without it, the scenario starts with only the project. */
	readonly after?: BaseName;
	/** It does not run a whole setup. */
	readonly isQuick?: boolean;
	/** It ends in the middle of a run at a varying point, so only the exits are recorded. */
	readonly isCutShort?: boolean;
	readonly steps: readonly Step[];
};

export type ProjectName = 'sample' | 'chat';
export type BaseName = 'finished wisp' | 'finished phoenix';

/** The project's folder in the working folder. */
export const projectName = 'app';
const chatFolder = fileURLToPath(new URL('../fixtures/chat', import.meta.url));

export function makeProject(name: ProjectName, packageFolder: string, folder: string): void {
	if (name === 'sample') copySample(packageFolder, folder);
	else cpSync(chatFolder, folder, {recursive: true});
}

export const place = (speed = 200) => ['--speed', String(speed), '--world', 'w.json'];
export const chatAnswers = ['--app', 'parley-1', '--org', 'personal', '--region', 'ams', '--domain', 'none'];
export const chatEnvironment = {ANTHROPIC_API_KEY: `sk-ant-#1 "double" 'single' %A% é`};
const keys = providerAnswers.s3.env;
export const wispAnswers = {
	tigris: {args: answerFlags('tigris'), env: {}},
	s3: {args: answerFlags('s3'), env: keys},
	r2: {args: answerFlags('r2'), env: providerAnswers.r2.env},
	custom: {
		args: [
			...answerFlags('s3').map(word => (word === 's3' ? 'custom' : word)),
			...['--endpoint', 'https://s3.example.com'],
		],
		env: keys,
	},
} as const;
type WispProvider = keyof typeof wispAnswers;
const wispProviders = Object.keys(wispAnswers) as WispProvider[];

/** On the rehearsal's clock: a busy computer gets the time it needs. */
const unattended = ['--yes', '--json', '--wait', '1000h'];
export const setUpWisp = (
	provider: WispProvider = 'tigris',
	more: readonly string[] = [],
	speed?: number,
): Step => ({
	argv: ['rehearse', projectName, ...unattended, ...wispAnswers[provider].args, ...place(speed), ...more],
	env: wispAnswers[provider].env,
});
export const setUpChat = (more: readonly string[] = [], speed?: number): Step => ({
	argv: ['rehearse', projectName, ...unattended, ...chatAnswers, ...place(speed), ...more],
	env: chatEnvironment,
});
/** A command on the finished setup. */
export const rehearsed = (command: string, ...more: readonly string[]): Step => ({
	argv: [command, projectName, '--rehearse', '--json', ...more, ...place()],
});
const pushWisp = (...more: readonly string[]): Step => ({
	argv: ['push', 'app.db', projectName, '--rehearse', '--json', ...wispAnswers.s3.args, ...place(), ...more],
	env: wispAnswers.s3.env,
	prepare: ({folder}) => writeFileSync(join(folder, 'app.db'), sqliteHeader),
});
const planWisp = (provider: WispProvider, ...more: readonly string[]): Step => ({
	argv: ['plan', projectName, '--rehearse', ...wispAnswers[provider].args, ...place(), ...more],
	env: wispAnswers[provider].env,
});
const planChat = (...more: readonly string[]): Step => ({
	argv: ['plan', projectName, '--rehearse', ...chatAnswers, ...place(), ...more],
	env: chatEnvironment,
});
export const apply = (...more: readonly string[]): Step => ({
	argv: [
		...['apply', 'plan.json', projectName, '--rehearse', '--yes', '--json'],
		...['--wait', '1000h', ...place(), ...more],
	],
});
const fly =
	(...words: readonly string[]): Preparation =>
	rehearsal =>
		rehearsal.fly(...words);
const edit =
	(path: string, change: (text: string) => string): Preparation =>
	({folder}) => {
		const file = join(folder, projectName, path);
		writeFileSync(file, change(readFileSync(file, 'utf8')));
	};

const isStep = ({events}: Running, id: string, ...statuses: readonly string[]) =>
	events.some(event => event.id === id && statuses.includes(event.status ?? ''));
/** Tells whether Fly is building the image and no other step is running. */
export const isDeploying =
	(...others: readonly string[]) =>
	(running: Running, rehearsal: Rehearsal) =>
		others.every(id => isStep(running, id, 'done', 'already-done')) &&
		isStep(running, 'deploy', 'running') &&
		rehearsal.isCalling('deploy');

/** What scenarios with `after` start from. */
export const bases: Readonly<Record<BaseName, Step>> = {
	'finished wisp': setUpWisp(),
	'finished phoenix': setUpChat(),
};

const setups: readonly Scenario[] = [
	...wispProviders.map<Scenario>(provider => ({
		name: `wisp with ${provider}, then again`,
		project: 'sample',
		steps: [setUpWisp(provider), setUpWisp(provider)],
	})),
	{name: 'phoenix, then again', project: 'chat', steps: [setUpChat(), setUpChat()]},
	{
		name: 'wisp killed while it deploys, then resumed',
		project: 'sample',
		steps: [{...setUpWisp('tigris', [], 40), killWhen: isDeploying('add-certificate')}, setUpWisp()],
	},
	{
		name: 'phoenix killed while it deploys, then resumed',
		project: 'chat',
		steps: [{...setUpChat([], 40), killWhen: isDeploying()}, setUpChat()],
	},
	{
		name: 'wisp whose deploy fails, then resumed',
		project: 'sample',
		// Without a domain, no other step is running when it fails.
		steps: [
			{
				...setUpWisp('s3', ['--domain', 'none']),
				faults: [{command: 'deploy', fault: 'no-room', on: 1}],
			},
			setUpWisp('s3', ['--domain', 'none']),
		],
	},
	{
		name: 'phoenix with a taken name, then another name',
		project: 'chat',
		steps: [setUpChat(['--app', 'taken-parley']), setUpChat()],
	},
	{
		name: 'wisp with a taken bucket name, then another name',
		project: 'sample',
		// Without a domain, no step runs beside the one that fails.
		steps: [
			setUpWisp('tigris', ['--bucket', 'taken-store', '--domain', 'none']),
			setUpWisp('tigris', ['--domain', 'none']),
		],
	},
	{
		name: 'wisp whose answers get lost',
		project: 'sample',
		steps: [
			{
				...setUpWisp('tigris'),
				faults: [
					{command: 'apps create', fault: 'lost', on: 1},
					{command: 'volumes create', fault: 'lost', on: 1},
					{command: 'certs add', fault: 'lost', on: 1},
				],
			},
		],
	},
	{
		name: 'phoenix whose deploy gets no answer',
		project: 'chat',
		steps: [{...setUpChat(), faults: [{command: 'deploy', fault: '5xx', on: 1}]}, setUpChat()],
	},
	{
		name: 'phoenix with a domain whose records nobody makes',
		project: 'chat',
		steps: [setUpChat(['--domain', 'never.example.com', '--wait', '0s'])],
	},
	{
		name: 'phoenix without a yes',
		project: 'chat',
		steps: [{...setUpChat(), argv: setUpChat().argv.filter(word => word !== '--yes')}],
	},
	{
		name: 'phoenix with the secret left out',
		project: 'chat',
		steps: [{...setUpChat(['--skip-secret', 'ANTHROPIC_API_KEY']), env: {}}],
	},
	{
		name: 'wisp by a saved plan, then again',
		project: 'sample',
		steps: [
			{...planWisp('s3', '--out', 'plan.json', '--json'), writes: 'plan.json'},
			{...apply(), env: keys},
			{...apply(), env: keys},
		],
	},
	{
		name: 'phoenix by a saved plan',
		project: 'chat',
		steps: [
			{...planChat('--out', 'plan.json', '--json'), writes: 'plan.json'},
			{...apply(), env: chatEnvironment},
		],
	},
];

const afterWisp = (name: string, ...steps: readonly Step[]): Scenario => ({
	name: `after wisp: ${name}`,
	project: 'sample',
	after: 'finished wisp',
	steps,
});
const afterPhoenix = (name: string, ...steps: readonly Step[]): Scenario => ({
	name: `after phoenix: ${name}`,
	project: 'chat',
	after: 'finished phoenix',
	steps,
});
const isDestroying = (_: Running, rehearsal: Rehearsal) => rehearsal.isCalling('machine', 'destroy');

const afterSetups: readonly Scenario[] = [
	afterWisp(
		'destroy, then again',
		{...rehearsed('destroy', '--yes'), isOrdered: true},
		rehearsed('destroy', '--yes'),
	),
	afterWisp('destroy --keep-data', {...rehearsed('destroy', '--yes', '--keep-data'), isOrdered: true}),
	afterWisp(
		'destroy killed in the middle, then again',
		{
			argv: ['destroy', projectName, '--rehearse', '--json', '--yes', ...place(40)],
			killWhen: isDestroying,
		},
		rehearsed('destroy', '--yes'),
	),
	afterWisp('destroy without a yes', rehearsed('destroy')),
	afterWisp(
		'verify and drill',
		rehearsed('verify'),
		rehearsed('drill'),
		rehearsed('drill', '--max-age', '1s'),
	),
	afterWisp(
		'restore points, a restore into a file, and a pull',
		rehearsed('restore', '--list'),
		rehearsed('restore', '--to', 'copy.db'),
		rehearsed('restore', '--at', '2020-01-01T00:00:00Z', '--to', 'copy.db'),
		rehearsed('restore'),
		{argv: ['pull', 'copy.db', projectName, '--rehearse', '--json', ...place()]},
	),
	{
		name: 'a push, and the setup after it',
		project: 'sample',
		steps: [
			pushWisp('--dry-run'),
			pushWisp(),
			pushWisp('--yes'),
			pushWisp('--yes'),
			setUpWisp('s3'),
			pushWisp('--yes'),
		],
	},
	afterWisp('status, and after a change by somebody else', rehearsed('status'), {
		...rehearsed('status'),
		prepare: fly('certs', 'remove', 'blog.example.com', '--yes', '-a', 'blog-1'),
	}),
	afterWisp(
		'a foreign volume',
		{
			...rehearsed('status'),
			prepare: fly('volumes', 'create', 'wisp_data', '-a', 'blog-1', '--region', 'sjc', '--yes'),
		},
		rehearsed('destroy', '--yes'),
		setUpWisp(),
	),
	afterWisp(
		'rollback',
		rehearsed('deploy', '--yes'),
		rehearsed('rollback'),
		rehearsed('rollback', '1', '--dry-run'),
		rehearsed('rollback', '1'),
		rehearsed('rollback', '9', '--yes'),
		rehearsed('rollback', '1', '--yes'),
	),
	afterWisp(
		'ci',
		rehearsed('ci', '--yes'),
		rehearsed('ci', '--package', 'https://example.com/phxfly.tgz'),
		rehearsed('ci', '--package', 'https://example.com/phxfly.tgz', '--yes'),
		rehearsed('ci', '--package', 'https://example.com/phxfly.tgz', '--yes'),
	),
	afterWisp('logs and open', rehearsed('logs', '--no-tail'), rehearsed('open')),
	afterWisp('doctor', rehearsed('doctor')),
	afterWisp('deploy', rehearsed('deploy', '--yes', '--image', 'ghcr.io/example/blog:2')),
	afterWisp(
		'plans',
		planWisp('tigris', '--json'),
		planWisp('tigris', '--json', '--redeploy'),
		planWisp('tigris', '--json', '--volume-size', '3'),
	),
	afterWisp('a larger volume', setUpWisp('tigris', ['--volume-size', '3'])),
	afterWisp(
		'refusals of a move',
		setUpWisp('tigris', ['--bucket', 'other-store']),
		setUpWisp('tigris', ['--prefix', 'other']),
		setUpWisp('tigris', ['--domain', 'other.example.com']),
		setUpWisp('tigris', ['--region', 'fra']),
		setUpWisp('s3'),
	),
	afterWisp(
		'forget, then taken over',
		rehearsed('forget', '--yes'),
		rehearsed('status'),
		setUpWisp(),
		setUpWisp('tigris', ['--adopt']),
	),
	afterWisp('another account', {
		...setUpWisp(),
		prepare({worldPath}) {
			const world = JSON.parse(readFileSync(worldPath, 'utf8')) as {account: {email: string}};
			world.account.email = 'somebody@example.com';
			writeFileSync(worldPath, JSON.stringify(world));
		},
	}),
	afterPhoenix('destroy', {...rehearsed('destroy', '--yes'), isOrdered: true}),
	afterPhoenix('verify, status and doctor', rehearsed('verify'), rehearsed('status'), rehearsed('doctor')),
	afterPhoenix('deploy', rehearsed('deploy', '--yes')),
	afterPhoenix('another value of the secret', {...setUpChat(), env: {ANTHROPIC_API_KEY: 'another'}}),
];

const quick = (name: string, project: ProjectName, ...steps: readonly Step[]): Scenario => ({
	name,
	project,
	isQuick: true,
	steps,
});

const quickOnes: readonly Scenario[] = [
	quick('open questions of wisp', 'sample', rehearsed('plan'), rehearsed('plan', '--storage', 's3'), {
		argv: ['rehearse', projectName, '--yes', '--json', ...place()],
	}),
	quick(
		'open questions of phoenix',
		'chat',
		rehearsed('plan'),
		{...setUpChat(), env: {}},
		rehearsed('plan', '--storage', 'r2', '--profile', 'wisp'),
	),
	...wispProviders.map(provider =>
		quick(`plan of wisp with ${provider}`, 'sample', planWisp(provider, '--json')),
	),
	quick(
		'plan of phoenix',
		'chat',
		planChat('--json'),
		planChat('--json', '--dry-run', '--domain', 'chat.example.com'),
	),
	quick('doctor of the sample', 'sample', {argv: ['doctor', projectName, '--json']}),
	quick('doctor of the chat', 'chat', {argv: ['doctor', projectName, '--json']}),
	quick('doctor of a spoilt sample', 'sample', {
		argv: ['doctor', projectName, '--json'],
		prepare(rehearsal) {
			edit('fly.toml', text =>
				text
					.replace(/kill_signal = .*/, 'kill_signal = "SIGKILL"')
					.replace(/kill_timeout = .*/, 'kill_timeout = 1')
					.replace(/primary_region = "\w+"/, 'primary_region = "sea"')
					.replace(/auto_stop_machines = .*/, 'auto_stop_machines = "stop"')
					.replace(/internal_port = .*/, 'internal_port = 4001')
					.replace(/destination = .*/, 'destination = "/other"')
					.replace(/force_https = .*/, 'force_https = false')
					.concat(
						'\n[deploy]\n  strategy = "bluegreen"\n  release_command = "/app/bin/migrate"\n\n[unknown]\n  key = 1\n',
					),
			)(rehearsal);
			for (const path of ['mix.lock', '.dockerignore'])
				rmSync(join(rehearsal.folder, projectName, path), {force: true});
			appendFileSync(join(rehearsal.folder, projectName, 'rel', 'entrypoint.sh'), '\nlitestream replicate\n');
		},
	}),
	quick(
		'exit 2',
		'sample',
		{argv: ['rehearse', projectName, '--no-such-flag', '--json']},
		{argv: ['no-such-command', '--json']},
		{argv: ['plan', 'no/such/folder', '--json']},
		{argv: ['plan', '.', '--json']},
		setUpWisp('tigris', ['--region', 'zzz']),
		setUpWisp('tigris', ['--volume-size', '501']),
		setUpWisp('tigris', ['--storage', 'none']),
		setUpWisp('tigris', ['--profile', 'none']),
		setUpWisp('tigris', ['--secret', 'PHX_HOST']),
		{...apply(), prepare: ({folder}) => writeFileSync(join(folder, 'plan.json'), '{}')},
		{...planWisp('tigris', '--json'), prepare: edit('fly.toml', text => text.replace('"sjc"', '"sjc'))},
	),
	quick(
		'exit 4: no flyctl',
		'sample',
		{argv: ['plan', projectName, '--json', '--fly', 'no-such-fly', ...wispAnswers.tigris.args]},
		{argv: ['status', projectName, '--json', '--fly', 'no-such-fly']},
	),
	quick('exit 6: a stale plan', 'sample', planWisp('tigris', '--out', 'plan.json'), {
		...apply(),
		prepare: fly('apps', 'create', 'blog-1', '--org', 'personal'),
	}),
	quick(
		'exit 6: a volume elsewhere',
		'sample',
		planWisp('tigris', '--json'),
		{
			...planWisp('tigris', '--json', '--adopt'),
			prepare: async rehearsal => {
				await rehearsal.fly('apps', 'create', 'blog-1', '--org', 'personal');
				await rehearsal.fly(
					'volumes',
					'create',
					'wisp_data',
					'-a',
					'blog-1',
					'-r',
					'fra',
					'-s',
					'3',
					'--yes',
				);
			},
		},
		setUpWisp('tigris', ['--adopt']),
		setUpWisp('tigris', ['--adopt', '--region', 'fra', '--volume-size', '2']),
	),
	quick(
		'exit 7: an app of somebody',
		'sample',
		planWisp('tigris', '--json'),
		{
			...setUpWisp(),
			prepare: fly('apps', 'create', 'blog-1', '--org', 'personal'),
		},
		rehearsed('destroy', '--yes', '--app', 'blog-1'),
	),
	quick(
		'exit 9: storage that refuses',
		'sample',
		{...setUpWisp('s3'), env: {...keys, LITESTREAM_ACCESS_KEY_ID: 'WRONG-KEY-ID'}},
		{...setUpWisp('s3'), env: {...keys, LITESTREAM_ACCESS_KEY_ID: 'READ-ONLY'}},
		setUpWisp('s3', ['--bucket', 'missing-bucket']),
		setUpWisp('r2', ['--r2-account-id', 'f'.repeat(32)]),
		setUpWisp('s3', ['--bucket', 'used-replica']),
	),
	quick(
		'nothing there',
		'sample',
		...['status', 'verify', 'deploy', 'drill', 'forget'].map(command =>
			rehearsed(command, '--yes', '--app', 'nobody-1'),
		),
	),
	quick(
		'calls that Fly refuses',
		'sample',
		{
			...setUpWisp(),
			faults: [{command: 'auth whoami', fault: 'logged-out'}],
		},
		{...setUpWisp(), faults: [{command: 'apps create', fault: 'payment-needed'}]},
	),
	{
		...quick('exit 8: two at once', 'chat', {
			...setUpChat([], 20),
			killWhen: ({events}) => events.some(({type}) => type === 'plan-made'),
			meanwhile: setUpChat([], 20).argv,
		}),
		isCutShort: true,
	},
];

export const scenarios: readonly Scenario[] = [...quickOnes, ...setups, ...afterSetups];
