import {toPlainPatch, toPlainText} from '../text/text.ts';
import {listSecretForms} from './forms.ts';
import type {Secret} from './secret.ts';

export type Redactor = {
	add(secret: Secret): void;
	/**
	Returns the text with every known secret value replaced by its name, also where it is encoded. Tabs and line ends stay.

	@param text - As it arrived: a cleaned one may have lost a part of a value, and the rest would be shown.
	*/
	redact(text: string): string;
	/** Does the same, and returns plain text that is safe to show. */
	clean(text: string): string;
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
	/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]|\p{Surrogate}|\r(?!\n)/u;

type Span = {readonly at: number; readonly end: number; readonly form: string};

/** Creates a redactor that knows no secret yet. */
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

	const hide = (text: string): string => {
		let [redacted, from] = ['', 0];
		for (let span = findSpan(text, 0); span; span = findSpan(text, from)) {
			redacted += `${text.slice(from, span.at)}${names.get(span.form) ?? '[secret]'}`;
			from = span.end;
		}

		return redacted + text.slice(from);
	};

	/** Hides values twice: what cleaning would cut out of them, and what is in the middle of one until it is cleaned. */
	const hideIn = (text: string, clean: (text: string) => string): string => {
		const redacted = hide(text);
		const cleaned = clean(redacted);
		return cleaned === redacted ? cleaned : hide(cleaned);
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
				if (form.length < shortestWorthHiding) continue;
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

		redact: text => hideIn(text, shown => (hidden.test(shown) ? toPlainPatch(shown) : shown)),

		clean: text => hideIn(text, toPlainText),

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
