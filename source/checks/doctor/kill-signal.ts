import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';

export const killSignal: Rule = {
	id: 'kill-signal',
	title: 'kill_signal is not SIGTERM',
	why: 'Fly sends SIGINT unless told otherwise; the BEAM shuts down in order on SIGTERM, and only after an orderly end does Litestream send what is left.',
	isFixable: true,

	check({flyToml, usesLitestream}) {
		if (!flyToml || !usesLitestream || flyToml.config.kill_signal === 'SIGTERM') return [];
		const {kill_signal: now} = flyToml.config;
		const edits = [
			{
				path: ['kill_signal'],
				value: 'SIGTERM',
				reason: 'the signal on which the release shuts down in order',
			},
		];
		const message =
			now === undefined ? 'kill_signal is not set, so Fly sends SIGINT.' : `kill_signal is ${now}.`;
		return [reportInToml(flyToml, ['kill_signal'], message, 'kill_signal = "SIGTERM"', edits)];
	},
};
