import {accepted, none, type Parsed, readAnswer, refused} from '../core/answer.ts';
import {isAskedByProvider, proposeDefault} from '../core/questions/proposals.ts';
import type {Choice, OwnQuestions, Question} from '../core/questions/question.ts';
import {type Provider, parseR2Bucket, sharedQuestions} from '../core/storage/provider.ts';
import {buildReplicaSecrets, keySecrets, litestreamKeyNames} from '../core/storage/secrets.ts';

const choices: readonly Choice[] = [
	{value: none, label: none, hint: 'most buckets'},
	{value: 'eu', label: 'eu', hint: 'European Union'},
	{value: 'fedramp', label: 'fedramp', hint: 'FedRAMP'},
];

const r2Jurisdiction: Question = {
	id: 'r2-jurisdiction',
	label: 'jurisdiction',
	title: 'Jurisdiction of the bucket',
	why: 'A bucket created with a jurisdiction has its own address.',
	example: none,
	kind: 'choice',
	flag: {name: '--r2-jurisdiction', value: 'none|eu|fedramp', help: 'jurisdiction of the bucket'},
	samples: {good: [none, 'eu'], bad: ['us']},
	applies: isAskedByProvider('r2-jurisdiction'),
	isOptional: () => true,
	default: () => proposeDefault(none),
	choices: () => choices,

	parse(typed) {
		const text = typed.trim().toLowerCase();
		return choices.some(({value}) => value === text)
			? accepted(text)
			: refused('Choose none, eu, or fedramp.');
	},
};

const r2AccountId: Question = {
	id: 'r2-account-id',
	label: 'account',
	title: 'Cloudflare account ID',
	why: "Your Cloudflare account ID. It is in the R2 dashboard's URL.",
	example: '0123…cdef, 32 hex characters',
	kind: 'text',
	flag: {name: '--r2-account-id', value: 'ID', help: 'Cloudflare account that owns the bucket'},
	samples: {good: ['0123456789abcdef0123456789abcdef'], bad: ['my-account']},
	applies: isAskedByProvider('r2-account-id'),
	parse: parseR2AccountId,
};

export const r2: Provider & OwnQuestions = {
	id: 'r2',
	label: 'R2',
	aliases: ['cloudflare'],
	monthlyUsd: [0, 0],
	gbMonthUsd: 0.015,
	comparison: {
		bucketOwner: 'you',
		requires: 'bucket, key pair, account id',
		dataLocation: 'near where you created the bucket, or in its jurisdiction',
	},
	asks: [
		'r2-account-id',
		'r2-jurisdiction',
		'bucket',
		'prefix',
		'endpoint',
		'access-key-id',
		'secret-access-key',
	],
	questions: [r2AccountId, r2Jurisdiction],
	questionOf: {...sharedQuestions, region: undefined, account: 'r2-account-id'},
	hosts: ['.r2.cloudflarestorage.com'],
	whereToFind: {
		'r2-account-id': 'Cloudflare dashboard, R2, Overview: Account ID, on the right.',
		'r2-jurisdiction':
			'Cloudflare dashboard, R2, your bucket, Settings: Jurisdiction. Most buckets have none.',
		bucket: 'Cloudflare dashboard, R2, Overview: Create bucket.',
		'access-key-id':
			'Cloudflare dashboard, R2, Overview, Manage API tokens, Create API token with Object Read & Write on the bucket: Access Key ID.',
		'secret-access-key':
			'Cloudflare shows it once, with the access key id, when you create the API token. If you lost it, create a new token.',
	},
	pages: {
		'r2-account-id': 'https://dash.cloudflare.com/?to=/:account/r2/overview',
		'access-key-id': 'https://dash.cloudflare.com/?to=/:account/r2/api-tokens',
	},
	vendor: 'Cloudflare',
	keyShapes: {
		accessKeyId: /^[\da-f]{32}$/i,
		secretAccessKey: /^[\da-f]{64}$/i,
		usual: 'R2 access key ids have 32 characters and secrets have 64, all 0–9 and a–f.',
	},
	// Every account has its own host. An invalid account id gives a host without a certificate.
	faults: {Unauthorized: 'wrong-account', tls: 'wrong-account'},
	bringsKeys: true,
	makesBucket: false,
	keyNames: litestreamKeyNames,

	target(answers) {
		const host = [readAnswer(answers, 'r2-account-id'), readAnswer(answers, 'r2-jurisdiction')]
			.filter(Boolean)
			.join('.');
		return {
			endpoint: readAnswer(answers, 'endpoint') ?? `https://${host}.r2.cloudflarestorage.com`,
			region: 'auto',
		};
	},

	/** Requests find a bucket only under its own jurisdiction, so this tries the other ones. */
	retryWith(answers, {fault}) {
		if (!['no-bucket', 'no-list-right'].includes(fault) || readAnswer(answers, 'endpoint')) return undefined;
		const value = readAnswer(answers, 'r2-jurisdiction') === undefined ? 'eu' : none;
		return {questionId: 'r2-jurisdiction', value, isGuess: true};
	},

	secrets: answers => [...buildReplicaSecrets(answers, r2.target(answers)), ...keySecrets],
	parseBucket: parseR2Bucket,
	samples: {
		good: {
			answers: {'r2-account-id': '0123456789abcdef0123456789abcdef', 'r2-jurisdiction': 'eu'},
			target: {
				endpoint: 'https://0123456789abcdef0123456789abcdef.eu.r2.cloudflarestorage.com',
				region: 'auto',
			},
		},
		bad: {bucket: 'my.bucket'},
	},
};

function parseR2AccountId(typed: string): Parsed<string> {
	const text = typed.trim().toLowerCase();
	if (/^[\da-f]{32}$/.test(text)) return accepted(text);

	const inside = /(?<![\da-f])[\da-f]{32}(?![\da-f])/.exec(text)?.[0];
	return refused('An account id has 32 characters, 0–9 and a–f.', inside);
}
