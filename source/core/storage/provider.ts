import {type Answers, accepted, type Parsed, readAnswer, refused} from '../answer.ts';
import type {DesiredSecret} from '../secrets/secret.ts';
import type {KeyShapes, StorageError, StorageTopic} from './fault.ts';

export type Provider = {
	readonly id: string;
	readonly label: string;
	/** Other names for it, in lowercase; typing one offers this provider. */
	readonly aliases?: readonly string[];
	/** Monthly cost of a small app's replica in US dollars, from and to; absent if it depends on the operator. */
	readonly monthlyUsd?: readonly [number, number];
	/** What a gigabyte costs a month in US dollars, above what is free; absent if it depends on the operator. */
	readonly gbMonthUsd?: number;
	/** What the storage screen compares. */
	readonly comparison: {
		readonly bucketOwner: string;
		readonly requires: string;
		readonly dataLocation: string;
	};
	/** Ids of the questions that belong to it, in order. */
	readonly asks: readonly string[];
	/** Which of its questions to answer again when the storage refuses. */
	readonly questionOf: {readonly [Topic in StorageTopic]?: string | undefined};
	/** How its regions are written, where it asks for one. */
	readonly region?: RegionForm;
	/** Question id to where its answer is found in the provider's console, in a sentence. */
	readonly whereToFind: Readonly<Record<string, string>>;
	/** Question id to the page of the console where its answer is found. Only where no answer starts with an o, which opens it. */
	readonly pages?: Readonly<Record<string, string>>;
	/** Who runs it, where the label does not say: `AWS`. */
	readonly vendor?: string;
	/** The ends of its hosts, such as `.backblazeb2.com`. */
	readonly hosts?: readonly string[];
	/** It has no fixed endpoint, so the endpoint must be answered. */
	readonly needsEndpoint?: boolean;
	/** Absent where keys may look like anything. */
	readonly keyShapes?: KeyShapes;
	/** What the service's error codes mean where they differ from S3; `tls` is a failed TLS handshake. */
	readonly faults?: Readonly<Record<string, StorageError>>;
	/** Returns another answer to try automatically when the storage refuses. Pure. */
	retryWith?(answers: Answers, refusal: StorageRefusal): Retry | undefined;
	/** You provide its key pair, so phxfly can test the storage before it creates anything. */
	readonly bringsKeys: boolean;
	/** phxfly creates the bucket with `storage create`. */
	readonly makesBucket: boolean;
	readonly terms?: Terms;
	/** Returns where to reach the bucket. Pure. */
	target(answers: Answers): {readonly endpoint: string; readonly region: string};
	/** Names of the secrets that hold the key pair on the app. */
	readonly keyNames: {readonly accessKeyId: string; readonly secretAccessKey: string};
	/** Returns everything Litestream needs on the app, without what `storage create` sets by itself. */
	secrets(answers: Answers): readonly DesiredSecret[];
	/** Reads a bucket name by the rules of the provider. */
	parseBucket(typed: string): Parsed<string>;
	/** Answers by question with the resulting target, and answers to reject; the tests try them. */
	readonly samples: {
		readonly good: {
			readonly answers: Readonly<Record<string, string>>;
			readonly target: {readonly endpoint: string; readonly region: string};
		};
		readonly bad: Readonly<Record<string, string>>;
	};
};

type RegionForm = {
	readonly example: string;
	/** Matches a whole region. */
	readonly pattern: RegExp;
	/** The error for anything else. */
	readonly sentence: string;
	/** The default; absent where a guess would not help. */
	readonly usual?: string;
};

export type Terms = {readonly title: string; readonly url: string};

type StorageRefusal = {
	readonly fault: StorageError;
	/** The bucket's region, if the service named it. */
	readonly region: string | undefined;
};

export type Retry = {
	readonly questionId: string;
	readonly value: string;
	/** The service did not say so: if this fails too, phxfly reports the first refusal. */
	readonly isGuess: boolean;
};

/** Retries with the region of the bucket if the service names it. */
export const followRegion =
	(questionId: string): NonNullable<Provider['retryWith']> =>
	(answers, {fault, region}) =>
		fault === 'wrong-region' && region !== undefined && region !== readAnswer(answers, questionId)
			? {questionId, value: region, isGuess: false}
			: undefined;

/** Finds the provider that an endpoint belongs to: by its host, else the one for any S3-compatible storage. */
export function findProviderOf(endpoint: string, providers: readonly Provider[]): Provider | undefined {
	if (!URL.canParse(endpoint)) return undefined;
	const {host} = new URL(endpoint);
	return (
		providers.find(({hosts = []}) => hosts.some(end => host.endsWith(end))) ??
		providers.find(({needsEndpoint}) => needsEndpoint)
	);
}

/** The questions that providers share, by what a refusal is about. */
export const sharedQuestions = {
	keyId: 'access-key-id',
	secret: 'secret-access-key',
	bucket: 'bucket',
	region: 'storage-region',
	endpoint: 'endpoint',
} as const satisfies Provider['questionOf'];

/** Regions as AWS names them. */
export const awsRegion: RegionForm = {
	example: 'us-east-1',
	pattern: /[a-z]{2}(?:-[a-z]+){1,3}-\d{1,2}/,
	sentence: 'S3 regions look like us-east-1 or eu-central-1.',
	usual: 'us-east-1',
};

/**
Reads a bucket name by the rules of S3.

@see {@link https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html}
*/
export function parseS3Bucket(typed: string): Parsed<string> {
	const parsed = parseCommon(typed, /[^a-z\d.-]+/g, 'lowercase letters, digits, dashes, and dots');
	if (!parsed.ok) return parsed;

	const name = parsed.value;
	if (name.includes('..'))
		return refused('A bucket name cannot contain two dots in a row.', name.replace(/\.+/g, '.'));
	if (/^\d+(?:\.\d+){3}$/.test(name))
		return refused('A bucket name cannot look like an IP address.', name.replaceAll('.', '-'));
	const affix = forbiddenStart.exec(name)?.[0] ?? forbiddenEnd.exec(name)?.[0];
	return affix === undefined ? parsed : refused(`S3 reserves names with ${affix}.`);
}

const forbiddenStart = /^(?:xn--|sthree-|amzn-s3-demo-)/;

const forbiddenEnd = /(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

/** Reads a bucket name by the rules of R2, which are those of S3 without dots. */
export const parseR2Bucket = (typed: string): Parsed<string> =>
	parseCommon(typed, /[^a-z\d-]+/g, 'lowercase letters, digits, and dashes');

function parseCommon(typed: string, forbidden: RegExp, allowed: string): Parsed<string> {
	const text = typed.trim();
	const name = text.replace(/^s3:\/\/([^/]*).*$/i, '$1');
	const repaired = name
		.toLowerCase()
		.replace(forbidden, '-')
		.slice(0, 63)
		.replace(/^[.-]+|[.-]+$/g, '');
	const offer = repaired.length < 3 ? undefined : repaired;

	if (name !== text) return refused('Type only the name of the bucket.', offer);
	if (name.length < 3 || name.length > 63) return refused('A bucket name has 3 to 63 characters.', offer);
	return name === repaired
		? accepted(name)
		: refused(`A bucket name contains only ${allowed}, and starts and ends with a letter or digit.`, offer);
}
