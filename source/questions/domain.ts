import {domainToASCII} from 'node:url';
import {accepted, none, type Parsed, refused} from '../core/answer.ts';
import type {Question} from '../core/questions/question.ts';

const label = /^(?!-)[a-z\d-]{1,63}(?<!-)$/;

const addressV4 = /^\d+(?:\.\d+){3}$/;

/** Names that mean something only inside one network, so that nobody issues a certificate for them. */
const privateEndings = new Set([
	'arpa',
	'example',
	'internal',
	'invalid',
	'lan',
	'local',
	'localhost',
	'onion',
	'test',
]);

/**
Reads a host name people can reach, and gives it as browsers send it: lower case, punycode, no trailing dot.

Phoenix compares the `Origin` header with it character by character.
*/
function parseHost(typed: string): Parsed<string> {
	const text = typed.trim();
	const bare = stripUrl(text);
	if (bare !== text) {
		const host = readHost(bare);
		return refused('Type only the host, without scheme, port or path.', host.ok ? host.value : undefined);
	}

	const host = readHost(text);
	if (!host.ok || host.value === text) return host;
	return accepted(host.value, `Read as ${host.value}.`);
}

/** What stands between `https://user@` and `:443/path?query`. */
const stripUrl = (text: string): string =>
	text
		.replace(/^(?:[a-z][a-z\d+.-]*:)?\/\/(?:[^/?#@]*@)?/i, '')
		.replace(/[/?#\\].*$/s, '')
		.replace(/^([^:]*):\d*$/, '$1');

function readHost(text: string): Parsed<string> {
	if (text.includes('@')) return refused('That is an e-mail address; type a host such as blog.example.com.');
	if (text.startsWith('*.')) {
		const rest = readHost(text.slice(2));
		return refused('The app needs one host, not a wildcard.', rest.ok ? rest.value : undefined);
	}

	if (/[[\]]|:.*:/.test(text)) return refused('That is an address; type a host such as blog.example.com.');

	// A percent sign would be decoded, and an underscore kept, though no certificate is issued for one.
	const host = /[%_]/.test(text) ? '' : domainToASCII(text).replace(/\.$/, '');
	if (addressV4.test(host)) return refused('That is an address; type a host such as blog.example.com.');

	const labels = host.split('.');
	if (host.length > 253 || !labels.every(part => label.test(part))) {
		return refused('A host holds letters, digits, dashes and dots, for example blog.example.com.');
	}

	return readReachable(host, labels);
}

function readReachable(host: string, labels: readonly string[]): Parsed<string> {
	if (privateEndings.has(labels.at(-1) ?? '')) {
		return refused('That name works only inside one network, so no certificate is issued for it.');
	}

	if (labels.length === 1)
		return refused('That is only one part of a host; type it whole, for example blog.example.com.');
	if (host === 'fly.dev' || host.endsWith('.fly.dev')) {
		return refused(
			'The app gets its own fly.dev host by itself; a domain of your own is asked for here, or none.',
			'none',
		);
	}

	return accepted(host);
}

export const domain: Question = {
	id: 'domain',
	label: 'domain',
	title: 'Domain',
	why: 'Links in mails, passkeys and LiveView all follow it (PHX_HOST). Changing it later voids the passkeys people have made.',
	example: 'blog.example.com, or none',
	kind: 'text',
	flag: {name: '--domain', value: 'HOST|none', help: 'domain of your own; none for APP.fly.dev'},
	help: 'You make two DNS records at its registrar while the image builds; the certificate follows by itself. With none the app is reached at APP.fly.dev.',
	fixes: ['host-on-another-app', 'host-refused'],
	samples: {good: ['blog.example.com', 'none'], bad: ['localhost']},
	applies: () => true,
	describe: value => (value === none ? 'none, the app is reached at its fly.dev host' : value),

	parse(typed) {
		const text = typed.trim().toLowerCase();
		if (text === '') return refused('Type a host such as blog.example.com, or none for APP.fly.dev.');
		return text === none ? accepted(none) : parseHost(typed);
	},
};
