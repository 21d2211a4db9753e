export const indent = (lines: readonly string[], by: number): readonly string[] =>
	lines.map(line => `${' '.repeat(by)}${line}`);
