import {drawGallery, gallerySizes} from './screen-gallery.tsx';

/** `node --import tsx test/helpers/gallery.ts [--ascii] [80x24] [name]` prints every screen for review. */
const words = process.argv.slice(2);
const look = {
	isAscii: words.includes('--ascii'),
	hasColor: !words.includes('--no-color'),
	isScreenReader: false,
};
const wanted = words.filter(word => !word.startsWith('--'));
for (const size of gallerySizes) {
	const sizeName = `${size.columns}x${size.rows}`;
	if (wanted.some(word => /^\d+x\d+$/.test(word)) && !wanted.includes(sizeName)) continue;
	for (const {name, text} of drawGallery(size, look)) {
		if (wanted.some(word => !/^\d+x\d+$/.test(word)) && !wanted.some(word => name.includes(word))) continue;
		console.log(`${'─'.repeat(size.columns)} ${sizeName}: ${name}\n${text}`);
	}
}
