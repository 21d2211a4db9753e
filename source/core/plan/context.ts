import type {Answers} from '../answer.ts';
import type {AppStatus} from '../fly/output.ts';
import type {FileChange} from '../project/files.ts';
import type {Profile} from '../project/profile.ts';
import type {ProjectFacts} from '../project/project.ts';
import type {DesiredSecret} from '../secrets/secret.ts';
import type {Provider, Terms} from '../storage/provider.ts';

/** Everything the steps need to know. Plain data: the same answers, files and account give the same context. */
export type PlanContext = {
	readonly profile: Profile;
	readonly provider: Provider | undefined;
	readonly answers: Answers;
	readonly app: string;
	readonly org: string;
	readonly region: string;
	/** The custom domain, or `undefined`. */
	readonly domain: string | undefined;
	/** What PHX_HOST must be: the domain, else the app's own hostname. */
	readonly host: string;
	readonly mount: {readonly source: string; readonly destination: string} | undefined;
	/** DATABASE_PATH on the machine, for Litestream's commands. */
	readonly databasePath: string | undefined;
	readonly volumeSizeGb: number;
	readonly vm: {readonly size: string; readonly memoryMb: number};
	readonly image: string | undefined;
	readonly redeploy: boolean;
	readonly adopt: boolean;
	readonly bucket: string | undefined;
	readonly prefix: string | undefined;
	readonly facts: ProjectFacts;
	/** `fly.toml`, or the file that flyctl reads in its place. */
	readonly flyTomlPath: string;
	readonly files: readonly FileChange[];
	/** Names of the app's own secrets; only a public one has its value here. */
	readonly appSecrets: readonly DesiredSecret[];
	/** Names of the secrets that Litestream needs, in the same way. */
	readonly storageSecrets: readonly DesiredSecret[];
	/** The app as preflight found it, `undefined` if flyctl did not find it. */
	readonly existing: AppStatus | undefined;
	/** fly.toml named this app before anything was changed. */
	readonly isNamedByProject: boolean;
	readonly terms: Terms | undefined;
};
