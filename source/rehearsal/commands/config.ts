import type {Command} from '../arguments/invocation.ts';
import {loadAppConfig} from '../config/load.ts';
import {findUnknownKeys, noConfiguration, printValidation} from '../config/problems.ts';
import {buildDefinition} from '../deploy/machine-config.ts';
import {formatReleasedConfig} from '../output/machine.ts';
import {FlyError, look, print} from '../world/effects.ts';
import {findApp, listReleases} from '../world/find.ts';

/** Checks the local file without calling Fly. */
export const configValidate: Command = function* (context) {
	const config = loadAppConfig(context, context.flags);
	if (!config) {
		const release = yield* look(world => {
			findApp(world, context.app);
			return listReleases(world, context.app)[0];
		});
		if (!release) throw new FlyError(noConfiguration);
		yield* print('Validating released configuration\n\u001B[32m✓\u001B[0m Configuration is valid\n');
		return 0;
	}
	yield* printValidation(config);
	if (context.flags.bool('strict')) {
		const unknown = findUnknownKeys(config.tree);
		if (unknown.length > 0) {
			yield* print('\nUnrecognized sections or keys:');
			for (const [section, keys] of unknown) {
				yield* print(`  ${section === '' ? 'top level' : `[${section}]`}: ${keys.join(', ')}`);
			}
			throw new FlyError('strict validation failed');
		}
	}
	yield* print();
	return 0;
};

/** The released configuration, or the local one with `--local`; always JSON here. */
export const configShow: Command = function* (context) {
	if (context.flags.bool('local')) {
		const config = loadAppConfig(context, context.flags);
		if (!config) throw new FlyError('no local configuration file found');
		yield* print(formatReleasedConfig(buildDefinition(config, config.primaryRegion)));
		return 0;
	}
	const release = yield* look(world => {
		findApp(world, context.app);
		return listReleases(world, context.app)[0];
	});
	if (!release) throw new FlyError(noConfiguration);
	yield* print(formatReleasedConfig(release.config));
	return 0;
};
