import {findChecks, hasPlainCheck} from '../../core/fly-toml/plan-edits.ts';
import type {Check} from '../../core/verify/check.ts';

export const health: Check = {
	id: 'health',
	title: 'Health checks pass',
	isNeeded: () => true,

	async check({app, facts, flyTomlPath}, {fly}) {
		const checks = Object.values(await fly.listChecks(app)).flatMap(list => list ?? []);
		if (checks.length === 0) {
			const {config} = facts.flyToml ?? {};
			return config && (findChecks(config).length > 0 || hasPlainCheck(config))
				? {status: 'not-yet', detail: 'Fly lists no result of the health check'}
				: {status: 'could-not-tell', detail: `not checked: ${flyTomlPath} has no health check`};
		}

		const failing = checks.filter(({status}) => status !== 'passing');
		const [first] = failing;
		if (!first) return {status: 'proved', detail: `${checks.length} passing`};
		return {
			status: first.status === 'warning' ? 'not-yet' : 'wrong',
			detail: `${first.name} is ${first.status}: ${first.output.slice(0, 200)}`,
			hint: `fly logs -a ${app}`,
		};
	},
};
