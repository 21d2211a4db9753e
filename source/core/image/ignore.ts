/**
Finds the line of a .dockerignore that keeps a file out of the build; `undefined` when it comes in.

@param path - From the build context, with `/`.
@returns Counted from 1. @see https://docs.docker.com/build/concepts/context/#dockerignore-files
*/
export function findIgnoringLine(ignore: string, path: string): number | undefined {
	const parts = path.split('/');
	const prefixes = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
	let line: number | undefined;
	for (const [index, written] of ignore
		.replace(/^\u{FEFF}/u, '')
		.split('\n')
		.entries()) {
		const pattern = written.trim();
		if (pattern === '' || pattern.startsWith('#')) continue;
		const isBack = pattern.startsWith('!');
		const cleaned = pattern
			.replace(/^!\s*/, '')
			.replace(/^(?:\.?\/)+/, '')
			.replace(/\/+$/, '');
		if (cleaned === '' || cleaned === '.' || cleaned.length > 1000) continue;
		const shape = toShape(cleaned);
		if (prefixes.some(prefix => shape.test(prefix))) line = isBack ? undefined : index + 1;
	}

	return line;
}

function toShape(pattern: string): RegExp {
	const source = pattern.replaceAll(/(?:\*\*\/)+|\*{2,}|\*|\?|\[[^\]]*\]|[\s\S]/g, part => {
		if (part.startsWith('**/')) return '(?:.*/)?';
		if (part.startsWith('**')) return '.*';
		if (part === '*') return '[^/]*';
		if (part === '?') return '[^/]';
		if (part.length > 1) return `[${part.slice(1, -1).replaceAll(/[\\[\]]/g, '\\$&')}]`;
		return part.replace(/[\\^$.|+(){}[\]]/, '\\$&');
	});
	try {
		return new RegExp(`^${source}$`);
	} catch {
		return /(?!)/;
	}
}
