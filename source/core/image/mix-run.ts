import type {FlyConfig} from '../fly-toml/config.ts';
import {type Dockerfile, readPairs, type Stage} from './dockerfile.ts';
import {listBuildArguments} from './find.ts';
import {readImageStart, readLaunch} from './start.ts';
import {expandArguments} from './words.ts';

/** How the image builds and runs the app. */
type MixRun = {
	/** Undefined where the Dockerfile does not say it. */
	readonly mixEnv: string | undefined;
	/** The machine starts `mix phx.server` instead of a release. */
	readonly isStartedByMix: boolean;
};

/**
Reads the MIX_ENV that the app's configuration holds for: that of the stage which builds the release. `mix phx.server` takes
the machine's instead.
*/
export function readMixRun(dockerfile: Dockerfile | undefined, config: FlyConfig | undefined): MixRun {
	if (!dockerfile) return {mixEnv: undefined, isStartedByMix: false};
	const {stages, chain} = dockerfile;
	const isStartedByMix = /\bmix\s+(?:.*\s)?phx\.server\b/.test(
		readLaunch(readImageStart(dockerfile), config).words.join(' '),
	);
	if (isStartedByMix) {
		const set = config?.env?.MIX_ENV;
		const mixEnv = set === undefined ? readVariable(dockerfile, chain, config) : String(set);
		return {mixEnv, isStartedByMix};
	}

	const builder = stages.findLastIndex(({instructions}) => instructions.some(buildsRelease));
	const building = builder === -1 ? chain : listAncestors(stages, builder);
	const written = building
		.at(-1)
		?.instructions.flatMap(
			({text}) => /\bMIX_ENV=["']?(\w+)["']?\s[^&;|]*\bmix\s+release\b/.exec(text)?.[1] ?? [],
		)
		.at(-1);
	return {mixEnv: written ?? readVariable(dockerfile, building, config), isStartedByMix};
}

const buildsRelease = ({keyword, text}: Stage['instructions'][number]): boolean =>
	keyword === 'RUN' && /\bmix\s+(?:[^&;|]*[\s,])?release\b/.test(text);

function listAncestors(stages: readonly Stage[], index: number): readonly Stage[] {
	const stage = stages[index];
	if (!stage) return [];
	return [...(stage.parent === undefined ? [] : listAncestors(stages, stage.parent)), stage];
}

/** Returns MIX_ENV at the end of these stages; `undefined` where none of them sets it to a plain word. */
function readVariable(
	{instructions, stages}: Dockerfile,
	building: readonly Stage[],
	config: FlyConfig | undefined,
): string | undefined {
	const given = listBuildArguments(config);
	const first = stages[0]?.from;
	const above = instructions.slice(0, first ? instructions.indexOf(first) : 0);
	const globals = new Map<string, string>();
	for (const {keyword, text} of above) if (keyword === 'ARG') assign(globals, text, given);
	const values = new Map<string, string>();
	for (const {keyword, text} of building.flatMap(stage => stage.instructions)) {
		if (keyword === 'ARG') assign(values, text, new Map([...globals, ...given]));
		else if (keyword === 'ENV') assign(values, text, new Map());
	}

	const value = values.get('MIX_ENV');
	return value !== undefined && /^\w+$/.test(value) ? value : undefined;
}

function assign(values: Map<string, string>, text: string, given: ReadonlyMap<string, string>): void {
	for (const [name, value] of readPairs(text)) {
		const set = given.get(name) ?? (value === undefined ? undefined : expandArguments(value, values));
		if (set !== undefined) values.set(name, set);
	}
}
