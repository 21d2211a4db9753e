import type {Choice} from '../../core/questions/question.ts';
import {Cell} from './lines.tsx';

export function ChoiceMark({isMarked}: {readonly isMarked: boolean}) {
	return (
		<Cell width={2} tone="accent">
			{isMarked ? '›' : ''}
		</Cell>
	);
}

export const choiceLook = ({disabled}: Choice, isMarked: boolean) =>
	({tone: disabled !== undefined ? 'quiet' : isMarked ? 'accent' : 'plain', isBold: isMarked}) as const;
