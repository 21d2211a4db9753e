import type {Question, Situation} from '../core/questions/question.ts';

/** For a question that belongs to a storage provider: asked when the chosen one names it. */
export const isAskedByProvider =
	(id: string): Question['isAsked'] =>
	({profile, provider}: Situation) =>
		profile.hasStorage && provider?.asks.includes(id) === true;
