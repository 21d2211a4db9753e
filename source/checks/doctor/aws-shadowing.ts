import type {Rule} from '../../core/doctor/rule.ts';
import {readReplicaSetting} from '../../core/litestream/setting.ts';
import {listUncommented} from '../../core/text/lines.ts';

const pairs = [
	['AWS_ACCESS_KEY_ID', 'LITESTREAM_ACCESS_KEY_ID', 'access-key-id'],
	['AWS_SECRET_ACCESS_KEY', 'LITESTREAM_SECRET_ACCESS_KEY', 'secret-access-key'],
] as const;

export const awsShadowing: Rule = {
	id: 'aws-shadowing',
	title: 'AWS_* wins over LITESTREAM_*',
	why: 'Litestream prefers AWS_*. After a move to other storage it still signs with the old key, and every upload fails while the app keeps running.',

	check({litestream, entrypoint, secrets, flyToml}) {
		if (!litestream) return [];
		const isSet = (name: string) => secrets?.has(name) === true || flyToml?.config.env?.[name] !== undefined;
		const script = listUncommented(entrypoint?.text ?? '')
			.map(({text}) => text)
			.join('\n');
		return litestream.databases.flatMap(({replicas}) =>
			replicas.flatMap(({node, line}) =>
				pairs
					.filter(
						([aws, own, key]) =>
							isSet(aws) && isSet(own) && !readReplicaSetting(node, key) && !isHandled(script, aws),
					)
					.map(([aws, own, key]) => ({
						status: 'wrong' as const,
						path: litestream.path,
						line,
						message: `${aws} and ${own} are both set. Litestream uses ${aws}.`,
						fix: `${key}: \${${own}}`,
					})),
			),
		);
	},
};

const isHandled = (script: string, name: string): boolean =>
	new RegExp(`\\bunset\\b[^\\n]*\\b${name}\\b|\\b${name}=`).test(script);
