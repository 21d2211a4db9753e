import type {ElixirFacts} from '../elixir/facts.ts';
import {type FlyConfig, findFlyTomlLine} from '../fly-toml/config.ts';
import type {Dockerfile} from '../image/dockerfile.ts';
import type {Switch} from './switches.ts';

export type Place = {readonly path: string; readonly line: number};

/** A file to write, with the whole text before and after. */
type ImageFile = {
	readonly path: string;
	/** `undefined` when the file is new. */
	readonly before?: string;
	readonly after: string;
	/** One sentence to read at review. */
	readonly why: string;
};

/** Why Litestream cannot come into this image by our lines, and what would have to change. */
export type Refusal = {
	readonly is: 'refused';
	/** A sentence. */
	readonly reason: string;
	readonly place: Place | undefined;
	/** A sentence: what would have to change. */
	readonly change: string;
	/** The exact lines, where lines would do. */
	readonly lines: readonly string[];
};

/** Whether Litestream replicates the database of an image, or would. */
export type Protection =
	| {
			readonly is: 'ready';
			/** Where Litestream is started; undefined where the Dockerfile is one that phxfly writes. */
			readonly place: Place | undefined;
			/** Variables without which it starts the app alone. */
			readonly switches: readonly Switch[];
	  }
	/** These changes make it so: the Dockerfile, and the files that its new lines copy. */
	| {readonly is: 'splice'; readonly files: readonly ImageFile[]}
	| Refusal;

export type ProtectionFacts = {
	/** All texts of the project, scripts included. */
	readonly files: ReadonlyMap<string, string>;
	readonly dockerfile: Dockerfile | undefined;
	readonly flyTomlPath: string;
	readonly flyTomlText: string | undefined;
	readonly flyConfig: FlyConfig | undefined;
	readonly elixir: Pick<ElixirFacts, 'repos' | 'environment' | 'started' | 'unread'>;
	/** Of a profile that has a volume: etc/litestream.yml and rel/entrypoint.sh, by path. */
	readonly templates: ReadonlyMap<string, string>;
	readonly litestreamVersion: string;
	/** An image is given, so nothing is built. */
	readonly image: string | undefined;
};

export const refuse = (
	reason: string,
	place: Place | undefined,
	change: string,
	lines: readonly string[] = [],
): Refusal => ({is: 'refused', reason, place, change, lines});

/** The line of a setting in fly.toml, or of the table around it. */
export function placeInToml(
	{flyTomlPath, flyTomlText}: ProtectionFacts,
	path: readonly string[],
): Place | undefined {
	return flyTomlText === undefined
		? undefined
		: {path: flyTomlPath, line: findFlyTomlLine(flyTomlText, path)};
}
