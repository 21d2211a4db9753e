import {domainToASCII} from 'node:url';
import {accepted, none, type Parsed, readAnswer, refused} from '../core/answer.ts';
import {proposeFromFlyToml} from '../core/questions/proposals.ts';
import type {Question} from '../core/questions/question.ts';

const label = /^(?!-)[a-z\d-]{1,63}(?<!-)$/;

const addressV4 = /^\d+(?:\.\d+){3}$/;

/** Names that only work inside one network, so no certificate authority issues certificates for them. */
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
Parses a public host name and returns it as browsers send it: lowercase, punycode, no trailing dot.

Phoenix compares the `Origin` header with it character by character.
*/
function parseHost(typed: string): Parsed<string> {
	const text = typed.trim();
	const bare = stripUrl(text);
	if (bare !== text) {
		const host = readHost(bare);
		return refused('Enter only the host, without scheme, port, or path.', host.ok ? host.value : undefined);
	}

	const host = readHost(text);
	if (!host.ok || host.value === text) return host;
	return accepted(host.value, `Read as ${host.value}.`);
}

/** Returns the part between `https://user@` and `:443/path?query`. */
const stripUrl = (text: string): string =>
	text
		.replace(/^(?:[a-z][a-z\d+.-]*:)?\/\/(?:[^/?#@]*@)?/i, '')
		.replace(/[/?#\\].*$/s, '')
		.replace(/^([^:]*):\d*$/, '$1');

function readHost(text: string): Parsed<string> {
	if (text.includes('@'))
		return refused('This is an email address. Enter a host name such as blog.example.com.');
	if (text.startsWith('*.')) {
		const rest = readHost(text.slice(2));
		return refused('Enter one host, not a wildcard.', rest.ok ? rest.value : undefined);
	}

	if (/[[\]]|:.*:/.test(text))
		return refused('Enter a host name such as blog.example.com, not an IP address.');

	// Rejects percent signs, which URL would decode, and underscores, which certificates do not allow.
	const host = /[%_]/.test(text) ? '' : domainToASCII(text).replace(/\.$/, '');
	if (addressV4.test(host)) return refused('Enter a host name such as blog.example.com, not an IP address.');

	const labels = host.split('.');
	if (host.length > 253 || !labels.every(part => label.test(part))) {
		return refused('Host names use letters, digits, dashes, and dots, for example blog.example.com.');
	}

	return readReachable(host, labels);
}

function readReachable(host: string, labels: readonly string[]): Parsed<string> {
	if (privateEndings.has(labels.at(-1) ?? '')) {
		return refused('This name only works inside one network, so it cannot get a certificate.');
	}

	if (labels.length === 1) return refused('Enter the full host name, for example blog.example.com.');
	if (host === 'fly.dev' || host.endsWith('.fly.dev')) {
		return refused('The app gets a fly.dev host automatically. Enter your own domain, or none.', 'none');
	}

	return accepted(host);
}

/** The host of the sample that every copy of it begins with. */
const sampleHost = /(?:^|\.)getwisp\.net\.?$/i;

export const domain: Question = {
	id: 'domain',
	label: 'domain',
	title: 'Domain',
	why: 'Your own domain. Email links, passkeys, and LiveView use it (PHX_HOST). Leave empty to use the fly.dev address.',
	example: 'blog.example.com',
	kind: 'text',
	flag: {name: '--domain', value: 'HOST|none', help: 'your own domain; none for APP.fly.dev'},
	help: 'You add two DNS records while the image builds; Fly then issues the certificate. Changing the domain later invalidates existing passkeys.',
	fixes: ['host-on-another-app', 'host-refused'],
	samples: {good: ['blog.example.com', 'none'], bad: ['localhost']},
	applies: () => true,
	without: ({answers}) =>
		`Without a domain, the site is at ${readAnswer(answers, 'app') ?? 'APP'}.fly.dev. Passkeys made there stop working if you add a domain later.`,
	describe: value => (value === none ? 'none, the app uses its fly.dev host' : value),

	default({facts}) {
		const host = facts.flyToml?.config.env?.PHX_HOST;
		if (typeof host !== 'string' || sampleHost.test(host)) return undefined;
		const parsed = parseHost(host);
		return parsed.ok ? proposeFromFlyToml(parsed.value, facts) : undefined;
	},

	parse(typed) {
		const text = typed.trim().toLowerCase();
		if (text === '') return refused('Enter a host name such as blog.example.com, or none for APP.fly.dev.');
		return text === none ? accepted(none) : parseHost(typed);
	},
};
