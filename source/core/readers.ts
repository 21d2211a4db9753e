import type {
	Account,
	AppStatus,
	CertificateDetail,
	ExecResult,
	FlyAddress,
	FlyCertificate,
	FlyMachine,
	FlyRegion,
	FlyRelease,
	FlySecret,
	FlySnapshot,
	FlyVolume,
	HealthChecks,
	Lease,
} from './fly/output.ts';
import type {Secret, SecretStore} from './secrets/secret.ts';

/** Time as the run sees it: a rehearsal's clock runs faster. Milliseconds. */
export type Clock = {
	/** Since 1970, for dates. Anyone can set this clock back or forward, so no wait depends on it. */
	now(): number;
	/** Since any moment, for waits and durations. It only runs forward. */
	elapsed(): number;
	/** How many times faster than real time it runs. */
	readonly speed: number;
	/** @throws The signal's reason when it aborts before the time is over. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

/** Everything phxfly reads through flyctl; none of it changes the account. */
export type FlyReader = {
	/** @param signal - Aborting ends the call, here and below. */
	whoAmI(signal?: AbortSignal): Promise<Account>;
	/** Slug to display name. */
	listOrgs(signal?: AbortSignal): Promise<ReadonlyMap<string, string>>;
	listRegions(signal?: AbortSignal): Promise<readonly FlyRegion[]>;
	/** `undefined` when flyctl could not find the app: missing, or invisible to this token. */
	status(app: string): Promise<AppStatus | undefined>;
	/** Whether Fly has an app of that name that this login may not see. `false` also when Fly does not say. */
	isNameTaken(app: string): Promise<boolean>;
	listVolumes(app: string): Promise<readonly FlyVolume[]>;
	/** Finds a volume by its id; `undefined` when Fly has none. */
	showVolume(app: string, id: string): Promise<FlyVolume | undefined>;
	listSnapshots(app: string, volumeId: string): Promise<readonly FlySnapshot[]>;
	listSecrets(app: string): Promise<readonly FlySecret[]>;
	/** The name of the app's Tigris bucket, or `undefined`. */
	bucketOf(app: string): Promise<string | undefined>;
	/** Whether this account sees a Tigris bucket of that name, whatever app has it. */
	hasBucket(name: string): Promise<boolean>;
	listAddresses(app: string): Promise<readonly FlyAddress[]>;
	listCertificates(app: string): Promise<readonly FlyCertificate[]>;
	/** Triggers a new DNS check at Fly and returns the details. */
	checkCertificate(app: string, host: string): Promise<CertificateDetail>;
	listReleases(app: string): Promise<readonly FlyRelease[]>;
	listMachines(app: string): Promise<readonly FlyMachine[]>;
	/** Machine id to its health checks. */
	listChecks(app: string): Promise<HealthChecks>;
	/** The released configuration as flyctl prints it, or `undefined` before the first release. */
	showConfig(app: string): Promise<unknown>;
	/** `undefined` when flyctl finds no lease. */
	viewLease(app: string, machineId: string): Promise<Lease | undefined>;
	/** Runs a command on a started machine, split into words without a shell. */
	exec(app: string, machineId: string, command: string, timeoutSeconds: number): Promise<ExecResult>;
	/** The app's last log lines, newest last; empty when there are none within a few seconds. */
	lastLogs(app: string): Promise<readonly string[]>;
	/** Runs `config validate` in the project's folder; the text is what the strict mode reports, empty when nothing. */
	validateConfig(
		app: string,
		flyTomlPath: string,
	): Promise<{readonly isValid: boolean; readonly text: string}>;
};

export type FileReader = {
	/** UTF-8 text of a file inside the project, or `undefined`; a path that leads out of it is rejected. */
	read(path: string): Promise<string | undefined>;
	/** The file's permission bits, or `undefined`. */
	mode(path: string): Promise<number | undefined>;
};

export type Unreachable = {
	readonly is: 'unreachable';
	readonly why: 'no-name' | 'refused' | 'time-out' | 'tls' | 'other';
	/** The system's code, for example `ECONNREFUSED`. */
	readonly code: string;
	readonly message: string;
};

export type HttpRequest = {
	readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE' | 'POST';
	readonly url: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: Uint8Array | string;
	/** Real milliseconds; 10,000 by default. */
	readonly timeoutMs?: number;
	/** Connects to this address instead of the name's; certificate and `Host` stay those of the name. */
	readonly address?: string;
	/** The body is cut there; 1 MiB by default. */
	readonly maxBytes?: number;
	/** The body has a character for each byte, instead of UTF-8. */
	readonly isBinary?: boolean;
};

/** Header names are lowercase. Redirects are answers, not followed. */
export type HttpAnswer =
	| {
			readonly is: 'answered';
			readonly status: number;
			readonly headers: Readonly<Record<string, string>>;
			readonly body: string;
			/** There was more. */
			readonly isCut?: true;
	  }
	| Unreachable;

export type DnsType = 'A' | 'AAAA' | 'CNAME' | 'TXT' | 'CAA' | 'NS';

/** `ttlSeconds`: how long a cache may keep the answer. */
export type DnsAnswer =
	| {readonly is: 'found'; readonly values: readonly string[]; readonly ttlSeconds: number}
	| {readonly is: 'absent'; readonly ttlSeconds: number}
	| Unreachable;

/** A DNS zone whose name servers are asked directly, bypassing every cache. */
export type DnsZone = {
	/** `example.com`. */
	readonly name: string;
	/** The names of its servers. */
	readonly servers: readonly string[];
	/** Returns the records of exactly that name: follows no alias. */
	ask(name: string, type: DnsType): Promise<DnsAnswer>;
};

export type Net = {
	request(request: HttpRequest): Promise<HttpAnswer>;
	/** Requests a WebSocket upgrade and closes immediately; status 101 means accepted. */
	upgrade(url: string, headers: Readonly<Record<string, string>>): Promise<HttpAnswer>;
	/** Asks this computer's resolver, which follows aliases and may cache an older answer. */
	resolve(name: string, type: DnsType): Promise<DnsAnswer>;
	/** Finds the zone of a name; absent where the name is not registered. */
	findZone(
		name: string,
	): Promise<{readonly is: 'found'; readonly zone: DnsZone} | {readonly is: 'absent'} | Unreachable>;
};

export type StoreTarget = {
	/** With scheme, without bucket and trailing slash. */
	readonly endpoint: string;
	readonly region: string;
	readonly bucket: string;
	/** Without slashes at either end; may be empty. */
	readonly prefix: string;
	readonly accessKeyId: Secret;
	readonly secretAccessKey: Secret;
	/** How far the server's clock is known to be ahead of this computer's, to date a signature. */
	readonly aheadMs?: number | undefined;
};

export type StoreAnswer =
	| {
			readonly is: 'ok';
			readonly status: number;
			/** Of a list: keys under the prefix, without the prefix; at most 1000. */
			readonly keys: readonly string[];
			readonly body: string;
	  }
	| {
			readonly is: 'refused';
			readonly status: number;
			/** The service's error code, for example `SignatureDoesNotMatch`; empty when it sent none. */
			readonly code: string;
			readonly message: string;
			/** The bucket's real region, if the service returned it. */
			readonly region: string | undefined;
			/** Of a redirect: where it leads, as a URL or relative to the endpoint, if the service said so. */
			readonly location?: string | undefined;
			/** The server's clock minus this computer's, in seconds, from the Date header. */
			readonly skewSeconds: number | undefined;
	  }
	| Unreachable;

/** S3 requests, signed with Signature Version 4 and a signed payload, path-style. Keys are relative to the target's prefix. */
export type ObjectStore = {
	list(target: StoreTarget): Promise<StoreAnswer>;
	put(target: StoreTarget, key: string, body: string): Promise<StoreAnswer>;
	get(target: StoreTarget, key: string): Promise<StoreAnswer>;
	/** Like `get`, for an object that is not text: its first bytes, a character for each. */
	read(target: StoreTarget, key: string, maxBytes: number): Promise<StoreAnswer>;
	delete(target: StoreTarget, key: string): Promise<StoreAnswer>;
};

export type Readers = {
	readonly fly: FlyReader;
	readonly files: FileReader;
	readonly store: ObjectStore;
	readonly net: Net;
	/** The secret values, to compare them or to sign with them. */
	readonly secrets: Pick<SecretStore, 'find'>;
	readonly clock: Clock;
};
