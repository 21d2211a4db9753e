import {accepted, none, type Parsed, refused} from '../core/answer.ts';
import {proposeDefault} from '../core/questions/proposals.ts';
import type {Question} from '../core/questions/question.ts';
import {unwrapPasted} from '../core/text/text.ts';

const consequence = 'no monitor hears of the replica';

export const heartbeat: Question = {
	id: 'heartbeat',
	label: 'heartbeat',
	title: 'Heartbeat URL of a monitor',
	why: 'The ping URL of your monitor, which alerts you when the pings stop. Leave empty to go without.',
	example: 'https://hc-ping.com/…',
	kind: 'secret',
	noneFlag: {name: '--no-heartbeat', help: 'no monitor hears of the replica'},
	environment: 'LITESTREAM_HEARTBEAT_URL',
	help: 'Any monitor that expects a GET request works. Litestream 0.5 sends it every 5 minutes while its syncs succeed, so let the monitor wait for 15. With 0.3, phxfly drill sends it. The URL is a secret: it lets its holder send pings.',
	samples: {
		good: ['https://hc-ping.com/0f1e2d3c-0000-4000-8000-000000000000', 'none', ''],
		bad: ['hc-ping', 'ftp://example.com/a'],
	},
	applies: ({profile}) => profile.hasStorage,
	isOptional: () => true,
	default: () => proposeDefault(none, 'optional'),

	describe(value, {secrets}) {
		if (value === none || value === '') return `none: ${consequence}`;
		const url = secrets.get('heartbeat');
		return url?.ending ? `URL ends in ${url.ending}` : 'URL given';
	},

	parse(typed) {
		const text = typed.trim();
		return text === '' || text.toLowerCase() === none ? accepted(none) : parseUrl(text);
	},
};

/**
Parses the URL of a monitor. Strict, since Litestream 0.5 does not start with one that it or YAML cannot read. Messages never repeat the
input; a suggestion does, so show it only in the masked field.
*/
function parseUrl(text: string): Parsed<string> {
	const bare = unwrapPasted(text);
	if (bare !== undefined) {
		const rest = parseUrl(bare);
		return rest.ok ? refused('The heartbeat URL includes quotes or a name.', bare) : rest;
	}

	if (/[^!-~]|["'`\\$#]|:$/.test(text))
		return refused('The heartbeat URL contains characters that a URL does not have. Copy it again.');
	if (!/^https?:\/\//.test(text) || !URL.canParse(text))
		return refused('Enter a whole URL that starts with https://.');
	return accepted(
		text,
		text.startsWith('http:') ? 'http:// sends the heartbeat URL unencrypted.' : undefined,
	);
}
