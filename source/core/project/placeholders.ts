const placeholder = /%([A-Z][A-Z\d_]*)%/g;

/**
Puts values in the place of `%NAME%`. A line that holds nothing but placeholders whose values are empty goes away.

@throws {Error} When a placeholder has no value, or a value brings a placeholder in: a bug in a template.
*/
export function fillTemplate(text: string, values: Readonly<Record<string, string>>): string {
	const filled = text.split('\n').flatMap(line => {
		const result = line.replaceAll(placeholder, (_, name: string) => readValue(values, name));
		return result.trim() === '' && line.trim() !== '' ? [] : [result];
	});
	const leftover = placeholder.exec(filled.join('\n'))?.[0];
	placeholder.lastIndex = 0;
	if (leftover) throw new Error(`The template still holds ${leftover} after it was filled.`);
	return filled.join('\n');
}

function readValue(values: Readonly<Record<string, string>>, name: string): string {
	const value = values[name];
	if (value === undefined) throw new Error(`The template asks for %${name}%, which has no value.`);
	return value;
}
