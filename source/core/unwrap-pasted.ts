const command = /^(?:export|set|fly(?:ctl)?\s+secrets\s+set)\s+/;
const quotedAssignment = /^[A-Za-z_]\w*\s*[=:]\s*(?=["'`])/;
// Without quotes only a name in capitals with an underscore counts, since a bare key may itself hold an equals sign.
const bareAssignment = /^[A-Z][A-Z\d]*(?:_[A-Z\d]+)+\s*=\s*(?=[^=\s])/;
const quoted = /^(["'`])(.*)\1[,;]?$/s;

/**
Finds the bare value in what was copied together with its surroundings: a line break, quotes, `KEY="value"`,
`fly secrets set KEY=value`.

@returns The bare value, or `undefined` when the text already is one or nothing would be left.
*/
export function unwrapPasted(text: string): string | undefined {
	const line = text.trim().replace(command, '');
	const right = line.replace(quotedAssignment, '').replace(bareAssignment, '');
	const value = (quoted.exec(right)?.[2] ?? right).trim();
	return value === '' || value === text ? undefined : value;
}
