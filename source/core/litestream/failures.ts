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
	/** What is wrong, as a sentence without its stop. */
	readonly detail: string;
	readonly hint: string;
};

type Rule = {readonly pattern: RegExp} & LitestreamFault;

const keysHint = 'set the key pair again: phxfly with the right keys in the environment';

/** In the order they are tried: what is said of the machine before what is said of the storage, and a code before a status. */
const rules: readonly Rule[] = [
	{
		pattern: /control socket.*(?:deadline exceeded|Client\.Timeout)|sync.*(?:timed? ?out|deadline exceeded)/i,
		cause: 'time-out',
		detail: 'time-out: Litestream did not end its sync in time',
		hint: 'look at the endpoint of the storage, and at fly logs',
	},
	{
		pattern: /control socket/i,
		cause: 'process',
		detail: 'process: Litestream does not answer on its control socket',
		hint: 'fly logs shows why it ended; a restart of the machine starts it again',
	},
	{
		pattern: /database not found/i,
		cause: 'path',
		detail: 'path: Litestream replicates another database than DATABASE_PATH',
		hint: 'let litestream.yml and DATABASE_PATH in fly.toml name the same file',
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
		detail: 'bucket: it is not there (NoSuchBucket)',
		hint: 'make the bucket again, or name the one that exists',
	},
	{
		pattern: /RequestTimeTooSkewed|RequestExpired/,
		cause: 'clock',
		detail: "clock: the machine's clock is too far from the storage's",
		hint: 'restart the machine: its clock is set at the start',
	},
	{
		pattern:
			/AuthorizationHeaderMalformed|PermanentRedirect|bucket region|BucketRegionError|incorrect region/i,
		cause: 'region',
		detail: 'region: the bucket is in another one',
		hint: 'answer --storage-region with the region of the bucket',
	},
	{
		pattern: /AccessDenied|StatusCode: 40[13]|status code: 40[13]/,
		cause: 'credentials',
		detail: 'credentials: the key pair has no right to do this (AccessDenied)',
		hint: 'the key needs to list the bucket, and to read, write and delete below the prefix',
	},
	{
		pattern: /x509|certificate|tls:/i,
		cause: 'endpoint',
		detail: 'endpoint: its certificate is refused',
		hint: 'look at the host name of the endpoint',
	},
	{
		pattern:
			/connection refused|no such host|i\/o timeout|network is unreachable|RequestError: send request failed|connection reset/i,
		cause: 'endpoint',
		detail: 'endpoint: it cannot be reached from the machine',
		hint: 'look at the endpoint of the storage',
	},
	{
		pattern: /nonsequential|non-contiguous|out of order/i,
		cause: 'path',
		detail:
			'path: the replica holds pieces of two histories; a second writer, or local state of another replica',
		hint: 'start a new replica: answer --prefix with an empty one, and delete .NAME-litestream beside the database',
	},
	{
		pattern: /ltx file.*no such file/i,
		cause: 'path',
		detail: "path: Litestream's local state belongs to another replica, so nothing new arrives in this one",
		hint: 'stop the app, delete the folder .NAME-litestream beside the database and start with an empty prefix',
	},
	{
		pattern:
			/decode|checksum|corrupt|integrity|malformed|lz4|invalid (?:ltx|frame)|unexpected EOF|short buffer/i,
		cause: 'replica',
		detail: 'replica: what lies in the bucket cannot be read back',
		hint: 'start a new replica: answer --prefix with an empty one, and delete .NAME-litestream beside the database',
	},
];

/** Names what Litestream's messages blame, 0.3's and 0.5's, with the line that says so. Pure. */
export function explainLitestreamError(said: string): LitestreamFault {
	const rule = rules.find(({pattern}) => pattern.test(said));
	const line = findTellingLine(said);
	const quote = line === '' ? '' : `: ${line}`;
	if (!rule) return {cause: 'unknown', detail: `Litestream failed${quote}`, hint: 'look at fly logs'};
	const {cause, detail, hint} = rule;
	const region = cause === 'region' ? /expecting '([^']+)'/.exec(said)?.[1] : undefined;
	return {cause, detail: region ? `${detail}: ${region}` : detail, hint};
}

function findTellingLine(said: string): string {
	const lines = said.split('\n').map(line => line.trim());
	const telling = lines.find(line => /error/i.test(line)) ?? lines.findLast(line => line !== '') ?? '';
	return (/error="((?:\\.|[^"\\])*)"/.exec(telling)?.[1] ?? telling.replace(/^Error: /, '')).slice(0, 240);
}
