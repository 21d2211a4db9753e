import type {Rule} from '../../core/doctor/rule.ts';
import {listCodeLines} from '../../core/project/elixir.ts';

export const entrypointIgnoresArguments: Rule = {
	id: 'entrypoint-ignores-arguments',
	title: 'The entrypoint ignores its arguments',
	why: 'A release_command and the commands of [processes] reach the image as arguments of its ENTRYPOINT. One that ignores them starts the whole app instead: a second writer on the replica.',

	check({flyToml, entrypoint, dockerfile}) {
		const {deploy, processes} = flyToml?.config ?? {};
		const commands = [
			...(deploy?.release_command ? ['release_command'] : []),
			...(Object.keys(processes ?? {}).length > 0 ? ['[processes]'] : []),
		];
		if (!entrypoint || commands.length === 0 || !/^ENTRYPOINT\s/im.test(dockerfile?.starts ?? '')) return [];
		const lines = listCodeLines(entrypoint.text);
		if (lines.some(({text}) => /\$(?:[@*1#]|\{[@*1#])/.test(text))) return [];
		const line = lines.findLast(({text}) => /\bexec\b|bin\/|litestream/.test(text))?.line ?? 1;
		const message = `fly.toml has ${commands.join(' and ')}, and the entrypoint never looks at its arguments.`;
		return [
			{
				status: 'wrong',
				path: entrypoint.path,
				line,
				message,
				fix: 'Run what is asked: if [ $# -gt 0 ]; then exec "$@"; fi, before the app is started.',
			},
		];
	},
};
