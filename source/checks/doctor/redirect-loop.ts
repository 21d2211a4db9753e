import {listForcedSsl} from '../../core/doctor/endpoint.ts';
import type {Problem, Rule} from '../../core/doctor/rule.ts';
import {listLines} from '../../core/text/lines.ts';

export const redirectLoop: Rule = {
	id: 'redirect-loop',
	title: 'force_ssl does not know about the proxy',
	why: "Fly's proxy uses plain HTTP to reach the app. Without rewrite_on every request looks insecure and redirects to itself forever.",
	isFixable: true,

	check: ({elixir, files}) =>
		listForcedSsl(elixir).flatMap(({setting, state, knowsProxy}): readonly Problem[] => {
			const {path, line, value} = setting;
			if (state === 'off' || knowsProxy) return [];
			if (state === 'unclear') {
				const message =
					'force_ssl is not a plain list, so phxfly cannot tell whether it knows about the proxy.';
				return [
					{
						status: 'could-not-tell',
						path,
						line,
						message,
						fix: 'force_ssl: [rewrite_on: [:x_forwarded_proto]]',
					},
				];
			}

			const fix = 'Add rewrite_on: [:x_forwarded_proto] to force_ssl.';
			const finding: Problem = {
				status: 'wrong',
				path,
				line,
				message: 'force_ssl is missing rewrite_on: [:x_forwarded_proto].',
				fix,
			};
			const was = listLines(files.get(path) ?? '')[line - 1]?.text ?? '';
			if (!/\bforce_ssl:\s*\[/.test(was) || /\brewrite_on:/.test(value)) return [finding];
			const becomes = was.replace(
				/\bforce_ssl:\s*\[\s*(?=(\]?))/,
				(whole, isEmpty) => `${whole}rewrite_on: [:x_forwarded_proto]${isEmpty === ']' ? '' : ', '}`,
			);
			return /\[\s*$/.test(was) ? [finding] : [{...finding, edit: {is: 'line', was, becomes}}];
		}),
};
