import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';

export const sampleHost: Rule = {
	id: 'sample-host',
	title: 'PHX_HOST is still getwisp.net',
	why: 'Links in mails, the sender and passkeys are built from PHX_HOST, and LiveView refuses every other origin: on your own domain nobody signs in.',

	check({flyToml}) {
		const host = flyToml?.config.env?.PHX_HOST;
		if (!flyToml || typeof host !== 'string' || !/(?:^|\.)getwisp\.net\.?$/i.test(host.trim())) return [];
		const fix =
			'Write the host that people use there; phxfly setup --domain HOST does, and sets the secret to the same.';
		return [
			reportInToml(flyToml, ['env', 'PHX_HOST'], `PHX_HOST is ${host}, the placeholder of the sample.`, fix),
		];
	},
};
