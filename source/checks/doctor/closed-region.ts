import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {closedRegions} from '../../core/fly/catalog.ts';

export const closedRegion: Rule = {
	id: 'closed-region',
	title: 'A region that Fly closed',
	why: 'Fly no longer creates machines or volumes there, so a deploy fails after the image is built.',

	check({flyToml}) {
		const region = flyToml?.config.primary_region;
		const successor = closedRegions.get(region ?? '');
		if (!flyToml || successor === undefined) return [];
		const fix = `primary_region = "${successor}". A volume cannot move. Restore data from ${region} there from its replica.`;
		return [reportInToml(flyToml, ['primary_region'], `${region} is closed; use ${successor} instead.`, fix)];
	},
};
