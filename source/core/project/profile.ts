import type {Answers} from '../answer.ts';
import type {DesiredSecret} from '../secrets/secret.ts';
import type {ProjectFacts} from './project.ts';

export type Profile = {
	readonly id: string;
	readonly label: string;
	/** Why the folder looks like this profile, or `undefined`. */
	detect(facts: ProjectFacts): string | undefined;
	/** Volume name and mount point when fly.toml names none; `undefined` for a profile without a volume. */
	readonly mount: {readonly source: string; readonly destination: string} | undefined;
	readonly hasStorage: boolean;
	readonly asksMail: boolean;
	/** Each secret that the app's own code reads has to be answered, or skipped by name. */
	readonly asksFoundSecrets: boolean;
	/** Said once at setup: what this shape of app means on Fly. */
	readonly notes: readonly string[];
	readonly vm: {readonly size: string; readonly memoryMb: number; readonly swapMb: number};
	/** Folder below `templates/`. */
	readonly templates: string;
	/** The app's own secrets, without storage. */
	secrets(answers: Answers, host: string): readonly DesiredSecret[];
};
