/** How the screens look: a flag each. */
export type Look = {readonly ascii: boolean; readonly noColor: boolean; readonly screenReader: boolean};

/** Returns the look that the command line asks for; `undefined` if it has none of these flags. */
export const findGivenLook = ({ascii, noColor, screenReader}: Look): Look | undefined =>
	ascii || noColor || screenReader ? {ascii, noColor, screenReader} : undefined;

/** Says why the screens look as they do without a flag. @param path - Where the look is remembered. */
export function explainLook({ascii, noColor, screenReader}: Look, path: string): string {
	const flags = [ascii && '--ascii', noColor && '--no-color', screenReader && '--screen-reader'].filter(
		Boolean,
	);
	return `The screens looked as last time: ${flags.join(' ')}. To forget that, delete ${path}.`;
}
