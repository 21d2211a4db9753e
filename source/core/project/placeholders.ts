const placeholder = /%([A-Z][A-Z\d_]*)%/g;

/**
Replaces `%NAME%` with its value. Drops a line that contains only placeholders with empty values.

@throws {Error} When a placeholder has no value, or a value contains a placeholder: a bug in a template.
*/
export function fillTemplate(text: string, values: Readonly<Record<string, string>>): string {
	const filled = text.split('\n').flatMap(line => {
		const result = line.replaceAll(placeholder, (_, name: string) => readValue(values, name));
		return result.trim() === '' && line.trim() !== '' ? [] : [result];
	});
	const leftover = placeholder.exec(filled.join('\n'))?.[0];
	placeholder.lastIndex = 0;
	if (leftover) throw new Error(`The template still contains ${leftover} after it was filled.`);
	return filled.join('\n');
}

function readValue(values: Readonly<Record<string, string>>, name: string): string {
	const value = values[name];
	if (value === undefined) throw new Error(`The template has %${name}% without a value.`);
	return value;
}
