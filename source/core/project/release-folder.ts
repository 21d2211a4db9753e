import type {ProjectFacts} from './project.ts';

/**
Tells why a volume cannot be mounted at a folder: the release is in it, and the volume would hide it.

@returns A clause, or undefined where nothing shows that.
*/
export function explainHiddenRelease(
	destination: string,
	dockerfile: Pick<NonNullable<ProjectFacts['dockerfile']>, 'path' | 'text'> | undefined,
): string | undefined {
	const folders = dockerfile
		? listLastStage(dockerfile.text).flatMap(line => /^WORKDIR\s+(.*)$/i.exec(line)?.[1] ?? [])
		: [];
	const absolute = folders.map(unquote).filter(folder => folder.startsWith('/'));
	const release = normalize(absolute.at(-1) ?? '/app');
	const mount = normalize(destination);
	if (release === '' || !`${release}/`.startsWith(`${mount}/`)) return undefined;
	const where = dockerfile ? `WORKDIR ${release} in ${dockerfile.path}` : release;
	return `${destination} has the release in it (${where}), and a volume there would hide it`;
}

const unquote = (text: string): string => text.trim().replace(/^(["'])(.*)\1$/, '$2');

const normalize = (folder: string): string => folder.replace(/\/+$/, '');

function listLastStage(text: string): readonly string[] {
	const lines = text
		.replaceAll(/^[ \t]*#.*$/gm, '')
		.replaceAll(/\\\r?\n/g, ' ')
		.split(/\r?\n/)
		.map(line => line.trim());
	return lines.slice(lines.findLastIndex(line => /^FROM\s/i.test(line)) + 1);
}
