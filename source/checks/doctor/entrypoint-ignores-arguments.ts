import type {Rule} from '../../core/doctor/rule.ts';
import {listUncommented} from '../../core/text/lines.ts';

export const entrypointIgnoresArguments: Rule = {
	id: 'entrypoint-ignores-arguments',
	title: 'The entrypoint ignores its arguments',
	why: 'Fly passes a release_command and the commands of [processes] to the ENTRYPOINT as arguments. An entrypoint that ignores them starts the whole app instead, which then writes to the replica as well.',

	check({flyToml, flyTomlPath, entrypoint, dockerfile}) {
		const {deploy, processes} = flyToml?.config ?? {};
		const commands = [
			...(deploy?.release_command ? ['release_command'] : []),
			...(Object.keys(processes ?? {}).length > 0 ? ['[processes]'] : []),
		];
		if (!entrypoint || commands.length === 0 || !/^ENTRYPOINT\s/im.test(dockerfile?.starts ?? '')) return [];
		const lines = listUncommented(entrypoint.text);
		if (lines.some(({text}) => /\$(?:[@*1#]|\{[@*1#])/.test(text))) return [];
		const line = lines.findLast(({text}) => /\bexec\b|bin\/|litestream/.test(text))?.line ?? 1;
		const message = `${flyTomlPath} has ${commands.join(' and ')}, but the entrypoint ignores its arguments.`;
		return [
			{
				status: 'wrong',
				path: entrypoint.path,
				line,
				message,
				fix: 'Add if [ $# -gt 0 ]; then exec "$@"; fi before the line that starts the app.',
			},
		];
	},
};
