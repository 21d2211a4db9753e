/** Lines of a deploy that say how far it is, in a few words. */
const signs: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
	[/^#\d+ \[[^\]]*?(\d+)\/(\d+)\]/, ([, at, of]) => `building, step ${at} of ${of}`],
	[/Waiting for depot builder/, () => 'waiting for a builder'],
	[/pushing manifest|exporting to image/, () => 'storing the image'],
	[/Launching new machine/, () => 'making the machine'],
	[/Machine \S+ .*was created/, () => 'starting the machine'],
	[/to have state: started/, () => 'restarting the machine'],
	[/to become healthy|health checks/i, () => 'waiting for the health check'],
	[/still holds machine/, () => 'waiting for the lease'],
];

/** @returns `undefined` for a line that says nothing about how far the step is. */
export function describeProgress(line: string): string | undefined {
	for (const [pattern, describe] of signs) {
		const match = pattern.exec(line);
		if (match) return describe(match);
	}

	return undefined;
}
