import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';

export const killSignal: Rule = {
	id: 'kill-signal',
	title: 'kill_signal is not SIGTERM',
	why: 'Fly sends SIGINT by default. The BEAM shuts down cleanly on SIGTERM, and Litestream sends its last writes only after a clean shutdown.',
	isFixable: true,

	check({flyToml, usesLitestream}) {
		if (!flyToml) return [];
		const {kill_signal: now} = flyToml.config;
		// Without Litestream only a wrong signal that was chosen is worth a word.
		if (now === 'SIGTERM' || (now === undefined && !usesLitestream)) return [];
		const edits = [
			{
				path: ['kill_signal'],
				value: 'SIGTERM',
				reason: 'the signal for a clean shutdown',
			},
		];
		const message =
			now === undefined ? 'kill_signal is not set, so Fly sends SIGINT.' : `kill_signal is ${now}.`;
		return [reportInToml(flyToml, ['kill_signal'], message, 'kill_signal = "SIGTERM"', edits)];
	},
};
