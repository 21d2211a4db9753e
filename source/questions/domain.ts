import {accepted, none, refused} from '../core/answer.ts';
import type {Question} from '../core/questions/question.ts';
import {parseHost} from './parse-host.ts';

export const domain: Question = {
	id: 'domain',
	label: 'domain',
	title: 'Domain',
	why: 'Links in mails, passkeys and LiveView all follow it (PHX_HOST). Changing it later voids the passkeys people have made.',
	example: 'blog.example.com, or none',
	kind: 'text',
	flag: {name: '--domain', value: 'HOST|none', help: 'domain of your own; none for APP.fly.dev'},
	help: 'You make two DNS records at its registrar while the image builds; the certificate follows by itself. With none the app is reached at APP.fly.dev.',
	isAsked: () => true,
	describe: value => (value === none ? 'none, the app is reached at its fly.dev host' : value),

	parse(typed) {
		const text = typed.trim().toLowerCase();
		if (text === '') return refused('Type a host such as blog.example.com, or none for APP.fly.dev.');
		return text === none ? accepted(none) : parseHost(typed);
	},
};
