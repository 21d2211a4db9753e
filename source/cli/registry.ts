import {addresses} from '../checks/verify/addresses.ts';
import {caa} from '../checks/verify/caa.ts';
import {certificate} from '../checks/verify/certificate.ts';
import {domainRecords} from '../checks/verify/domain-records.ts';
import {exits} from '../checks/verify/exits.ts';
import {health} from '../checks/verify/health.ts';
import {https} from '../checks/verify/https.ts';
import {liveView} from '../checks/verify/live-view.ts';
import {machine} from '../checks/verify/machine.ts';
import {mailDomain} from '../checks/verify/mail-domain.ts';
import {migrations} from '../checks/verify/migrations.ts';
import {monitor} from '../checks/verify/monitor.ts';
import {release} from '../checks/verify/release.ts';
import {replica} from '../checks/verify/replica.ts';
import {secrets} from '../checks/verify/secrets.ts';
import {site} from '../checks/verify/site.ts';
import {snapshots} from '../checks/verify/snapshots.ts';
import {volume} from '../checks/verify/volume.ts';
import {volumeFiles} from '../checks/verify/volume-files.ts';
import {volumeRoom} from '../checks/verify/volume-room.ts';
import type {CommandEntry} from '../core/command/context.ts';
import type {Step} from '../core/plan/step.ts';
import type {Profile} from '../core/project/profile.ts';
import type {OwnQuestions, Question} from '../core/questions/question.ts';
import type {Provider} from '../core/storage/provider.ts';
import type {Check} from '../core/verify/check.ts';
import {phoenix} from '../profiles/phoenix.ts';
import {wisp} from '../profiles/wisp.ts';
import {b2} from '../providers/b2.ts';
import {custom} from '../providers/custom.ts';
import {r2} from '../providers/r2.ts';
import {s3} from '../providers/s3.ts';
import {tigris} from '../providers/tigris.ts';
import {accessKeyId} from '../questions/access-key-id.ts';
import {adopt} from '../questions/adopt.ts';
import {app} from '../questions/app.ts';
import {bucket} from '../questions/bucket.ts';
import {domain} from '../questions/domain.ts';
import {endpoint} from '../questions/endpoint.ts';
import {heartbeat} from '../questions/heartbeat.ts';
import {image} from '../questions/image.ts';
import {mailKey} from '../questions/mail-key.ts';
import {org} from '../questions/org.ts';
import {prefix} from '../questions/prefix.ts';
import {region} from '../questions/region.ts';
import {restore} from '../questions/restore.ts';
import {secretAccessKey} from '../questions/secret-access-key.ts';
import {singleMachine} from '../questions/single-machine.ts';
import {storage} from '../questions/storage.ts';
import {storageRegion} from '../questions/storage-region.ts';
import {vmMemory} from '../questions/vm-memory.ts';
import {vmSize} from '../questions/vm-size.ts';
import {volumeSize} from '../questions/volume-size.ts';
import {addCertificate} from '../steps/add-certificate.ts';
import {allocateAddresses} from '../steps/allocate-addresses.ts';
import {createApp} from '../steps/create-app.ts';
import {createBucket} from '../steps/create-bucket.ts';
import {createVolume} from '../steps/create-volume.ts';
import {deploy} from '../steps/deploy.ts';
import {setMachineCount} from '../steps/set-machine-count.ts';
import {setSecrets, setStorageSecrets} from '../steps/set-secrets.ts';
import {writeFiles} from '../steps/write-files.ts';

export {rules} from './rules.ts';

/** The first one is the default. */
export const commands: readonly CommandEntry[] = [
	{
		name: 'setup',
		summary: 'set up the app (resumes an interrupted setup)',
		examples: ['phxfly', 'phxfly ~/blog', 'phxfly setup --answers answers.toml --yes'],
		load: async () => (await import('../commands/setup.ts')).setup,
	},
	{
		name: 'plan',
		summary: 'show every command and file change without running anything',
		examples: [
			'phxfly plan --app blog-1 --region sjc --domain blog.example.com --storage tigris --no-mail',
			'phxfly plan --answers answers.toml --out plan.json',
			'phxfly plan --answers answers.toml --script',
		],
		load: async () => (await import('../commands/plan.ts')).plan,
	},
	{
		name: 'apply',
		summary: 'run a saved plan; rejects an outdated one',
		argument: 'FILE',
		examples: ['phxfly apply plan.json', 'phxfly apply plan.json --yes --json'],
		load: async () => (await import('../commands/apply.ts')).apply,
	},
	{
		name: 'doctor',
		summary: 'find problems in fly.toml, litestream.yml, Dockerfile, and config; works offline',
		takesNoAnswers: true,
		examples: ['phxfly doctor', 'phxfly doctor ~/blog --fix', 'phxfly doctor --json'],
		page: 'docs/problems.md',
		load: async () => (await import('../commands/doctor.ts')).doctor,
	},
	{
		name: 'status',
		summary: 'show what exists, what it costs, and what differs from the journal; changes nothing',
		examples: ['phxfly status', 'phxfly status --json'],
		page: 'docs/state.md',
		load: async () => (await import('../commands/status.ts')).status,
	},
	{
		name: 'deploy',
		summary: 'deploy the current code, restarting the machine, then verify it',
		examples: ['phxfly deploy', 'phxfly deploy --yes --image ghcr.io/example/blog:2'],
		load: async () => (await import('../commands/deploy.ts')).deploy,
	},
	{
		name: 'verify',
		summary: 'verify the machine, release, replica, and domain; changes nothing',
		examples: ['phxfly verify', 'phxfly verify --watch', 'phxfly verify --wait 10m --json'],
		page: 'docs/proof.md',
		load: async () => (await import('../commands/verify.ts')).verify,
	},
	{
		name: 'drill',
		summary: 'restore the replica to a scratch file, check it, and print its age',
		examples: ['phxfly drill', 'phxfly drill --max-age 15m --json'],
		page: 'docs/watching.md',
		load: async () => (await import('../commands/drill.ts')).drill,
	},
	{
		name: 'rollback',
		summary: 'list the releases, or deploy the image of an earlier one and verify it',
		argument: 'N',
		optionalArgument: /^v?\d+$/,
		examples: ['phxfly rollback', 'phxfly rollback 3', 'phxfly rollback 3 --yes --json'],
		page: 'docs/day-two.md',
		load: async () => (await import('../commands/rollback.ts')).rollback,
	},
	{
		name: 'ci',
		summary: 'write GitHub workflows: deploy each push, restore the replica each night',
		examples: ['phxfly ci --package ./.github/phxfly-0.1.0.tgz'],
		page: 'docs/day-two.md',
		load: async () => (await import('../commands/ci.ts')).ci,
	},
	{
		name: 'logs',
		summary: 'show the log as it comes, with known values hidden',
		examples: ['phxfly logs', 'phxfly logs --no-tail'],
		page: 'docs/day-two.md',
		load: async () => (await import('../commands/logs.ts')).logs,
	},
	{
		name: 'ssh',
		summary: 'open a shell on the machine',
		examples: ['phxfly ssh', 'phxfly ssh ~/blog'],
		page: 'docs/day-two.md',
		load: async () => (await import('../commands/ssh.ts')).ssh,
	},
	{
		name: 'open',
		summary: 'open the site in a browser',
		examples: ['phxfly open'],
		page: 'docs/day-two.md',
		load: async () => (await import('../commands/open.ts')).open,
	},
	{
		name: 'restore',
		summary: 'take the database of the running app back to a time, or restore that time into a file',
		examples: [
			'phxfly restore --at "10 minutes ago"',
			'phxfly restore --at "yesterday 14:00" --to before.db',
			'phxfly restore --list --json',
		],
		page: 'docs/day-two.md',
		load: async () => (await import('../commands/restore.ts')).restore,
	},
	{
		name: 'pull',
		summary: 'bring the newest data of production here, into a new file',
		argument: 'FILE',
		optionalArgument: /\.[a-z\d]+$/i,
		examples: ['phxfly pull', 'phxfly pull production.db --json'],
		page: 'docs/day-two.md',
		load: async () => (await import('../commands/pull.ts')).pull,
	},
	{
		name: 'push',
		summary: 'make a SQLite file the first data of an app that has none',
		argument: 'FILE',
		examples: [
			'phxfly push blog_dev.db --app blog-1 --storage s3 --bucket blog-1-replica',
			'phxfly push blog_dev.db --dry-run',
		],
		page: 'docs/day-two.md',
		load: async () => (await import('../commands/push.ts')).push,
	},
	{
		name: 'destroy',
		summary: 'delete everything phxfly created for this project',
		examples: ['phxfly destroy', 'phxfly destroy --keep-data', 'phxfly destroy --yes --json'],
		page: 'docs/state.md',
		load: async () => (await import('../commands/destroy.ts')).destroy,
	},
	{
		name: 'rehearse',
		summary: 'run the wizard against a built-in Fly: no account, network, or flyctl',
		examples: ['phxfly rehearse', 'phxfly rehearse --speed 10'],
		page: 'docs/rehearsal.md',
		load: async () => (await import('../commands/setup.ts')).setup,
	},
	{
		name: 'forget',
		summary: 'archive the journal without changing your account',
		takesNoAnswers: true,
		examples: ['phxfly forget'],
		page: 'docs/state.md',
		load: async () => (await import('../commands/forget.ts')).forget,
	},
	{
		name: 'completion',
		summary: 'print the completion script for a shell',
		argument: 'bash|zsh|fish',
		takesNoFolder: true,
		takesNoAnswers: true,
		examples: ['phxfly completion bash', 'phxfly completion fish'],
		load: async () => (await import('../commands/completion.ts')).completion,
	},
];

export const profiles: readonly Profile[] = [wisp, phoenix];

export const providers: readonly (Provider & OwnQuestions)[] = [tigris, s3, r2, b2, custom];

/** In the order phxfly asks them. */
export const questions: readonly Question[] = [
	app,
	adopt,
	org,
	region,
	volumeSize,
	vmSize,
	vmMemory,
	domain,
	mailKey,
	storage,
	...providers.flatMap(({questions: own = []}) => own),
	endpoint,
	storageRegion,
	bucket,
	prefix,
	accessKeyId,
	secretAccessKey,
	restore,
	singleMachine,
	image,
	heartbeat,
];

/** In display order; each comes after the steps it needs. */
export const steps: readonly Step[] = [
	createApp,
	writeFiles,
	createVolume,
	createBucket,
	setSecrets,
	setStorageSecrets,
	allocateAddresses,
	addCertificate,
	setMachineCount,
	deploy,
];

/** What `verify` checks, in display order. */
export const checks: readonly Check[] = [
	machine,
	exits,
	volume,
	volumeRoom,
	volumeFiles,
	snapshots,
	release,
	health,
	secrets,
	migrations,
	replica,
	monitor,
	addresses,
	site,
	liveView,
	domainRecords,
	caa,
	certificate,
	https,
	mailDomain,
];
