import type {Choice} from '../../core/definitions.ts';
import {Cell} from './line.tsx';

export function ChoiceMark({isMarked}: {readonly isMarked: boolean}) {
	return (
		<Cell width={2} tone="accent">
			{isMarked ? '›' : ''}
		</Cell>
	);
}

export const choiceLook = ({disabled}: Choice, isMarked: boolean) =>
	({tone: disabled !== undefined ? 'quiet' : isMarked ? 'accent' : 'plain', isBold: isMarked}) as const;
