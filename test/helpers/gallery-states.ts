import type {CheckStatus, StepStatus} from '../../source/core/session/events.ts';
import {type RunState, type StepState, startRun} from '../../source/core/session/run-state.ts';
import type {
	AnswerRow,
	QuestionView,
	ReportView,
	Screen,
	SessionState,
} from '../../source/core/session/session.ts';

const show = (screen: Screen, isRehearsal = true): SessionState => ({
	app: 'blog-1',
	profile: 'wisp',
	folder: '~/blog',
	isRehearsal,
	screen,
});

const answers: readonly (readonly [label: string, value: string, origin: string])[] = [
	['app', 'blog-1', 'fly.toml'],
	['org', 'personal', 'your only organization'],
	['region', 'sjc, San Jose, California', 'you'],
	['volume', '1 GB', 'default'],
	['machine', 'shared-cpu-1x, 1 GB, 512 MB swap', 'recommended'],
	['domain', 'blog.example.com', 'you'],
	['mail', 'Resend, key ends in 4f2a', 'RESEND_API_KEY'],
	['storage', 'Tigris, made by phxfly on Fly', 'you'],
	['bucket', 'blog-1-replica', 'default'],
];

export const ledgerAt = (current: string): readonly AnswerRow[] => {
	const place = answers.findIndex(([label]) => label === current);
	return answers.map(([label, value, origin], index) => ({
		id: label,
		label,
		state: index < place ? 'answered' : index === place ? 'current' : 'coming',
		value: index < place ? value : '',
		origin: index < place ? origin : '',
	}));
};

export const textQuestion: QuestionView = {
	id: 'app',
	label: 'app',
	title: 'What is the app called?',
	why: 'The name of your app, which will be at NAME.fly.dev. App names are unique across Fly.io and cannot be changed later.',
	example: 'blog-1',
	help: 'Names are shared by everybody on Fly, so a short one may be taken. Small letters, digits and hyphens.',
	page: undefined,
	kind: 'text',
	initial: '',
	because: undefined,
	kept: undefined,
	skip: undefined,
	choices: [],
	columns: [],
	problem: undefined,
	offer: undefined,
	isChecking: false,
	canGoBack: false,
};

const domainWhy =
	'Your own domain. Email links, passkeys, and LiveView use it (PHX_HOST). Leave empty to use the fly.dev address.';

const cities =
	'Amsterdam Ashburn Bogotá Chicago Dallas Denver Frankfurt Johannesburg London Madrid Mumbai Paris'.split(
		' ',
	);

export const regionQuestion: QuestionView = {
	...textQuestion,
	id: 'region',
	label: 'region',
	title: 'Where does the machine live?',
	why: 'Where the machine and its volume live. A volume cannot move later.',
	kind: 'choice',
	initial: 'sjc',
	because: 'closest to your time zone',
	canGoBack: true,
	choices: [
		{value: 'sjc', label: 'sjc  San Jose, California'},
		{value: 'sea', label: 'sea  Seattle, Washington', disabled: 'closed, use sjc'},
		{value: 'sin', label: 'sin  Singapore'},
		{value: 'syd', label: 'syd  Sydney, Australia'},
		...cities.map((city, index) => ({value: `c${index}`, label: `c${index}  ${city}`})),
	],
};

export const storageQuestion: QuestionView = {
	...textQuestion,
	id: 'storage',
	label: 'storage',
	title: 'Where does the replica go?',
	why: 'Without a replica, losing the volume means losing the database.',
	kind: 'choice',
	initial: 'tigris',
	canGoBack: true,
	columns: ['bucket created by', 'you need', 'per month, about'],
	choices: [
		{
			value: 'tigris',
			label: 'Tigris',
			cells: ['phxfly, on Fly', 'nothing', '$0.00 to 2.50'],
			hint: 'near the machine, cached where it is read',
		},
		{
			value: 's3',
			label: 'S3',
			cells: ['you', 'bucket, key pair', '$0.10 to 2.60'],
			hint: 'the region you choose',
		},
		{
			value: 'r2',
			label: 'R2',
			cells: ['you', 'bucket, key pair, account id', '$0.00'],
			hint: 'where Cloudflare puts it',
		},
		{
			value: 'custom',
			label: 'other',
			cells: ['you', 'endpoint, bucket, key pair', '–'],
			hint: 'where you say',
		},
	],
};

const secretQuestion: QuestionView = {
	...textQuestion,
	id: 'mail',
	label: 'mail',
	title: 'Which Resend key sends the mail?',
	why: 'Resend API key that lets the app email sign-in links. Leave empty to skip; sign-in emails will not be delivered.',
	example: 're_…',
	page: 'https://resend.com/api-keys',
	kind: 'secret',
	canGoBack: true,
};

const step = (id: string, title: string, status: StepStatus, more: Partial<StepState> = {}): StepState => ({
	id,
	title,
	status,
	seconds: undefined,
	startedAtMs: undefined,
	note: undefined,
	...more,
});

export const run: RunState = {
	startedAtMs: 0,
	steps: [
		step('create-app', 'Create the app', 'already-done'),
		step('write-files', 'Change fly.toml', 'done', {seconds: 0, note: 'backup kept'}),
		step('create-volume', 'Create the volume in sjc', 'done', {seconds: 2}),
		step('create-bucket', 'Create the bucket', 'done', {seconds: 6, note: 'keys verified'}),
		step('set-secrets', 'Set 7 secrets', 'done', {seconds: 3}),
		step('allocate-addresses', 'Allocate addresses', 'done', {seconds: 2}),
		step('add-certificate', 'Add the certificate', 'looking', {
			startedAtMs: 130_000,
			note: 'waiting for 2 DNS records',
		}),
		step('deploy', 'Deploy', 'running', {
			startedAtMs: 16_000,
			note: 'building, step 7 of 12',
			share: 0.44,
			buildSteps: 12,
		}),
		step('prove', 'Prove it', 'waiting', {note: 'when the machine runs'}),
	],
	checks: [],
	records: [],
	tail: [
		...Array.from({length: 60}, (_, index) => `#14 ${index}.0 Compiling file ${index} (.ex)`),
		'#14 [builder 7/12] RUN mix compile',
		'#14 41.2 \u001b[32mCompiling 118 files (.ex)\u001b[0m and a very long line that goes on and on until it would wrap, which it must not do',
		'#14 63.0 Generated wisp app',
	],
	linesPrinted: 463,
	expected: {deploy: {seconds: 300, needs: []}, prove: {seconds: 20, needs: ['deploy']}},
};

const records = [
	{recordType: 'A', name: 'blog.example.com', value: '66.241.124.3'},
	{recordType: 'AAAA', name: 'blog.example.com', value: '2a09:8280:1::3ea:0'},
];

const checkStatuses: readonly CheckStatus[] = [
	'proved',
	'proved',
	'checking',
	'not-yet',
	'could-not-tell',
	'wrong',
	'skipped',
	'waiting',
];
const provingRun: RunState = {
	...run,
	records,
	steps: run.steps.map(({id, title}) => step(id, title, 'done', {seconds: 4})),
	checks: checkStatuses.map((status, index) => ({
		id: ['machine', 'volume', 'replica', 'certificate', 'dns', 'site', 'health', 'release'][index] ?? '',
		status,
		detail: status === 'waiting' ? '' : 'what was found, in a few words',
	})),
};

const watchedRun: RunState = {
	...run,
	steps: [],
	checks: [
		...['machine', 'volume', 'release', 'health', 'secrets', 'replica', 'addresses', 'site', 'live-view'].map(
			id => ({id, status: 'proved', detail: 'as it should be'}) as const,
		),
		{
			id: 'dns',
			status: 'not-yet',
			detail: 'blog.example.com points to 192.0.2.1, which is not this app',
			hint: 'at the DNS provider of example.com (ns1.example.net), delete A 192.0.2.1, and add the records shown',
		},
		{id: 'certificate', status: 'not-yet', detail: 'waiting for the DNS records of blog.example.com'},
	],
};

const review = {
	headline: '10 steps · usually 6 to 14 minutes · about $7.20 a month',
	rows: answers.map(([label, value, origin]) => ({
		id: label,
		label,
		value,
		origin,
	})),
	files: [
		{
			path: 'fly.toml',
			summary: '4 lines change',
			diff: '@@ -1,4 +1,5 @@\n app = "blog-1"\n-primary_region = "ams"\n+primary_region = "sjc"\n+# one machine holds the database\n',
		},
		{path: 'rel/overlays/bin/server', summary: 'new', diff: '+#!/bin/sh\n+set -eu\n+exec ./wisp start\n'},
	],
	commands: [
		{text: 'fly apps create blog-1 --org personal --json', why: 'the name is free: it was looked up'},
		{
			text: 'fly volumes create wisp_data -a blog-1 --region sjc --size 1 --vm-size shared-cpu-1x --vm-memory 1024 --snapshot-retention 14 --yes --json',
			why: undefined,
		},
		{
			text: 'fly deploy -a blog-1 --ha=false --dns-checks=false --wait-timeout 5m',
			why: 'one machine: a second one would have another database',
		},
	],
	musts: [
		{label: 'resumes', value: 'already done: create the app, write the files; next: create the volume'},
		{
			label: 'per month',
			value:
				'machine, shared-cpu-1x with 1024 MB $5.92 · volume, 1 GB $0.15 · storage, Tigris $0.10–2.50 (prices of 2026-08)',
		},
		{
			label: 'accepts',
			value: 'Tigris terms of service: https://www.tigrisdata.com/docs/legal/service-terms/',
		},
		{label: 'for good', value: 'the volume cannot leave sjc or shrink'},
		{label: 'restarts', value: 'This restarts the machine: expect a few seconds of downtime.'},
	],
	notes: ['LITESTREAM_ACCESS_KEY_ID in the environment is ignored: Tigris brings its own keys.'],
};

const failure = {
	title: 'Deploy failed: the machine starts and exits at once.',
	code: 'MACHINE_EXITS',
	happened: '** (RuntimeError) environment variable DATABASE_PATH is missing',
	printed: [],
	exists: ['app', 'volume (empty)', 'bucket', '2 addresses', 'certificate', '1 stopped machine'],
	hint: 'Add DATABASE_PATH = "/data/wisp_prod.db" to [env] in fly.toml, then try again.',
	questionId: undefined,
	canRetry: true,
	canLogIn: false,
};

export const report: ReportView = {
	isDone: true,
	headline: 'blog-1 is running and backed up.',
	closing: 'https://blog-1.fly.dev',
	elapsedSeconds: 461,
	passed: 14,
	notes: [
		{
			label: 'sign in',
			value:
				'https://blog.example.com (after DNS is set up). Until then https://blog-1.fly.dev works, except LiveView: it only accepts https://blog.example.com. No mail key is set: the app emails no sign-in link, and phxfly logs shows one only if your code logs it. To send email, set RESEND_API_KEY and run phxfly again.',
		},
	],
	open: [],
	records: [],
	next: [
		{
			command: 'git add fly.toml rel/overlays/bin/server && git commit',
			why: 'keep the files phxfly wrote',
		},
		{command: 'phxfly deploy', why: 'deploy new code and verify it'},
		{command: 'phxfly logs', why: "read the app's log"},
		{command: 'phxfly verify', why: 'show every check'},
	],
};

const running = {kind: 'running', run, isStopping: false, lease: undefined} as const;

/** Every screen in every state it can be in. */
export const galleryStates: Readonly<Record<string, SessionState>> = {
	looking: show({
		kind: 'looking',
		items: [
			{
				label: 'folder',
				state: 'good',
				detail: 'Wisp, a Phoenix 1.8 app with SQLite',
				startedAtMs: undefined,
			},
			{label: 'flyctl', state: 'good', detail: 'v0.3.100', startedAtMs: undefined},
			{label: 'account', state: 'busy', detail: '', startedAtMs: 133_000},
			{label: 'regions', state: 'busy', detail: '', startedAtMs: 20_000},
			{
				label: 'storage',
				state: 'bad',
				detail: 'no answer from s3.example.com in 20 s',
				startedAtMs: undefined,
			},
		],
		canStop: true,
	}),
	'first question': show({kind: 'question', answerList: ledgerAt('app'), question: textQuestion}, false),
	'refused answer': show({
		kind: 'question',
		answerList: ledgerAt('domain'),
		question: {
			...textQuestion,
			id: 'domain',
			label: 'domain',
			why: domainWhy,
			problem: 'Enter only the host, without scheme, port, or path.',
			offer: 'blog.example.com',
			canGoBack: true,
		},
	}),
	'checked answer': show({
		kind: 'question',
		answerList: ledgerAt('app'),
		question: {...textQuestion, initial: 'blog-1', because: 'fly.toml', isChecking: true},
	}),
	'long answer': show({
		kind: 'question',
		answerList: ledgerAt('domain'),
		question: {
			...textQuestion,
			label: 'endpoint',
			initial: `https://${'very-'.repeat(20)}long.example.com`,
			canGoBack: true,
		},
	}),
	secret: show({kind: 'question', answerList: ledgerAt('mail'), question: {...secretQuestion, initial: ''}}),
	'kept secret': show({
		kind: 'question',
		answerList: ledgerAt('mail'),
		question: {...secretQuestion, kept: 'Resend, key ends in 4f2a, enter keeps it'},
	}),
	'proposed answer': show({
		kind: 'question',
		answerList: ledgerAt('volume'),
		question: {
			...textQuestion,
			id: 'volume',
			label: 'volume',
			why: 'Disk space for the database in GB. It can grow later, but never shrink.',
			help: '1 GB is enough for years of blogging.',
			initial: '1',
			because: 'default',
			canGoBack: true,
		},
	}),
	'skipped answer': show({
		kind: 'question',
		answerList: ledgerAt('domain'),
		question: {
			...textQuestion,
			id: 'domain',
			label: 'domain',
			why: domainWhy,
			example: 'blog.example.com',
			skip: 'Without a domain, the site is at blog-1.fly.dev. Passkeys made there stop working if you add a domain later. Press Enter again to skip it.',
			canGoBack: true,
		},
	}),
	region: show({kind: 'question', answerList: ledgerAt('region'), question: regionQuestion}),
	storage: show({kind: 'question', answerList: ledgerAt('storage'), question: storageQuestion}),
	restore: show({
		kind: 'question',
		answerList: ledgerAt('bucket'),
		question: {
			...textQuestion,
			id: 'restore',
			label: 'restore',
			why: "s3.eu-central-1.amazonaws.com/blog-1-replica/blog-1 already contains a replica of Litestream 0.5. Two apps that share a prefix silently destroy each other's replica.",
			kind: 'choice',
			choices: [
				{value: 'prefix', label: 'another prefix', hint: 'do not touch this one'},
				{value: 'yes', label: 'yes', hint: 'restore a replica of Litestream 0.5 into the new app'},
				{value: 'stop', label: 'stop', hint: 'check the bucket first'},
			],
			canGoBack: true,
		},
	}),
	review: show({kind: 'review', review}),
	running: show({...running}),
	'running with records': show({...running, run: {...run, records}}),
	'running, lease held': show({
		...running,
		run: {...run, records},
		lease: {machineId: '3d8d9e1c5e5e89', untilMs: 200_000},
	}),
	'running, silent': show({
		...running,
		run: {
			...run,
			silence: {id: 'deploy', sinceMs: -3000, line: 'No output for 2 min. Usually normal: a first build.'},
		},
	}),
	stopping: show({...running, isStopping: true}),
	proving: show({...running, run: provingRun}),
	watching: show({kind: 'watching', run: watchedRun, changes: [], nextLookMs: 146_000}),
	'watching, much to say': show({
		kind: 'watching',
		run: {...watchedRun, records: records.map(record => ({...record, host: 'blog'}))},
		changes: [
			{atMs: 90_000, id: 'dns', text: 'blog.example.com has no AAAA record yet'},
			{atMs: 131_000, id: 'dns', text: 'blog.example.com points to 192.0.2.1 '.repeat(4)},
		],
		nextLookMs: 134_000,
	}),
	failed: show({kind: 'failed', failure, run}),
	'failed, build': show({
		kind: 'failed',
		failure: {
			...failure,
			title: 'Deploy failed',
			code: 'build-task-missing',
			happened:
				'The app has no mix task assets.deploy. The build failed in [builder 14/17] RUN mix assets.deploy (Dockerfile:57): exit code 1',
			printed: ['** (Mix) The task "assets.deploy" could not be found', 'Note no mix.exs was found'],
			exists: ['the app blog-1', 'the volume wisp_data (1 GB)'],
			hint: 'Add the alias "assets.deploy" to mix.exs, or, if the app has no assets, remove Dockerfile:57. mix help lists its tasks. Then run phxfly again.',
		},
		run,
	}),
	'failed, answer refused': show({
		kind: 'failed',
		failure: {
			...failure,
			title: 'Create the app failed: the name blog-1 is taken.',
			code: 'NAME_TAKEN',
			happened: 'Name has already been taken',
			exists: [],
			hint: 'Choose another name.',
			questionId: 'app',
			canRetry: false,
		},
		run,
	}),
	'failed, not logged in': show({
		kind: 'failed',
		failure: {
			...failure,
			title: 'Cannot continue',
			code: 'not-logged-in',
			happened: 'flyctl is not logged in, or its login is older than 30 days.',
			exists: undefined,
			hint: 'fly auth login, or set FLY_API_TOKEN; then run phxfly again.',
			canLogIn: true,
		},
		run: startRun(134_000),
	}),
	done: show({kind: 'done', report, run}, false),
	'rehearsal done': show({
		kind: 'done',
		report: {
			...report,
			headline: 'Rehearsal finished. Nothing real was made.',
			closing: "For real, in your app's folder: phxfly",
			notes: [{label: 'rehearsed', value: report.headline}, ...report.notes],
			next: report.next.slice(1),
		},
		run,
	}),
	'not proved': show(
		{
			kind: 'done',
			report: {
				...report,
				isDone: false,
				headline: 'blog-1 is running, but some checks are still pending.',
				passed: 11,
				open: [
					{
						id: 'volume-room',
						value: '85 % full',
						hint: 'fly volumes extend vol_4r8k2, or delete what the app no longer needs',
						mark: 'wait',
					},
					{id: 'dns', value: 'blog.example.com points to 192.0.2.1', hint: undefined, mark: 'bad'},
					{
						id: 'certificate',
						value: 'waiting for the DNS records of blog.example.com',
						hint: undefined,
						mark: 'wait',
					},
				],
				notes: [{label: 'sign in', value: 'https://blog.example.com (after DNS is set up).'}],
				records,
				next: [{command: 'phxfly', why: 'check again and continue'}, ...report.next],
			},
			run,
		},
		false,
	),
};
