import {toPlainText} from '../text/text.ts';
import type {Secret} from './secret.ts';

type FindAny = {
	add(word: string): void;
	/** The first place from `from` on where one of the words may begin, or -1; most of a text is passed over unread. */
	findCandidate(text: string, from: number): number;
	/** The words that begin with the two characters at this place, longest first. */
	wordsAt(text: string, at: number): readonly string[];
	/** The longest of the words that stands at this place. */
	wordAt(text: string, at: number): string | undefined;
	readonly longest: () => number;
};

const none: readonly string[] = [];

const mostSkipped = 255;

/**
Looks for many words at once, by the algorithm of Wu and Manber: two characters tell how far the next word is at least.
Words have two characters or more.
*/
function createFindAny(): FindAny {
	const words = new Map<number, string[]>();
	const skips = new Uint8Array(65_536);
	/** 0 while there is no word. */
	let shortest = 0;
	let longest = 0;

	const keyOf = (text: string, at: number) => text.charCodeAt(at) * 65_536 + text.charCodeAt(at + 1);
	/** Of the low bytes alone, which is enough to pass over text. */
	const hash = (text: string, at: number) =>
		((text.charCodeAt(at) & 255) << 8) | (text.charCodeAt(at + 1) & 255);

	const learn = (word: string) => {
		for (let at = 0; at + 2 <= shortest; at++) {
			const pair = hash(word, at);
			skips[pair] = Math.min(skips[pair] ?? 0, shortest - 2 - at);
		}
	};

	const wordsAt = (text: string, at: number) => words.get(keyOf(text, at)) ?? none;

	return {
		add(word) {
			const key = keyOf(word, 0);
			const siblings = words.get(key) ?? [];
			if (siblings.includes(word)) return;
			words.set(
				key,
				[...siblings, word].sort((a, b) => b.length - a.length),
			);
			longest = Math.max(longest, word.length);
			if (shortest > 0 && word.length >= shortest) {
				learn(word);
				return;
			}

			shortest = Math.min(word.length, mostSkipped);
			skips.fill(shortest - 1);
			for (const known of [...words.values()].flat()) learn(known);
		},
		findCandidate(text, from) {
			if (shortest === 0) return -1;
			const last = text.length - 2;
			for (let at = from + shortest - 2; at <= last; ) {
				const skip = skips[hash(text, at)] ?? 0;
				if (skip === 0) return at - shortest + 2;
				at += skip;
			}

			return -1;
		},
		wordsAt,
		wordAt(text, at) {
			for (const word of wordsAt(text, at)) if (text.startsWith(word, at)) return word;
			return undefined;
		},
		longest: () => longest,
	};
}

/** A part of a longer base64 or hex text this long is no accident. Characters. */
const shortestPart = 8;

/**
The texts in which a value may stand in what others print: as it is, line by line, in an address, in JSON as JavaScript and
as Go write it, in hex, and in base64, also where the value is only a part of what was encoded.
*/
function listSecretForms(value: string): ReadonlySet<string> {
	const bytes = Buffer.from(value);
	// Half a character has no form in UTF-8, which is what the others encode.
	const text = bytes.toString();
	const json = JSON.stringify(value).slice(1, -1);
	return new Set([
		value,
		...value.split(/\r?\n/).filter(line => line.length >= shortestPart),
		...listAddressForms(text),
		json,
		json.replace(/[<>&\u2028\u2029]/g, escapeLikeGo),
		bytes.toString('hex'),
		bytes.toString('hex').toUpperCase(),
		...listBase64Forms(bytes),
	]);
}

const escapeLikeGo = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

function listAddressForms(text: string): readonly string[] {
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

/** Three bytes make four characters, so a value inside a longer text has three forms, whose ends belong to its neighbours too. */
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
