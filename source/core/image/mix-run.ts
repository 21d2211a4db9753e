import type {FlyConfig} from '../fly-toml/config.ts';
import type {Dockerfile, Stage} from './dockerfile.ts';
import {readImageStart, readLaunch} from './start.ts';
import {readPlainVariable} from './variables.ts';

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
		const mixEnv = set === undefined ? readPlainVariable(dockerfile, chain, config, 'MIX_ENV') : String(set);
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
	return {mixEnv: written ?? readPlainVariable(dockerfile, building, config, 'MIX_ENV'), isStartedByMix};
}

const buildsRelease = ({keyword, text}: Stage['instructions'][number]): boolean =>
	keyword === 'RUN' && /\bmix\s+(?:[^&;|]*[\s,])?release\b/.test(text);

function listAncestors(stages: readonly Stage[], index: number): readonly Stage[] {
	const stage = stages[index];
	if (!stage) return [];
	return [...(stage.parent === undefined ? [] : listAncestors(stages, stage.parent)), stage];
}
