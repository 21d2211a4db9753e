import {accepted, type Parsed, refused} from '../core/answer.ts';
import {unwrapPasted} from '../core/text/text.ts';

/**
Parses a key as consoles show it: printable ASCII without spaces. Messages never repeat the input. A suggestion does,
so show it only in the masked field.

@param name - The name used in messages, for example `The Resend key`.
*/
export function parseKey(typed: string, name: string): Parsed<string> {
	if (typed.trim() === '') return refused(`${name} is empty; paste it.`);

	const bare = unwrapPasted(typed);
	if (bare !== undefined) {
		const rest = parseKey(bare, name);
		return rest.ok ? refused(`${name} includes quotes, a name, or whitespace.`, bare) : rest;
	}

	if (/\s/.test(typed)) return refused(`${name} contains whitespace. Copy only the key.`);
	if (/\p{Control}/u.test(typed)) return refused(`${name} contains control characters. Copy it again.`);
	if (/[^!-~]/.test(typed)) {
		return refused(
			`${name} contains characters keys never have. Copy it again (a masked field copies dots).`,
		);
	}

	return accepted(typed, /\.{3}$/.test(typed) ? `${name} looks like a placeholder.` : undefined);
}
