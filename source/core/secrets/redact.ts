import {createFindAny} from '../find-any.ts';
import {listSecretForms} from '../list-secret-forms.ts';
import type {Secret} from '../secret.ts';
import {toPlainText} from '../text/text.ts';

export type Redactor = {
	add(secret: Secret): void;
	/**
	The text with every known secret value replaced by its name, also where it stands encoded.
	Escape sequences go first, since one in the middle of a value would hide it from us and not from a person.
	*/
	redact(text: string): string;
	/**
	Where a text that goes on can be cut so that no known value is cut in two.

	@param at - Where it would be cut.
	@returns That place, one before it, or one after it when the text begins with a value; 0 while more of it must be seen.
	*/
	findCut(text: string, at: number): number;
};

const shortestWorthHiding = 4;
const hidden =
	/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/;

export function createRedactor(): Redactor {
	const names = new Map<string, string>();
	const forms = createFindAny();

	/** Of values that overlap nothing is shown, not even the end of the shorter one. */
	const spanFrom = (
		text: string,
		at: number,
		first: string,
	): {readonly form: string; readonly end: number} => {
		let [form, end] = [first, at + first.length];
		for (let inside = at + 1; inside < end; inside++) {
			const other = forms.wordAt(text, inside);
			if (other === undefined || inside + other.length <= end) continue;
			end = inside + other.length;
			if (other.length > form.length) form = other;
		}

		return {form, end};
	};

	/** The first place before `cut` where a form begins, or may begin, that reaches over it. */
	const findReaching = (text: string, cut: number): number | undefined => {
		for (let at = Math.max(0, cut - forms.longest() + 1); at < cut; at++) {
			for (const form of forms.wordsAt(text, at)) {
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
				names.set(form, `[${secret.name}]`);
				forms.add(form);
			}
		},

		redact(text) {
			const clean = hidden.test(text) ? toPlainText(text) : text;
			let [redacted, from] = ['', 0];
			let at = forms.findCandidate(clean, 0);
			while (at !== -1) {
				const found = forms.wordAt(clean, at);
				if (found === undefined) {
					at = forms.findCandidate(clean, at + 1);
					continue;
				}

				const {form, end} = spanFrom(clean, at, found);
				redacted += `${clean.slice(from, at)}${names.get(form) ?? '[secret]'}`;
				from = end;
				at = forms.findCandidate(clean, end);
			}

			return from === 0 ? clean : redacted + clean.slice(from);
		},

		findCut(text, at) {
			let cut = at;
			let reaching = findReaching(text, cut);
			while (reaching !== undefined) {
				cut = reaching;
				reaching = findReaching(text, cut);
			}

			if (cut > 0) return cut;
			const first = forms.wordAt(text, 0);
			const end = first === undefined ? 0 : spanFrom(text, 0, first).end;
			const isSettled = text.length > at + 2 * forms.longest() || findReaching(text, end) === undefined;
			return end > at && isSettled ? end : 0;
		},
	};
}
