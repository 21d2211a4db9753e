export type NumberedLine = {readonly line: number; readonly text: string};

/** Every line without its ending, counted from 1. */
export const listLines = (text: string): readonly NumberedLine[] =>
	text.split('\n').map((line, index) => ({line: index + 1, text: line.replace(/\r$/, '')}));

/** The lines of a shell script, Dockerfile, TOML or YAML that are more than a comment; what follows ` # ` is cut. */
export const listCodeLines = (text: string): readonly NumberedLine[] =>
	listLines(text)
		.filter(line => !/^\s*(?:#|$)/.test(line.text))
		.map(({line, text: whole}) => {
			const at = whole.indexOf(' # ');
			return {line, text: at === -1 ? whole : whole.slice(0, at)};
		});
