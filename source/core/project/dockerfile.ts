/** What an app's own Dockerfile needs from the project. */
export type DockerfileFacts = {
	readonly path: string;
	readonly text: string;
	/** Sources of COPY and ADD that come from the project, as written, without a trailing slash. */
	readonly copies: readonly string[];
	/** The ENTRYPOINT and CMD of the last stage. */
	readonly starts: string;
	readonly hasLitestream: boolean;
};

export function readDockerfile(path: string, text: string): DockerfileFacts {
	const instructions = text
		.replaceAll(/^[ \t]*#.*$/gm, '')
		.replaceAll(/\\\r?\n/g, ' ')
		.split(/\r?\n/)
		.map(line => line.trim());
	const lastStage = instructions.slice(instructions.findLastIndex(line => /^FROM\s/i.test(line)) + 1);
	return {
		path,
		text,
		copies: instructions.flatMap(line => readCopy(line)),
		starts: lastStage.filter(line => /^(ENTRYPOINT|CMD)\s/i.test(line)).join('\n'),
		hasLitestream: /litestream/i.test(instructions.join('\n')),
	};
}

/** Returns whether the image contains `file`: copied by name, or with a folder around it. */
export const isCopied = ({copies}: DockerfileFacts, file: string): boolean =>
	copies.some(source => source === file || source === '.' || file.startsWith(`${source}/`));

function readCopy(line: string): readonly string[] {
	const rest = /^(?:COPY|ADD)\s+(.*)$/i.exec(line)?.[1];
	if (rest === undefined || /--from=/.test(rest)) return [];
	const words = rest.startsWith('[')
		? readList(rest)
		: rest.split(/\s+/).filter(word => !word.startsWith('--'));
	return words
		.slice(0, -1)
		.filter(word => !word.includes('://'))
		.map(word =>
			word
				.replace(/^\.\/(?=.)/, '')
				.replace(/^\//, '')
				.replace(/(?<=.)\/+$/, ''),
		)
		.map(word => word || '.');
}

const readList = (text: string): readonly string[] =>
	[...text.matchAll(/"([^"]*)"/g)].map(([, word]) => word ?? '');
