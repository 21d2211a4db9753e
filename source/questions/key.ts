import {accepted, type Parsed, refused} from '../core/answer.ts';
import {unwrapPasted} from '../core/text/text.ts';

/**
Reads a key as consoles show it: printable ASCII without spaces. No problem ever repeats what was typed; an offer does,
so it belongs into the masked field only.

@param name - What the sentences call it, for example `The Resend key`.
*/
export function parseKey(typed: string, name: string): Parsed<string> {
	if (typed.trim() === '') return refused(`${name} is empty; paste it.`);

	const bare = unwrapPasted(typed);
	if (bare !== undefined) {
		const rest = parseKey(bare, name);
		return rest.ok ? refused(`${name} came with quotes, a name or white space around it.`, bare) : rest;
	}

	if (/\s/.test(typed)) return refused(`${name} holds white space inside; copy it again, alone.`);
	if (/\p{Control}/u.test(typed)) return refused(`${name} holds control characters; copy it again.`);
	if (/[^!-~]/.test(typed)) {
		return refused(
			`${name} holds characters that no key has, such as a dot of a masked field; copy it again.`,
		);
	}

	return accepted(
		typed,
		/\.{3}$/.test(typed) ? `${name} ends in three dots, like an example in a manual.` : undefined,
	);
}
