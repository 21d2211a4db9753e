import {addresses} from './checks/verify/addresses.ts';
import {certificate} from './checks/verify/certificate.ts';
import {domainRecords} from './checks/verify/domain-records.ts';
import {health} from './checks/verify/health.ts';
import {liveView} from './checks/verify/live-view.ts';
import {machine} from './checks/verify/machine.ts';
import {release} from './checks/verify/release.ts';
import {replica} from './checks/verify/replica.ts';
import {secrets} from './checks/verify/secrets.ts';
import {site} from './checks/verify/site.ts';
import {volume} from './checks/verify/volume.ts';
import type {Check} from './core/check.ts';
import type {Profile, Provider, Question} from './core/definitions.ts';
import type {Step} from './core/step.ts';
import type {CommandEntry} from './core/workshop.ts';
import {wisp} from './profiles/wisp.ts';
import {custom} from './providers/custom.ts';
import {r2} from './providers/r2.ts';
import {s3} from './providers/s3.ts';
import {tigris} from './providers/tigris.ts';
import {accessKeyId} from './questions/access-key-id.ts';
import {adopt} from './questions/adopt.ts';
import {app} from './questions/app.ts';
import {bucket} from './questions/bucket.ts';
import {domain} from './questions/domain.ts';
import {endpoint} from './questions/endpoint.ts';
import {image} from './questions/image.ts';
import {mailKey} from './questions/mail-key.ts';
import {org} from './questions/org.ts';
import {prefix} from './questions/prefix.ts';
import {r2AccountId} from './questions/r2-account-id.ts';
import {r2Jurisdiction} from './questions/r2-jurisdiction.ts';
import {region} from './questions/region.ts';
import {restore} from './questions/restore.ts';
import {secretAccessKey} from './questions/secret-access-key.ts';
import {storage} from './questions/storage.ts';
import {storageRegion} from './questions/storage-region.ts';
import {vmMemory} from './questions/vm-memory.ts';
import {vmSize} from './questions/vm-size.ts';
import {volumeSize} from './questions/volume-size.ts';
import {addCertificate} from './steps/add-certificate.ts';
import {allocateAddresses} from './steps/allocate-addresses.ts';
import {createApp} from './steps/create-app.ts';
import {createBucket} from './steps/create-bucket.ts';
import {createVolume} from './steps/create-volume.ts';
import {deploy} from './steps/deploy.ts';
import {setSecrets} from './steps/set-secrets.ts';
import {setStorageSecrets} from './steps/set-storage-secrets.ts';
import {writeFiles} from './steps/write-files.ts';

/** The first one is what runs when none is named. */
export const commands: readonly CommandEntry[] = [
	{
		name: 'setup',
		summary: 'the wizard; goes on by itself where an earlier run stopped',
		examples: ['phxfly', 'phxfly ~/blog', 'phxfly setup --answers answers.toml --yes'],
		load: async () => (await import('./commands/setup.ts')).setup,
	},
	{
		name: 'plan',
		summary: 'every command and file change, nothing done',
		examples: ['phxfly plan --app blog-1 --region sjc --domain blog.example.com --storage tigris --no-mail'],
		load: async () => (await import('./commands/plan.ts')).plan,
	},
	{
		name: 'rehearse',
		summary: 'the wizard against the built-in Fly: no account, no network, no flyctl',
		examples: ['phxfly rehearse', 'phxfly rehearse --speed 10'],
		load: async () => (await import('./commands/setup.ts')).setup,
	},
	{
		name: 'forget',
		summary: 'drops the journal; the account stays as it is',
		examples: ['phxfly forget'],
		load: async () => (await import('./commands/forget.ts')).forget,
	},
];

export const profiles: readonly Profile[] = [wisp];

export const providers: readonly Provider[] = [tigris, s3, r2, custom];

/** In the order they are asked. */
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
	r2AccountId,
	r2Jurisdiction,
	endpoint,
	storageRegion,
	bucket,
	prefix,
	accessKeyId,
	secretAccessKey,
	restore,
	image,
];

/** In the order they are shown; each stands after what it needs. */
export const steps: readonly Step[] = [
	createApp,
	writeFiles,
	createVolume,
	createBucket,
	setSecrets,
	setStorageSecrets,
	allocateAddresses,
	addCertificate,
	deploy,
];

/** What `verify` proves, in the order it is reported. */
export const checks: readonly Check[] = [
	machine,
	volume,
	release,
	health,
	secrets,
	replica,
	addresses,
	site,
	liveView,
	certificate,
	domainRecords,
];
