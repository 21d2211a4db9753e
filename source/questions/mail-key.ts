import {accepted, none, type Parsed, readAnswer} from '../core/answer.ts';
import {judgeMailKey, resendDomains} from '../core/domain/mail.ts';
import type {AnswerState, Question} from '../core/questions/question.ts';
import {parseKey} from './key.ts';

const consequence = 'without a mail key, sign-in emails are not delivered';

export const mailKey: Question = {
	id: 'mail-key',
	label: 'mail',
	title: 'Resend API key',
	why: 'Resend API key that lets the app email sign-in links. Leave empty to skip; sign-in emails will not be delivered.',
	example: 're_…',
	kind: 'secret',
	noneFlag: {name: '--no-mail', help: 'skip mail; sign-in emails will not be delivered'},
	environment: 'RESEND_API_KEY',
	help: 'At resend.com: API Keys, Create API Key, with sending access. Resend shows the key once. Also verify your domain there, since the sender is no-reply@DOMAIN.',
	page: 'https://resend.com/api-keys',
	fixes: ['mail-key-refused'],
	samples: {good: ['re_0123456789abcdefghijklmn', 'none'], bad: ['re_ 1']},
	applies: ({profile}) => profile.asksMail,
	without: () => `${consequence[0]?.toUpperCase()}${consequence.slice(1)}.`,

	describe(value, {secrets}) {
		const key = secrets.get('mail-key');
		if (value === none || (value === '' && key === undefined)) return `none: ${consequence}`;
		return key?.ending ? `Resend, key ends in ${key.ending}` : 'Resend';
	},

	parse(typed, state) {
		const text = typed.trim().toLowerCase();
		return text === '' || text === none
			? accepted(none, `${consequence[0]?.toUpperCase()}${consequence.slice(1)}.`)
			: parseResendKey(typed, state);
	},

	async check(value, _, {net}) {
		if (value === none) return undefined;
		const headers = {authorization: `Bearer ${value}`};
		const answer = await net.request({method: 'GET', url: resendDomains, headers});
		return judgeMailKey(answer) === 'refused'
			? 'Resend does not recognize this key. Copy it again, or create one at https://resend.com/api-keys.'
			: undefined;
	},
};

function parseResendKey(typed: string, {answers}: AnswerState): Parsed<string> {
	const key = parseKey(typed, 'The Resend key');
	if (!key.ok) return key;

	const notes = [
		key.note,
		/^re_\w{20,}$/.test(key.value)
			? undefined
			: 'Resend keys usually start with re_; this one looks different.',
		answers.has('domain') && readAnswer(answers, 'domain') === undefined
			? 'Resend cannot send from a fly.dev host. Set a domain to send email.'
			: undefined,
	].filter(note => note !== undefined);
	return accepted(key.value, notes.length === 0 ? undefined : notes.join(' '));
}
