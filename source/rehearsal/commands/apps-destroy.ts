import type {Command} from '../arguments/invocation.ts';
import {confirm} from '../confirm.ts';
import {change, FlyError, look, print, wait} from '../world/effects.ts';
import {findApp} from '../world/find.ts';

/** Destroys the app and all it has, but not its bucket. */
export const appsDestroy: Command = function* (context) {
	if (context.args.length === 0)
		throw new FlyError('app name argument must be specified when not running interactively');
	for (const name of context.args) {
		const isSure = yield* confirm(context, `Destroy app ${name}?`, 'Destroying an app is not reversible.');
		if (!isSure) return 0;
		yield* look(world => findApp(world, name));
		yield* wait(1_000);
		yield* change(world => {
			findApp(world, name);
			const others = <T extends {app: string}>(entries: readonly T[]) =>
				entries.filter(({app}) => app !== name);
			world.apps = others(world.apps);
			world.volumes = others(world.volumes);
			world.secrets = others(world.secrets);
			world.certificates = others(world.certificates);
			world.addresses = others(world.addresses);
			world.machines = others(world.machines);
			world.releases = others(world.releases);
			for (const bucket of world.buckets) if (bucket.app === name) delete bucket.app;
		});
		yield* wait(500);
		yield* print(`Destroyed app ${name}`);
	}
	return 0;
};
