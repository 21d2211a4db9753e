import {toPlainText} from '../text/text.ts';
import type {Secret} from './secret.ts';

export type Redactor = {
	add(secret: Secret): void;
	/**
	Returns the text with every known secret value replaced by its name, also where it is encoded.
	Escape sequences are removed first, since one in the middle of a value would hide it from phxfly but not from a person.
	*/
	redact(text: string): string;
	/**
	Returns where an unfinished text can be cut so that no known value is cut in two.

	@param at - Where it would be cut.
	@returns `at`, an earlier place, or a later one when the text begins with a value; 0 while more of it must be seen.
	*/
	findCut(text: string, at: number): number;
};

/** A shorter value is not a secret, and hiding it would hide half of every text. Every form is at least this long. */
const shortestWorthHiding = 4;

const hidden =
	/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/;

type Span = {readonly at: number; readonly end: number; readonly form: string};

export function createRedactor(): Redactor {
	const names = new Map<string, string>();
	/** Forms by their first characters, the longest first. */
	const forms = new Map<string, readonly string[]>();
	/** Matches only the first characters: with whole forms the pattern would be too long for V8 to run it fast. */
	let anyHead = /(?!)/g;
	let longest = 0;

	const headAt = (text: string, at: number) => text.slice(at, at + shortestWorthHiding);

	const findForm = (text: string, from: number): Span | undefined => {
		anyHead.lastIndex = from;
		for (let match = anyHead.exec(text); match; match = anyHead.exec(text)) {
			const at = match.index;
			const form = forms.get(match[0])?.find(each => text.startsWith(each, at));
			if (form !== undefined) return {at, end: at + form.length, form};
			anyHead.lastIndex = at + 1;
		}

		return undefined;
	};

	/** Covers values that overlap as one span, so that not even the end of the shorter one is shown. */
	const findSpan = (text: string, from: number): Span | undefined => {
		let span = findForm(text, from);
		for (let next = span; span && next && next.at < span.end; next = findForm(text, next.at + 1)) {
			if (next.end <= span.end) continue;
			span = {at: span.at, end: next.end, form: next.form.length > span.form.length ? next.form : span.form};
		}

		return span;
	};

	/** Finds the first place before `cut` where a form begins, or may begin, that extends past it. */
	const findReaching = (text: string, cut: number): number | undefined => {
		for (let at = Math.max(0, cut - longest + 1); at < cut; at++) {
			const head = headAt(text, at);
			const begun = head.length < shortestWorthHiding ? [...names.keys()] : (forms.get(head) ?? []);
			for (const form of begun) {
				if (at + form.length > cut && form.startsWith(text.slice(at, at + form.length))) return at;
			}
		}

		return undefined;
	};

	return {
		add(secret) {
			const value = secret.reveal();
			if (value.length < shortestWorthHiding) return;
			for (const form of listSecretForms(value)) {
				const head = headAt(form, 0);
				const siblings = forms.get(head) ?? [];
				if (!names.has(form))
					forms.set(
						head,
						[...siblings, form].sort((a, b) => b.length - a.length),
					);
				names.set(form, `[${secret.name}]`);
				longest = Math.max(longest, form.length);
			}

			anyHead = new RegExp([...forms.keys()].map(escapeForPattern).join('|'), 'g');
		},

		redact(text) {
			const clean = hidden.test(text) ? toPlainText(text) : text;
			let [redacted, from] = ['', 0];
			for (let span = findSpan(clean, 0); span; span = findSpan(clean, from)) {
				redacted += `${clean.slice(from, span.at)}${names.get(span.form) ?? '[secret]'}`;
				from = span.end;
			}

			return redacted + clean.slice(from);
		},

		findCut(text, at) {
			let cut = at;
			let reaching = findReaching(text, cut);
			while (reaching !== undefined) {
				cut = reaching;
				reaching = findReaching(text, cut);
			}

			if (cut > 0) return cut;
			const first = findSpan(text, 0);
			const end = first?.at === 0 ? first.end : 0;
			const isSettled = text.length > at + 2 * longest || findReaching(text, end) === undefined;
			return end > at && isSettled ? end : 0;
		},
	};
}

const escapeForPattern = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** A match this long in a longer base64 or hex text is not a coincidence. Characters. */
const shortestPart = 8;

/**
Lists the forms in which other programs may print a value: as it is, line by line, in a URL, in JSON as JavaScript and
as Go write it, in hex, and in base64, also where the value is only a part of what was encoded.
*/
function listSecretForms(value: string): ReadonlySet<string> {
	const bytes = Buffer.from(value);
	// Half a character has no UTF-8 form, which the other encodings need.
	const text = bytes.toString();
	const json = JSON.stringify(value).slice(1, -1);
	return new Set([
		value,
		...value.split(/\r?\n/).filter(line => line.length >= shortestPart),
		...listUrlForms(text),
		json,
		json.replace(/[<>&\u2028\u2029]/g, escapeLikeGo),
		bytes.toString('hex'),
		bytes.toString('hex').toUpperCase(),
		...listBase64Forms(bytes),
	]);
}

const escapeLikeGo = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

function listUrlForms(text: string): readonly string[] {
	const plain = encodeURIComponent(text);
	const strict = plain.replace(
		/[!'()*]/g,
		character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
	);
	const forms = [
		plain,
		strict,
		strict.replaceAll('%20', '+'),
		strict.replaceAll('%2F', '/'),
		encodeURI(text),
	];
	return forms.flatMap(form => [form, form.replace(/%[\dA-F]{2}/g, code => code.toLowerCase())]);
}

/** Three bytes make four characters, so a value inside a longer text has three forms, whose ends also encode its neighbors. */
function listBase64Forms(bytes: Buffer): readonly string[] {
	const parts = [0, 1, 2].map(offset => {
		const first = Math.ceil((offset * 8) / 6);
		const end = Math.floor(((offset + bytes.length) * 8) / 6);
		return Buffer.concat([Buffer.alloc(offset), bytes])
			.toString('base64')
			.slice(first, end);
	});
	const forms = [bytes.toString('base64'), ...parts.filter(part => part.length >= shortestPart)];
	return forms.flatMap(form => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}
