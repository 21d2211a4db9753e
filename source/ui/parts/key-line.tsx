import {textWidth} from '../../core/text/text.ts';
import {useTheme} from '../look/theme.ts';
import {useWindow} from '../look/window.tsx';
import {Line} from './lines.tsx';

export type KeyHint = {
	readonly key: string;
	readonly does: string;
	/** Said instead where there is little room. */
	readonly short?: string;
	/** The first to go where there is no room. */
	readonly isMinor?: boolean;
};

const gap = '   ';
const full = ({key, does}: KeyHint) => `${key} ${does}`;
const brief = ({key, does, short}: KeyHint) => `${key} ${short ?? does}`;

/** The keys that fit: first shortened, then without the minor ones, then the first and the last. */
export function fitKeys(hints: readonly KeyHint[], width: number): string {
	const fits = (text: string) => textWidth(text) <= width;
	const all = hints.map(full).join(gap);
	if (fits(all)) return all;

	const kept = [...hints];
	const join = () => kept.map(brief).join(gap);
	while (!fits(join()) && kept.length > 1) {
		const minor = kept.findLastIndex(hint => hint.isMinor);
		kept.splice(minor >= 0 ? minor : Math.max(0, kept.length - 2), 1);
	}

	return join();
}

export function KeyLine({hints}: {readonly hints: readonly KeyHint[]}) {
	const {width} = useWindow();
	const {draw} = useTheme();
	const drawn = hints.map(hint => ({...hint, key: draw(hint.key)}));
	return <Line tone="quiet">{fitKeys(drawn, width)}</Line>;
}
