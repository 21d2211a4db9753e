import {proposeFromFlyToml, readNamedApp} from '../core/questions/proposals.ts';
import type {Question} from '../core/questions/question.ts';
import {parseAppName} from './parse-app-name.ts';

export const app: Question = {
	id: 'app',
	label: 'app',
	title: 'Name of the app',
	why: 'It becomes NAME.fly.dev, so no other app on Fly.io may have it. It cannot be changed later.',
	example: 'blog-1',
	kind: 'text',
	flag: {name: '--app', value: 'NAME', help: 'name of the app on Fly.io'},
	help: 'Lower case letters, digits and dashes, at most 63 characters. Whether the name is free only shows when the app is created.',
	isAsked: () => true,

	propose({project}) {
		const name = readNamedApp(project);
		return name !== undefined && parseAppName(name).ok ? proposeFromFlyToml(name) : undefined;
	},

	suggest({project}) {
		const named = readNamedApp(project);
		const parsed = parseAppName(named ?? project.appName);
		const value = parsed.ok ? parsed.value : parsed.offer;
		return value === undefined
			? undefined
			: {value, because: `the name in ${named ? 'fly.toml' : 'mix.exs'}`};
	},

	parse: parseAppName,
};
