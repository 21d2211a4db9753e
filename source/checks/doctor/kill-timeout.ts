import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {findAddableLitestream} from '../../core/doctor/unreplicated.ts';
import {readSeconds} from '../../core/fly-toml/duration.ts';

/** How long Litestream itself tries to send the last writes. */
const finalSyncSeconds = 30;

export const killTimeout: Rule = {
	id: 'kill-timeout',
	title: 'kill_timeout is too short for a final sync',
	why: "Fly kills the machine after 5 seconds by default. That interrupts Litestream's final sync, and the last writes exist only on the volume.",
	isFixable: true,

	check(facts) {
		const {flyToml, usesLitestream} = facts;
		if (!flyToml || !(usesLitestream || findAddableLitestream(facts))) return [];
		const {kill_timeout: now} = flyToml.config;
		const seconds = now === undefined ? 5 : readSeconds(now);
		const path = ['kill_timeout'];
		if (seconds === undefined) {
			return [
				{
					...reportInToml(flyToml, path, `kill_timeout ${now} is not a duration.`, 'kill_timeout = "60s"'),
					status: 'could-not-tell',
				},
			];
		}

		if (seconds >= finalSyncSeconds) return [];
		const edits = [{path, value: '60s', reason: 'time for a final sync'}];
		const message =
			now === undefined
				? 'kill_timeout is not set, so Fly waits 5 seconds.'
				: `kill_timeout is ${seconds} seconds.`;
		return [reportInToml(flyToml, path, message, 'kill_timeout = "60s"', edits)];
	},
};
