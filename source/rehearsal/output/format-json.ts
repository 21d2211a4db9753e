/** JSON as Go's encoder writes it: four spaces, `<`, `>` and `&` escaped. */
export function formatJson(value: unknown, indent = 4): string {
	return JSON.stringify(value, undefined, indent).replaceAll(
		/[<>&]/g,
		character => `\\u00${character.charCodeAt(0).toString(16)}`,
	);
}
