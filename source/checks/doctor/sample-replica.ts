import type {Rule} from '../../core/doctor/rule.ts';
import {listUncommented} from '../../core/text/lines.ts';

export const sampleReplica: Rule = {
	id: 'sample-replica',
	title: "The replica is the sample's bucket",
	why: "getwisp-store belongs to Wisp's authors. The bucket rejects your key, or your blog ends up in a bucket that is not yours.",

	check: ({files}) =>
		[...files]
			.filter(([path]) => /(?:^fly\.toml|[Dd]ockerfile|\.ya?ml|\.sh|config\/.*\.exs)$/.test(path))
			.flatMap(([path, text]) =>
				listUncommented(text)
					.filter(line => line.text.includes('getwisp-store'))
					.map(({line}) => ({
						status: 'wrong',
						path,
						line,
						message: 'The bucket getwisp-store comes from the sample.',
						fix: 'Use your own bucket. Set it as the secret LITESTREAM_REPLICA_URL to keep it out of the file.',
					})),
			),
};
