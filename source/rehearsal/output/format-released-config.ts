/** JSON as `config show` lays it out: two spaces, an empty line before every table or list that is not the first. */
export function formatReleasedConfig(value: unknown): string {
	return format(value, '');
}

function format(value: unknown, margin: string): string {
	if (Array.isArray(value)) {
		if (value.length === 0) return '[]';
		const items = value.map(item => `${margin}  ${format(item, `${margin}  `)}`);
		return `[\n${items.join(',\n')}\n${margin}]`;
	}
	if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
	const entries = Object.entries(value);
	if (entries.length === 0) return '{}';
	const lines = entries.map(([key, entry], index) => {
		const gap = index > 0 && typeof entry === 'object' && entry !== null ? '\n' : '';
		return `${gap}${margin}  ${JSON.stringify(key)}: ${format(entry, `${margin}  `)}`;
	});
	return `{\n${lines.join(',\n')}\n${margin}}`;
}
