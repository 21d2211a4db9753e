import {isOlder} from '../../core/doctor/litestream-pins.ts';
import type {Rule} from '../../core/doctor/rule.ts';

export const litestreamTwoReplicas: Rule = {
	id: 'litestream-two-replicas',
	title: 'Two replicas with Litestream 0.5',
	why: 'Litestream 0.5 supports one replica per database. With more it exits immediately, and the app never starts.',

	check({litestream, litestreamPins}) {
		const version = litestreamPins.find(pin => pin.version !== undefined)?.version;
		if (!litestream || (version !== undefined && isOlder(version, '0.5.0'))) return [];
		return litestream.databases.flatMap(({replicas}) => {
			const second = replicas[1];
			if (!second) return [];
			return [
				{
					status: 'wrong',
					path: litestream.path,
					line: second.line,
					message: `This database has ${replicas.length} replicas.`,
					fix: 'Keep one.',
				},
			];
		});
	},
};
