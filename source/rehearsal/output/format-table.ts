/** flyctl's tables: ` NAME │ ORG ` and a row each. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const widths = head.map((title, column) =>
		Math.max(title.length, ...rows.map(row => (row[column] ?? '').length)),
	);
	const format = (cells: readonly string[]) =>
		` ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' │ ')} \n`;
	return [format(head), ...rows.map(format)].join('');
}

/** The same upright: a title in bold, then ` Name │ value ` lines. */
export function formatCard(title: string, fields: readonly (readonly [string, string])[]): string {
	const left = Math.max(...fields.map(([name]) => name.length));
	const right = Math.max(...fields.map(([, value]) => value.length));
	const lines = fields.map(([name, value]) => ` ${name.padEnd(left)} │ ${value.padEnd(right)} \n`);
	return `\u001B[1m${title}\u001B[0m\n${lines.join('')}\n`;
}
