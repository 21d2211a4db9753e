/**
Returns whether a .dockerignore keeps a file or a whole folder out of the build, by the rules of moby's patternmatcher: the last
pattern that matches a path or a folder around it counts.

@param path - From the context's folder, without a slash in front.
*/
export function isIgnored(ignoreFile: string, path: string): boolean {
	const patterns = ignoreFile
		.replace(/^\uFEFF/, '')
		.split('\n')
		.map(line => line.trim())
		.filter(line => line !== '' && !line.startsWith('#'))
		.map(readPattern);
	const parts = path.split('/');
	const isOut = patterns.reduce(
		(out, {isException, shape}) =>
			parts.some((_, at) => shape.test(parts.slice(0, at + 1).join('/'))) ? !isException : out,
		false,
	);
	// Something inside may be let in again.
	return isOut && !patterns.some(({isException, text}) => isException && text.startsWith(`${path}/`));
}

function readPattern(line: string) {
	const isException = line.startsWith('!');
	const text = clean(isException ? line.slice(1).trim() : line);
	return {isException, text, shape: new RegExp(`^${writeShape(text)}$`)};
}

const clean = (path: string): string =>
	path
		.split('/')
		.filter(part => part !== '' && part !== '.')
		.join('/');

function writeShape(pattern: string): string {
	let shape = '';
	for (let at = 0; at < pattern.length; at++) {
		const character = pattern.charAt(at);
		if (pattern.startsWith('**/', at)) {
			shape += '(?:[^/]*/)*';
			at += 2;
		} else if (pattern.startsWith('**', at)) {
			shape += '.*';
			at++;
		} else if (character === '*') shape += '[^/]*';
		else if (character === '?') shape += '[^/]';
		else shape += character.replace(/[$()+.[\\\]^{|}]/, String.raw`\$&`);
	}

	return shape;
}
