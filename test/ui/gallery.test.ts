import {describe, expect, test} from 'vitest';
import {textWidth} from '../../source/core/text/width.ts';
import {drawGallery, gallerySizes} from '../helpers/screen-gallery.tsx';

const looks = [
	{isAscii: false, hasColor: false, isScreenReader: false},
	{isAscii: true, hasColor: false, isScreenReader: false},
];
const sizes = [...gallerySizes, {columns: 20, rows: 6}, {columns: 200, rows: 60}];

describe.each(sizes)('every screen at $columns × $rows', size => {
	test.each(looks)('fits, with isAscii $isAscii', look => {
		for (const {name, text, isScrollback} of drawGallery(size, look)) {
			const lines = text.split('\n');
			const widest = Math.max(...lines.map(textWidth));
			expect(widest, `${name} is too wide:\n${text}`).toBeLessThanOrEqual(size.columns);
			if (!isScrollback) expect(lines.length, `${name} is too tall:\n${text}`).toBeLessThan(size.rows);
			if (look.isAscii) expect(text, `${name} is not ASCII`).toMatch(/^[ -~\n]*$/);
			expect(text, name).not.toContain('\u001b');
		}
	});
});

test('no screen shows a secret or a control sequence from a log line', () => {
	for (const {text} of drawGallery(
		{columns: 120, rows: 40},
		{isAscii: false, hasColor: true, isScreenReader: false},
	)) {
		expect(text).not.toContain('1234567890abcdef');
		expect(text).not.toContain('\u001b[32mCompiling');
	}
});

test('every screen ends with its keys', () => {
	const pictures = drawGallery(
		{columns: 40, rows: 10},
		{isAscii: false, hasColor: false, isScreenReader: false},
	);
	for (const {name, text, isScrollback} of pictures) {
		if (!isScrollback) expect(text.split('\n').at(-1), name).toMatch(/ctrl-c/);
	}
});
