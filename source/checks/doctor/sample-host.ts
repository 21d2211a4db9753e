import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';

export const sampleHost: Rule = {
	id: 'sample-host',
	title: 'PHX_HOST is still getwisp.net',
	why: 'Email links, the sender address, and passkeys use PHX_HOST, and LiveView rejects every other origin. Visitors cannot sign in on your own domain.',

	check({flyToml}) {
		const host = flyToml?.config.env?.PHX_HOST;
		if (!flyToml || typeof host !== 'string' || !/(?:^|\.)getwisp\.net\.?$/i.test(host.trim())) return [];
		const fix =
			'Set it to the host people use. phxfly setup --domain HOST does that and sets the secret too.';
		return [
			reportInToml(flyToml, ['env', 'PHX_HOST'], `PHX_HOST is ${host}, the sample's placeholder.`, fix),
		];
	},
};
