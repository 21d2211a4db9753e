import type {Workshop} from '../core/command/context.ts';

/** The journal has the app, fly.toml names it, or somebody said that it is to be taken over. */
export const isKnownApp = (
	{evidence, project}: Pick<Workshop, 'evidence' | 'project'>,
	app: string,
	isAdopted: boolean,
): boolean => isAdopted || evidence.isOurApp(app) || project.flyToml?.config.app === app;
