/** A line of the Dockerfile that chooses a Litestream release; without a version if no line names one. */
export type LitestreamPin = {
	readonly line: number;
	readonly version: string | undefined;
	readonly text: string;
};

const forms = [
	/\bLITESTREAM_VERSION\s*=\s*["']?v?(\d+\.\d+\.\d+)/i,
	/\blitestream\/litestream:v?(\d+\.\d+\.\d+)/i,
	/\blitestream\/releases\/download\/v?(\d+\.\d+\.\d+)/i,
	/\blitestream-v?(\d+\.\d+\.\d+)-/i,
];

/** Finds the lines of a Dockerfile that choose a Litestream release; returns one without a version if no line names it. */
export function findLitestreamPins(dockerfile: string): readonly LitestreamPin[] {
	const lines = dockerfile.split(/\r?\n/);
	const pins = lines.flatMap((text, index) => {
		if (/^\s*#/.test(text)) return [];
		const version = forms.map(form => form.exec(text)?.[1]).find(found => found !== undefined);
		return version === undefined ? [] : [{line: index + 1, version, text}];
	});
	if (pins.length > 0) return pins;
	const index = lines.findIndex(line => !/^\s*#/.test(line) && /litestream/i.test(line));
	return index === -1 ? [] : [{line: index + 1, version: undefined, text: lines[index] ?? ''}];
}

/** Tells whether a version such as `0.5.16` is older than another. */
export function isOlder(version: string, than: string): boolean {
	const [left, right] = [version, than].map(text => text.split('.').map(Number)) as [number[], number[]];
	for (const [index, part] of left.entries()) {
		const other = right[index] ?? 0;
		if (part !== other) return part < other;
	}

	return false;
}
