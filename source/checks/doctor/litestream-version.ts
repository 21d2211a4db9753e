import {isOlder} from '../../core/doctor/litestream-pins.ts';
import type {Problem, Rule} from '../../core/doctor/rule.ts';
import {isReplicaIgnored} from './litestream-replica-key.ts';

/** The first release with SQLite 3.51.3. */
const firstSound = '0.5.17';

export const litestreamVersion: Rule = {
	id: 'litestream-version',
	title: 'Litestream without the WAL reset fix',
	why: `Releases before ${firstSound} include a SQLite version that can corrupt a database when the WAL is reset while two connections use it.`,
	isFixable: true,

	check(facts) {
		const {litestreamPins, dockerfile} = facts;
		if (!dockerfile || isReplicaIgnored(facts)) return [];
		return litestreamPins.flatMap(({line, version, text}): readonly Problem[] => {
			const place = {path: dockerfile.path, line};
			if (version === undefined) {
				const message = 'The Dockerfile installs Litestream, but phxfly cannot read which version.';
				return [{status: 'could-not-tell', ...place, message, fix: `Pin Litestream ${firstSound} or newer.`}];
			}

			if (!isOlder(version, firstSound)) return [];
			const message = `The image installs Litestream ${version}.`;
			if (isOlder(version, '0.5.0')) {
				const fix = `Pin ${firstSound}. Its archives have different names: litestream-${firstSound}-linux-x86_64.tar.gz. It reads replicas of 0.3.`;
				return [{status: 'wrong', ...place, message, fix}];
			}

			const edit = {is: 'line', was: text, becomes: text.replaceAll(version, firstSound)} as const;
			return [{status: 'wrong', ...place, message, fix: `Pin ${firstSound}.`, edit}];
		});
	},
};
