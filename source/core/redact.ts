import {toPlainText} from './plain-text.ts';
import type {Secret} from './secret.ts';

export type Redactor = {
	add(secret: Secret): void;
	/**
	The text with every known secret value replaced by its name, also where it stands URL- or JSON-encoded or in base64.
	Escape sequences go first, since one in the middle of a value would hide it from us and not from a person.
	*/
	redact(text: string): string;
};

const shortestWorthHiding = 4;

export function createRedactor(): Redactor {
	const names = new Map<string, string>();
	let forms: readonly string[] = [];

	return {
		add(secret) {
			const value = secret.reveal();
			if (value.length < shortestWorthHiding) return;
			const lines = value.split(/\r?\n/).filter(line => line.length >= 8);
			for (const form of [
				value,
				...lines,
				encodeURIComponent(value),
				JSON.stringify(value).slice(1, -1),
				Buffer.from(value).toString('base64'),
			]) {
				names.set(form, `[${secret.name}]`);
			}

			forms = [...names.keys()].sort((a, b) => b.length - a.length);
		},

		redact(text) {
			let clean = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2060\ufeff]/.test(text)
				? toPlainText(text)
				: text;
			for (const form of forms) {
				if (clean.includes(form)) clean = clean.replaceAll(form, () => names.get(form) ?? '[secret]');
			}

			return clean;
		},
	};
}
