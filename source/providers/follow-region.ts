import {readAnswer} from '../core/answer.ts';
import type {Provider} from '../core/questions/question.ts';

/** Where the service says which region the bucket is in, that one is used. */
export const followRegion: NonNullable<Provider['instead']> = (answers, {fault, region}) =>
	fault === 'wrong-region' && region !== undefined && region !== readAnswer(answers, 'storage-region')
		? {questionId: 'storage-region', value: region, isGuess: false}
		: undefined;
