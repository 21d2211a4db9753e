/**
Finds the line of a `.dockerignore` that keeps a path out of the build, counted from 1; `undefined` if it gets in.

@see {@link https://docs.docker.com/build/concepts/context/#dockerignore-files | .dockerignore files}
*/
export function findIgnoringLine(ignoreFile: string, path: string): number | undefined {
	const parts = clean(path).split('/');
	let found: number | undefined;
	for (const [index, line] of ignoreFile.split(/\r\n?|\n/).entries()) {
		const text = line.replace(/^\ufeff/, '').trim();
		if (text === '' || text.startsWith('#')) continue;
		const isBack = text.startsWith('!');
		const pattern = clean(isBack ? text.slice(1) : text);
		if (pattern === '' || !matches(pattern.split('/'), parts)) continue;
		found = isBack ? undefined : index + 1;
	}
	return found;
}

const clean = (path: string): string =>
	path
		.split('/')
		.filter(part => part !== '' && part !== '.')
		.join('/');

/** Whether a pattern fits the path or a folder above it; `**` stands for any number of parts. */
function matches(pattern: readonly string[], path: readonly string[]): boolean {
	let ends: readonly number[] = [0];
	for (const part of pattern) {
		const [first = path.length + 1] = ends;
		const glob = readGlob(part);
		ends =
			part === '**'
				? path
						.map((_, at) => at)
						.concat(path.length)
						.slice(first)
				: ends.flatMap(end => (matchesGlob(glob, path[end]) ? [end + 1] : []));
	}
	return ends.some(end => end > 0);
}

type Glob = readonly ('*' | RegExp)[];

const readGlob = (part: string): Glob =>
	[...part.matchAll(/\*+|\?|\[\^?[^\]]+\]|\\?./gsu)].map(([token]) => {
		if (token.startsWith('*')) return '*';
		if (token === '?') return /^.$/su;
		if (token.length > 2 && token.startsWith('[')) return readClass(token);
		return new RegExp(
			`^${token.replace(/^\\(?=.)/, '').replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`)}$`,
			'u',
		);
	});

function readClass(text: string): RegExp {
	try {
		return new RegExp(`^${text}$`);
	} catch {
		return /^$/;
	}
}

/** Never tries a star again that a later one has replaced, so that it takes at most glob times name. */
function matchesGlob(glob: Glob, name: string | undefined): boolean {
	if (name === undefined) return false;
	const letters = [...name];
	let [at, star, retry] = [0, -1, 0];
	for (let letter = 0; letter < letters.length; ) {
		const token = glob[at];
		if (token === '*') {
			star = at++;
			retry = letter;
		} else if (token?.test(letters[letter] ?? '')) {
			at++;
			letter++;
		} else if (star === -1) {
			return false;
		} else {
			at = star + 1;
			letter = ++retry;
		}
	}
	return glob.slice(at).every(token => token === '*');
}
