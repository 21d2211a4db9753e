import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {findServices} from '../../core/fly-toml/config.ts';

export const autoStop: Rule = {
	id: 'auto-stop',
	title: 'Fly may stop the machine',
	why: 'A stopped machine streams no WAL and loses the state of its processes. Open LiveViews end, and unreplicated data exists only on the volume.',
	isFixable: true,

	check({flyToml}) {
		if (!flyToml) return [];
		return findServices(flyToml.config).flatMap(({path, entry}) => {
			const {auto_stop_machines: stop, min_machines_running: minimum} = entry;
			const isAwake = stop === undefined || stop === false || stop === 'off';
			const reason = 'the only machine must stay up';
			const [stopPath, minimumPath] = [
				[...path, 'auto_stop_machines'],
				[...path, 'min_machines_running'],
			];
			return [
				...(isAwake
					? []
					: [
							reportInToml(
								flyToml,
								stopPath,
								`auto_stop_machines is ${JSON.stringify(stop)}.`,
								'auto_stop_machines = "off"',
								[{path: stopPath, value: 'off', reason}],
							),
						]),
				...(minimum === 0
					? [
							reportInToml(flyToml, minimumPath, 'min_machines_running is 0.', 'min_machines_running = 1', [
								{path: minimumPath, value: 1, reason},
							]),
						]
					: []),
			];
		});
	},
};
