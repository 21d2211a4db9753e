import type {DoctorFacts} from '../../core/doctor/facts.ts';
import {isExplained, reportInToml} from '../../core/doctor/findings.ts';
import type {Problem, Rule} from '../../core/doctor/rule.ts';
import {findServices} from '../../core/fly-toml/config.ts';
import type {TomlPath} from '../../core/fly-toml/document.ts';

export const autoStop: Rule = {
	id: 'auto-stop',
	title: 'Fly may stop the machine',
	why: 'A stopped machine loses the state of its processes: open LiveViews end. With Litestream, data that is not replicated yet exists only on the volume.',
	isFixable: true,

	check(facts) {
		const {flyToml} = facts;
		if (!flyToml) return [];
		const reason = 'the only machine must stay up';
		return findServices(flyToml.config).flatMap(({path, entry}) => {
			const {auto_stop_machines: stop, min_machines_running: minimum} = entry;
			const [stopPath, minimumPath] = [
				[...path, 'auto_stop_machines'],
				[...path, 'min_machines_running'],
			];
			const isHarmful = harms(facts, isExplained(flyToml, [stopPath, minimumPath]));
			const report = (place: TomlPath, message: string, value: string | number): Problem => {
				const fix = `${place.at(-1)} = ${JSON.stringify(value)}`;
				return isHarmful
					? reportInToml(flyToml, place, message, fix, [{path: place, value, reason}])
					: {...reportInToml(flyToml, place, message, `${fix}, if the app should stay up.`), status: 'hint'};
			};
			const isAwake = stop === undefined || stop === false || stop === 'off';
			return [
				...(isAwake ? [] : [report(stopPath, `auto_stop_machines is ${JSON.stringify(stop)}.`, 'off')]),
				...(minimum === 0 ? [report(minimumPath, 'min_machines_running is 0.', 1)] : []),
			];
		});
	},
};

/** Whether a stopped machine loses something for sure: data that only it has, or open LiveViews, unless that is meant. */
const harms = ({usesLitestream, hasSqlite, liteFs, elixir}: DoctorFacts, isMeant: boolean): boolean =>
	usesLitestream || (!liteFs && (hasSqlite || (!isMeant && elixir?.endpoint.liveSocketPath !== undefined)));
