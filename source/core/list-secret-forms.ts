/** A part of a longer base64 or hex text this long is no accident. Characters. */
const shortestPart = 8;

/**
The texts in which a value may stand in what others print: as it is, line by line, in an address, in JSON as JavaScript and
as Go write it, in hex, and in base64, also where the value is only a part of what was encoded.
*/
export function listSecretForms(value: string): ReadonlySet<string> {
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
