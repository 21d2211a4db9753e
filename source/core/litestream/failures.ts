export type LitestreamCause =
	| 'credentials'
	| 'bucket'
	| 'endpoint'
	| 'region'
	| 'clock'
	| 'path'
	| 'process'
	| 'replica'
	| 'space'
	| 'time-out'
	| 'unknown';

export type LitestreamFault = {
	readonly cause: LitestreamCause;
	/** What is wrong, as a sentence without its period. */
	readonly detail: string;
	readonly hint: string;
};

type Rule = {readonly pattern: RegExp} & LitestreamFault;

const keysHint = 'set the key pair again: phxfly with the right keys in the environment';

// The entrypoint removes Litestream's local state when the replica changes.
const newReplicaHint = 'start a new replica and keep this one: pass an empty prefix, --prefix PATH';

/** In the order they are tried: the machine before the storage, and a code before a status. */
const rules: readonly Rule[] = [
	{
		pattern: /control socket.*(?:deadline exceeded|Client\.Timeout)|sync.*(?:timed? ?out|deadline exceeded)/i,
		cause: 'time-out',
		detail: 'time-out: Litestream did not finish its sync in time',
		hint: 'check the endpoint of the storage, and fly logs',
	},
	{
		pattern: /control socket/i,
		cause: 'process',
		detail: 'process: Litestream does not respond on its control socket',
		hint: 'fly logs shows why it stopped; restart the machine to start it again',
	},
	{
		pattern: /database not found/i,
		cause: 'path',
		detail: 'path: Litestream replicates another database than DATABASE_PATH',
		hint: 'use the same file in litestream.yml and in DATABASE_PATH in fly.toml',
	},
	{
		pattern: /no space left|disk is full|database or disk is full/i,
		cause: 'space',
		detail: 'space: the disk is full',
		hint: 'extend the volume: fly volumes extend',
	},
	{
		pattern: /SignatureDoesNotMatch/,
		cause: 'credentials',
		detail: 'credentials: the secret access key is wrong (SignatureDoesNotMatch)',
		hint: keysHint,
	},
	{
		pattern: /InvalidAccessKeyId|XAdminUserNotFound/,
		cause: 'credentials',
		detail: 'credentials: the storage does not know the access key id',
		hint: keysHint,
	},
	{
		pattern: /Credential access key has length/,
		cause: 'credentials',
		detail: 'credentials: the access key id has the wrong length; id and secret may be swapped',
		hint: keysHint,
	},
	{
		pattern: /NoCredentialProviders|EC2 IMDS|get credentials|static credentials are empty/i,
		cause: 'credentials',
		detail: 'credentials: Litestream has no key pair',
		hint: keysHint,
	},
	{
		pattern: /NoSuchBucket/,
		cause: 'bucket',
		detail: 'bucket: it does not exist (NoSuchBucket)',
		hint: 'recreate the bucket, or use an existing one',
	},
	{
		pattern: /RequestTimeTooSkewed|RequestExpired/,
		cause: 'clock',
		detail: "clock: the machine's clock is too far off from the storage server's",
		hint: 'restart the machine, which sets its clock',
	},
	{
		pattern:
			/AuthorizationHeaderMalformed|PermanentRedirect|bucket region|BucketRegionError|incorrect region/i,
		cause: 'region',
		detail: 'region: the bucket is in another region',
		hint: 'pass the region of the bucket: --storage-region REGION',
	},
	{
		pattern: /AccessDenied|StatusCode: 40[13]|status code: 40[13]/,
		cause: 'credentials',
		detail: 'credentials: the key pair lacks access (AccessDenied)',
		hint: 'the key must be able to list the bucket, and to read, write, and delete under the prefix',
	},
	{
		pattern: /x509|certificate|tls:/i,
		cause: 'endpoint',
		detail: 'endpoint: its certificate is rejected',
		hint: 'check the host name of the endpoint',
	},
	{
		pattern:
			/connection refused|no such host|i\/o timeout|network is unreachable|RequestError: send request failed|connection reset/i,
		cause: 'endpoint',
		detail: 'endpoint: it is unreachable from the machine',
		hint: 'check the endpoint of the storage',
	},
	{
		pattern: /non-contiguous/i,
		cause: 'replica',
		detail: 'replica: an object in the middle is missing',
		hint: newReplicaHint,
	},
	{
		pattern: /nonsequential|out of order/i,
		cause: 'path',
		detail: 'path: the replica mixes two databases: a second writer, or local state of another replica',
		hint: newReplicaHint,
	},
	{
		pattern: /ltx file.*no such file/i,
		cause: 'path',
		detail: "path: Litestream's local state belongs to another replica, so this one receives nothing new",
		hint: newReplicaHint,
	},
	{
		pattern:
			/decode|checksum|corrupt|integrity|malformed|lz4|invalid (?:ltx|frame)|unexpected EOF|short buffer/i,
		cause: 'replica',
		detail: 'replica: the data in the bucket is unreadable',
		hint: newReplicaHint,
	},
];

/** Finds the cause in the messages of Litestream 0.3 and 0.5, and quotes the line it cannot explain. */
export function explainLitestreamError(reported: string): LitestreamFault {
	const rule = rules.find(({pattern}) => pattern.test(reported));
	const line = findTellingLine(reported);
	const quote = line === '' ? '' : `: ${line}`;
	if (!rule) return {cause: 'unknown', detail: `Litestream failed${quote}`, hint: 'check fly logs'};
	const {cause, detail, hint} = rule;
	const region = cause === 'region' ? /expecting '([^']+)'/.exec(reported)?.[1] : undefined;
	return {cause, detail: region ? `${detail}: ${region}` : detail, hint};
}

function findTellingLine(reported: string): string {
	const lines = reported.split('\n').map(line => line.trim());
	const telling = lines.find(line => /error/i.test(line)) ?? lines.findLast(line => line !== '') ?? '';
	return (/error="((?:\\.|[^"\\])*)"/.exec(telling)?.[1] ?? telling.replace(/^Error: /, '')).slice(0, 240);
}
