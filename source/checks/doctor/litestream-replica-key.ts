import type {DoctorFacts} from '../../core/doctor/facts.ts';
import {isOlder} from '../../core/doctor/litestream-pins.ts';
import type {Rule} from '../../core/doctor/rule.ts';

export const litestreamReplicaKey: Rule = {
	id: 'litestream-replica-key',
	title: '`replica:` with Litestream 0.3',
	why: 'Litestream 0.3 knows `replicas:` only. It starts and runs the app, but silently replicates nothing.',

	check(facts) {
		const {litestream, litestreamPins} = facts;
		if (!litestream || !isReplicaIgnored(facts)) return [];
		const version = litestreamPins[0]?.version;
		return litestream.databases
			.filter(({replicas}) => replicas.length > 0 && replicas.every(({isSingular}) => isSingular))
			.map(({replicas, line}) => ({
				status: 'wrong',
				path: litestream.path,
				line: (replicas[0]?.line ?? line) - 1 || line,
				message: `Litestream ${version} ignores replica:, so this database is not replicated.`,
				fix: 'Pin Litestream 0.5.17 in the Dockerfile, which reads it, or write replicas: with one entry.',
			}));
	},
};

/** Returns whether the release in the image ignores every replica. */
export const isReplicaIgnored = ({litestream, litestreamPins}: DoctorFacts): boolean => {
	const version = litestreamPins.find(pin => pin.version !== undefined)?.version;
	return (
		version !== undefined &&
		isOlder(version, '0.5.0') &&
		(litestream?.databases ?? []).some(
			({replicas}) => replicas.length > 0 && replicas.every(({isSingular}) => isSingular),
		)
	);
};
