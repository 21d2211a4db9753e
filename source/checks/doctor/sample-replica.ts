import type {Rule} from '../../core/doctor/rule.ts';
import {listCodeLines} from '../../core/project/elixir.ts';

export const sampleReplica: Rule = {
	id: 'sample-replica',
	title: "The replica is the sample's bucket",
	why: "getwisp-store belongs to Wisp's authors: your key is refused there, or your blog lands in somebody else's bucket.",

	check: ({files}) =>
		[...files]
			.filter(([path]) => /(?:^fly\.toml|[Dd]ockerfile|\.ya?ml|\.sh|config\/.*\.exs)$/.test(path))
			.flatMap(([path, text]) =>
				listCodeLines(text)
					.filter(line => line.text.includes('getwisp-store'))
					.map(({line}) => ({
						status: 'wrong',
						path,
						line,
						message: 'The bucket getwisp-store is the one of the example.',
						fix: 'Name your own bucket; as the secret LITESTREAM_REPLICA_URL it need not be in a file at all.',
					})),
			),
};
