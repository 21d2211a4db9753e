import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {findServices} from '../../core/fly-toml/config.ts';
import {findChecks, hasPlainCheck, planServiceEdits} from '../../core/fly-toml/plan-edits.ts';

export const noHealthCheck: Rule = {
	id: 'no-health-check',
	title: 'No health check',
	why: 'Without one Fly considers a machine healthy as soon as it starts, so a deploy succeeds even if the app does not respond.',
	isFixable: true,

	check({flyToml, healthPath}) {
		if (!flyToml) return [];
		const {config} = flyToml;
		const [service] = findServices(config);
		if (!service || findChecks(config).length > 0 || hasPlainCheck(config)) return [];
		const message = `${flyToml.path} has no health check.`;
		if (healthPath === undefined) {
			const fix =
				'Add a check of a path that answers 200 without a login, with the header X-Forwarded-Proto = "https".';
			return [reportInToml(flyToml, service.path, message, fix)];
		}

		const edits = planServiceEdits(config, {healthPath}).filter(
			edit => 'addTable' in edit && edit.addTable.path.some(key => /checks$/.test(String(key))),
		);
		const fix = `Add a check of ${healthPath} with the header X-Forwarded-Proto = "https".`;
		return [reportInToml(flyToml, service.path, message, fix, edits)];
	},
};
