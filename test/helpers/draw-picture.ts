export type PictureCell = {
	readonly text: string;
	/** Number in the terminal's palette. `undefined` is the terminal's own color. */
	readonly color: number | undefined;
	readonly isDim: boolean;
	readonly isBold: boolean;
	readonly isInverse: boolean;
};

export type PictureFrame = {
	/** One word for this stage. */
	readonly caption: string;
	readonly lines: readonly (readonly PictureCell[])[];
};

const cell = {width: 9, height: 19} as const;
const margin = 18;
const barHeight = 40;
const secondsEach = 5;

const paper = '#14161b';
const bar = '#1c1f26';
const ink = '#d6dae2';
const palette: Readonly<Record<number, string>> = {
	1: '#f2777a',
	2: '#8fcf8f',
	3: '#e6c07b',
	4: '#7aa2f7',
	5: '#c99bd9',
	6: '#6fcbd8',
};

/**
Draws terminal screens as one SVG that shows them in turn. Text stays text, and each run is stretched to its cells, so
that columns stay aligned in any monospace font. Without animation it shows the last screen but one.
*/
export function drawPicture(
	frames: readonly PictureFrame[],
	{columns, rows}: {readonly columns: number; readonly rows: number},
): string {
	const width = columns * cell.width + 2 * margin;
	const height = rows * cell.height + barHeight + 2 * margin;
	const still = Math.max(0, frames.length - 2);
	const words = frames.map(({caption}) => caption).join(', ');
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="phxfly in a terminal: ${words}">`,
		`<style>${writeStyle(frames.length, still)}</style>`,
		`<rect width="${width}" height="${height}" rx="10" fill="${paper}"/>`,
		`<path d="M0 ${barHeight}V10a10 10 0 0 1 10-10H${width - 10}a10 10 0 0 1 10 10V${barHeight}z" fill="${bar}"/>`,
		...frames.map((frame, index) =>
			[
				`<g class="f f${index}">`,
				...drawCaptions(frames, index),
				...frame.lines.flatMap((line, row) => drawLine(line, row)),
				'</g>',
			].join('\n'),
		),
		'</svg>',
		'',
	].join('\n');
}

function writeStyle(count: number, still: number): string {
	const share = 100 / count;
	return [
		`text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace;font-size:15px;fill:${ink};white-space:pre}`,
		'.d{opacity:.55}.b{font-weight:700}',
		...Object.entries(palette).map(([number, color]) => `.c${number}{fill:${color}}`),
		'.f{visibility:hidden}',
		`.f${still}{visibility:visible}`,
		`@keyframes s{0%{visibility:visible}${share}%{visibility:hidden}}`,
		`@media (prefers-reduced-motion:no-preference){.f{visibility:hidden;animation:s ${count * secondsEach}s step-end infinite}`,
		...Array.from({length: count}, (_, index) => `.f${index}{animation-delay:${index * secondsEach}s}`),
		'}',
	].join('');
}

/** Draws the stages in the bar, the current one in the accent color. */
function drawCaptions(frames: readonly PictureFrame[], current: number): readonly string[] {
	let column = 1;
	return frames.map(({caption}, index) => {
		const text = drawText(caption, column, 25, index === current ? 'c6 b' : 'd');
		column += caption.length + 3;
		return text;
	});
}

function drawLine(cells: readonly PictureCell[], row: number): readonly string[] {
	const y = barHeight + margin + row * cell.height + 14;
	return splitRuns(cells).map(({from, text, sample}) => {
		if (!sample.isInverse) return drawText(text, from, y, classOf(sample));
		const x = margin + from * cell.width;
		return `<rect x="${x}" y="${y - 14}" width="${text.length * cell.width}" height="${cell.height}" fill="${ink}"/>`;
	});
}

type Run = {readonly from: number; readonly text: string; readonly sample: PictureCell};

/** Joins neighbors that look the same, but splits them at two consecutive blanks. */
function splitRuns(cells: readonly PictureCell[]): readonly Run[] {
	const runs: {from: number; text: string; sample: PictureCell}[] = [];
	for (const [at, sample] of cells.entries()) {
		const last = runs.at(-1);
		if (
			last &&
			last.from + last.text.length === at &&
			looksLike(last.sample, sample) &&
			!last.text.endsWith('  ')
		)
			last.text += sample.text;
		else runs.push({from: at, text: sample.text, sample});
	}

	return runs.flatMap(({from, text, sample}) => {
		if (sample.isInverse) return [{from, text, sample}];
		const blanks = text.length - text.trimStart().length;
		return text.trim() === '' ? [] : [{from: from + blanks, text: text.trim(), sample}];
	});
}

const classOf = ({color, isDim, isBold}: PictureCell): string =>
	[color === undefined ? '' : `c${color % 8}`, isDim ? 'd' : '', isBold ? 'b' : ''].filter(Boolean).join(' ');

const looksLike = (one: PictureCell, other: PictureCell): boolean =>
	one.isInverse === other.isInverse && classOf(one) === classOf(other);

function drawText(text: string, column: number, y: number, style: string): string {
	const x = margin + column * cell.width;
	const length = [...text].length * cell.width;
	const kind = style === '' ? '' : ` class="${style}"`;
	return `<text x="${x}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs"${kind}>${escapeText(text)}</text>`;
}

const escapeText = (text: string): string =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
