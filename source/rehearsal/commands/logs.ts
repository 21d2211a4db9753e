import type {Command} from '../arguments/invocation.ts';
import {printJson, wantsJson} from '../output/print.ts';
import {look, print, wait} from '../world/effects.ts';
import {findApp, listMachines} from '../world/find.ts';
import {listLogLines} from '../world/log.ts';

const pollMs = 1_000;

/** The last lines; where there are none, and without `--no-tail`, it goes on asking until it is stopped. */
export const logs: Command = function* (context) {
	const {flags, env, app} = context;
	const region = flags.string('region') || env.FLY_REGION || '';
	let shown = 0;
	for (;;) {
		const lines = yield* look(world => {
			findApp(world, app, 'machines');
			return listMachines(world, app)
				.filter(machine => flags.string('machine') === '' || machine.id === flags.string('machine'))
				.filter(machine => region === '' || machine.region === region)
				.flatMap(machine => listLogLines(machine).map(line => ({...line, machine})));
		});
		for (const {timestamp, level, message, machine} of lines.slice(shown)) {
			const meta = {instance: machine.id, region: machine.region, event: {provider: 'app'}};
			if (wantsJson(context)) {
				yield* printJson(context, {
					level,
					instance: machine.id,
					message,
					region: machine.region,
					timestamp,
					meta,
				});
			} else yield* print(`${timestamp} app[${machine.id}] ${machine.region} [${level}] ${message}`);
		}
		shown = lines.length;
		if (flags.bool('no-tail') && shown > 0) return 0;
		yield* wait(pollMs);
	}
};
