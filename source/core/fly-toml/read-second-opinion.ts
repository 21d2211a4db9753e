import toml from '@iarna/toml';

/** The value as @iarna/toml reads it, which takes LF only; undefined when it cannot. */
export function readSecondOpinion(text: string): unknown {
	try {
		return toml.parse(text.replaceAll('\r\n', '\n'));
	} catch {
		return undefined;
	}
}
