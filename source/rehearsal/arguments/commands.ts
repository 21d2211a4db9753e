/**
Every flyctl command the built-in Fly supports, one per line:
words | aliases of the last word | usage | positionals | what it needs and does | flags.

A flag is `name/short:type`; types: b bool, i int, f float, s string, S comma list, A repeatable, d duration. `=` default, `~` i
ts value if none is given, `>` the flag it is an alias of, `?` hidden.

@see {@link https://fly.io/docs/flyctl/ | flyctl}, `--help` of each command and its hidden flags.
*/
const commandTable = `
version |  | [flags] | 0.. |  | json/j:b saveinstall:s?
auth whoami |  | [flags] | 0.. | session | json/j:b
auth login |  | [flags] | 0.. |  | email:s interactive/i:b otp:s password:s
orgs list | ls | [flags] | 0.. | session | json/j:b
platform regions |  | [flags] | 0..0 | session | json/j:b
apps list | ls | [flags] | 0.. | session | json/j:b org/o:s quiet/q:b
apps create |  | <app name> [flags] | 0..1 | session mutates | generate-name:b json/j:b name:s network:s org/o:s save:b yes/y:b auto-confirm:b>yes? machines:b?
apps destroy | delete remove rm | <app name(s)> [flags] | 0.. | session mutates | yes/y:b auto-confirm:b>yes?
apps releases |  | [flags] | 0..0 | session app | app/a:s config/c:s image:b json/j:b
apps open |  | [RELATIVE_URI] [flags] | 0..1 | session app | app/a:s config/c:s
status |  | [flags] | 0..0 | session app | all:b app/a:s config/c:s deployment:b json/j:b rate:i=5 watch:b
volumes list | ls | [flags] | 0.. | session app | all:b app/a:s config/c:s json/j:b
volumes create |  | <volume name> [flags] | 1..1 | session app mutates | app/a:s config/c:s count/n:i=1 host-dedication-id:s json/j:b no-encryption:b region/r:s require-unique-zone:b=true scheduled-snapshots:b=true size/s:i=1 snapshot-id:s snapshot-retention:i=5 unique-zone-app-wide:b vm-cpu-kind:s vm-cpus:i vm-memory:s vm-size:s yes/y:b auto-confirm:b>yes? cpus:i>vm-cpus? memory:s>vm-memory? vm-cpukind:s>vm-cpu-kind? vm-gpukind:s>vm-gpu-kind? vm-gpus:i? vm-gpu-kind:s? vm-max-memory:s? fs-type:s=ext4?
volumes show |  | <volume id> [flags] | 0..1 | session maybe-app | app/a:s config/c:s json/j:b
volumes snapshots list | ls | <volume id> [flags] | 1..1 | session maybe-app | app/a:s json/j:b
volumes extend |  | <volume id> [flags] | 0..1 | session app mutates | app/a:s config/c:s json/j:b size/s:s yes/y:b auto-confirm:b>yes?
volumes destroy | delete rm | <volume id> ... [flags] | 0.. | session maybe-app mutates | app/a:s config/c:s yes/y:b auto-confirm:b>yes?
secrets list | ls | [flags] | 0.. | session app | app/a:s config/c:s json/j:b
secrets set |  | [flags] NAME=VALUE NAME=VALUE ... | 1.. | session app mutates | app/a:s config/c:s detach:b dns-checks:b=true stage:b
secrets import |  | [flags] | 0.. | session app mutates | app/a:s config/c:s detach:b dns-checks:b=true stage:b
secrets unset |  | [flags] NAME NAME ... | 1.. | session app mutates | app/a:s config/c:s detach:b dns-checks:b=true stage:b
secrets deploy |  | [flags] | 0.. | session app mutates | app/a:s config/c:s detach:b dns-checks:b=true
secrets sync |  | [flags] | 0.. | session app | app/a:s config/c:s detach:b dns-checks:b=true stage:b
storage create |  | [flags] | 0.. | session maybe-app mutates | app/a:s config/c:s name/n:s org/o:s public/p:b shadow-access-key:s shadow-endpoint:s shadow-name:s shadow-region:s shadow-secret-key:s shadow-write-through:b yes/y:b auto-confirm:b>yes? accelerate:b? website-domain-name:s?
storage list | ls | [flags] | 0.. | session | org/o:s yes/y:b auto-confirm:b>yes?
storage status |  | [name] [flags] | 0..1 | session maybe-app | app/a:s config/c:s yes/y:b auto-confirm:b>yes?
storage destroy |  | [storage-bucket-name] [flags] | 0..1 | session maybe-app mutates | app/a:s config/c:s yes/y:b auto-confirm:b>yes?
certs add | create | <hostname> [flags] | 1..1 | session app mutates | app/a:s config/c:s json/j:b
certs list |  | [flags] | 0..0 | session app | app/a:s config/c:s json/j:b
certs check | show | <hostname> [flags] | 1..1 | session app | app/a:s config/c:s json/j:b
certs setup |  | <hostname> [flags] | 1..1 | session app | app/a:s config/c:s json/j:b
certs remove | delete | <hostname> [flags] | 1..1 | session app mutates | acme:b app/a:s config/c:s custom:b yes/y:b auto-confirm:b>yes?
ips list | ls | [flags] | 0.. | session app | app/a:s config/c:s json/j:b
ips allocate-v4 |  | [flags] | 0.. | session app mutates | app/a:s config/c:s region/r:s shared:b yes/y:b auto-confirm:b>yes?
ips allocate-v6 |  | [flags] | 0.. | session app mutates | app/a:s config/c:s network:s org/o:s private:b region/r:s
ips release |  | [flags] ADDRESS ADDRESS ... | 1.. | session app mutates | app/a:s config/c:s
config validate |  | [flags] | 0..0 | session app | app/a:s config/c:s strict/s:b
config show | display | [flags] | 0..0 | session app | app/a:s config/c:s local:b toml:b yaml:b
deploy |  | [WORKING_DIRECTORY] [flags] | 0..1 | session app mutates | app/a:s build-arg:A build-context-warn-size:s build-only:b build-secret:A build-target:s buildkit:b buildpacks-docker-host:s buildpacks-volume:S compression:s=gzip compression-level:i=7 config/c:s deploy-retries:s=auto depot:s=auto~true depot-scope:s=org detach:b dns-checks:b=true dockerfile:s env/e:A exclude-machines:S exclude-regions:S file-literal:A file-local:A file-secret:A flycast:b ha:b=true host-dedication-id:s https-failover:b=true ignorefile:s image/i:s image-label:s label:A lease-timeout:s=13s local-only:b max-concurrent:i=8 max-unavailable:f=0.33 nixpacks:b no-cache:b no-public-ips:b now:b only-machines:S primary-region:s process-groups:S push:b recreate-builder:b regions:S release-command-timeout:s=5m0s remote-only:b signal/s:s skip-release-command:b smoke-checks:b=true strategy:s update-only:b vm-cpu-kind:s vm-cpus:i vm-memory:s vm-size:s volume-initial-size:i wait-timeout:s=5m0s wg:b=true yes/y:b auto-confirm:b>yes? cpus:i>vm-cpus? http-failover:b>https-failover? memory:s>vm-memory? only-regions:S>regions? vm-cpukind:s>vm-cpu-kind? vm-gpukind:s>vm-gpu-kind? vm-gpus:i? vm-gpu-kind:s? vm-max-memory:s? builder-pool:s=auto~true? buildkit-addr:s? buildkit-image:s? export-manifest:s? from-manifest:s? force-machines:b? immediate-max-concurrent:i=8?
machine list | ls | [flags] | 0..0 | session app | app/a:s config/c:s json/j:b quiet/q:b
machine exec |  | [machine-id] <command> [flags] | 1..2 | session maybe-app | app/a:s config/c:s container:s json/j:b no-container:b timeout:i select:b?
machine start |  | [<id>...] [flags] | 0.. | session maybe-app mutates | app/a:s config/c:s select:b?
machine stop |  | [<id>...] [flags] | 0.. | session maybe-app mutates | app/a:s config/c:s signal/s:s timeout:i wait-timeout/w:d select:b?
machine restart |  | [<id>...] [flags] | 0.. | session maybe-app mutates | app/a:s config/c:s force:b signal/s:s skip-health-checks:b time:i select:b?
machine destroy | remove rm | [flags] ID ID ... | 0.. | session maybe-app mutates | app/a:s config/c:s force/f:b image/i:s select:b?
machine leases view |  | [machine-id] [flags] | 0..1 | session maybe-app | app/a:s config/c:s json/j:b
machine leases clear |  | [machine-id] [flags] | 0..1 | session maybe-app mutates | app/a:s config/c:s
scale show |  | [flags] | 0..0 | session app | app/a:s config/c:s json/j:b
scale count |  | [count] [flags] | 1.. | session app mutates | app/a:s config/c:s env/e:A from-snapshot:s host-dedication-id:s max-per-region:i=-1 process-group/g:s region/r:s vm-cpu-kind:s vm-cpus:i vm-memory:s vm-size:s with-new-volumes:b yes/y:b auto-confirm:b>yes? cpus:i>vm-cpus? group:s>process-group? memory:s>vm-memory? vm-cpukind:s>vm-cpu-kind? vm-gpukind:s>vm-gpu-kind? vm-gpus:i? vm-gpu-kind:s? vm-max-memory:s?
checks list | ls | [flags] | 0.. | session app | app/a:s check-name:s config/c:s json/j:b
logs |  | [flags] | 0..0 | session app | app/a:s config/c:s json/j:b machine/m:s no-tail/n:b region/r:s select/s:b instance/i:s>machine?
tokens create deploy |  | [flags] | 0.. | session app mutates | app/a:s config/c:s expiry/x:d=175200h0m0s json/j:b name/n:s
ssh console |  | [flags] | 0..1 | session app mutates | address/A:s app/a:s command/C:s config/c:s container:s machine:s no-container:b org/o:s process-group/g:s pty:b quiet/q:b region/r:s select/s:b user/u:s=root group:s>process-group?
releases |  | [flags] | 0..0 | session app | app/a:s config/c:s image:b json/j:b
`;

/** Aliases of command groups. */
export const groupAliases: Readonly<Record<string, readonly string[]>> = {
	apps: ['app'],
	volumes: ['volume', 'vol', 'v'],
	storage: ['tigris'],
	ips: ['ip'],
	machine: ['machines', 'm'],
};

/** Other ways to the same group: `fly ext tigris create` is `fly storage create`. */
export const groupPrefixes: readonly string[] = ['extensions', 'ext'];

type FlagType = 'bool' | 'int' | 'float64' | 'string' | 'strings' | 'stringArray' | 'duration';

export type FlagSpec = {
	readonly name: string;
	readonly short?: string;
	readonly type: FlagType;
	readonly fallback: string;
	/** The value of `--name` without `=`; booleans have `true`. */
	readonly bareValue?: string;
	readonly aliasOf?: string;
	readonly isHidden: boolean;
};

export type CommandSpec = {
	readonly name: string;
	readonly words: readonly string[];
	readonly leafAliases: readonly string[];
	readonly usage: string;
	readonly minArgs: number;
	readonly maxArgs: number;
	readonly needsSession: boolean;
	readonly needsApp: 'always' | 'maybe' | 'never';
	/** True if the command changes the account. */
	readonly mutates: boolean;
	readonly flags: readonly FlagSpec[];
};

const flagTypes: Readonly<Record<string, FlagType>> = {
	b: 'bool',
	i: 'int',
	f: 'float64',
	s: 'string',
	S: 'strings',
	A: 'stringArray',
	d: 'duration',
};

/** Flags of every command. */
export const globalFlags: readonly FlagSpec[] = ['access-token/t:s', 'debug:b', 'verbose:b', 'help/h:b'].map(
	parseFlag,
);

/** Every command, in the order of the table. */
export const commandSpecs: readonly CommandSpec[] = commandTable
	.trim()
	.split('\n')
	.map(line => parseLine(line));

function parseLine(line: string): CommandSpec {
	const [name = '', aliases = '', usage = '', args = '', traits = '', flags = ''] = line.split(' | ');
	const [least = '0', most = ''] = args.split('..');
	return {
		name: name.trim(),
		words: name.trim().split(' '),
		leafAliases: aliases.split(' ').filter(Boolean),
		usage: usage.trim(),
		minArgs: Number(least),
		maxArgs: most.trim() === '' ? Number.POSITIVE_INFINITY : Number(most),
		needsSession: /\bsession\b/.test(traits),
		needsApp: /\bmaybe-app\b/.test(traits) ? 'maybe' : /\bapp\b/.test(traits) ? 'always' : 'never',
		mutates: /\bmutates\b/.test(traits),
		flags: flags.split(' ').filter(Boolean).map(parseFlag),
	};
}

function parseFlag(text: string): FlagSpec {
	const match = /^([\w-]+)(?:\/(\w))?:(\w)(?:=([^~>?]*))?(?:~([^>?]*))?(?:>([\w-]+))?(\?)?$/.exec(text);
	const [, name = '', short, typeLetter = 's', fallback, bareValue, aliasOf, hidden] = match ?? [];
	const type = flagTypes[typeLetter];
	if (!match || !type) throw new Error(`The flag table cannot be read at: ${text}`);
	const zero = {bool: 'false', int: '0', float64: '0', duration: '0s'}[type as string] ?? '';
	return {
		name,
		type,
		fallback: fallback ?? zero,
		isHidden: hidden !== undefined,
		...(short === undefined ? {} : {short}),
		...(type === 'bool' ? {bareValue: 'true'} : bareValue === undefined ? {} : {bareValue}),
		...(aliasOf === undefined ? {} : {aliasOf}),
	};
}
