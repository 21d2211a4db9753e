import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {findMounts} from '../../core/fly-toml/config.ts';

export const deployStrategy: Rule = {
	id: 'deploy-strategy',
	title: 'A strategy that needs a second machine',
	why: 'canary and bluegreen start a second machine. Fly rejects that for an app with a volume, after the image is built.',
	isFixable: true,

	check({flyToml}) {
		const strategy = flyToml?.config.deploy?.strategy;
		if (!flyToml || !strategy || !/^(?:canary|bluegreen)$/.test(strategy)) return [];
		if (findMounts(flyToml.config).length === 0) return [];
		const path = ['deploy', 'strategy'];
		const edits = [{path, value: 'rolling', reason: 'one volume, one machine'}];
		return [
			reportInToml(
				flyToml,
				path,
				`strategy is ${strategy}, but the app has a volume.`,
				'strategy = "rolling"',
				edits,
			),
		];
	},
};
