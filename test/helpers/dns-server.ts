import {type Answer, AUTHORITATIVE_ANSWER, type Question, RECURSION_AVAILABLE} from 'dns-packet';
import {openNameServer, type Query} from '../../source/rehearsal/network/name-server.ts';

/** Records to answer with, a response code (3 = no such name, 2 = failure), silence, or the whole answer in detail. */
export type Reply = readonly Answer[] | number | 'silence' | FullReply;

export type FullReply = {
	readonly code?: number;
	readonly answers?: readonly Answer[];
	readonly authorities?: readonly Answer[];
	/** The answer is authoritative. */
	readonly isAuthoritative?: boolean;
	/** Too long for UDP, so only TCP carries it. */
	readonly isCut?: boolean;
};

/** Opens the rehearsal's name server, with answers of the test. */
export async function openDnsServer(reply: (question: Question) => Reply) {
	const asked: Query[] = [];
	const server = await openNameServer(query => {
		asked.push(query);
		const answer = reply(query);
		return answer === 'silence' ? undefined : spellOut(answer);
	});
	return {...server, asked};
}

function spellOut(reply: Exclude<Reply, 'silence'>) {
	const full: FullReply =
		typeof reply === 'number'
			? {code: reply}
			: Array.isArray(reply)
				? {answers: reply}
				: (reply as FullReply);
	const {code = 0, answers = [], authorities = [], isAuthoritative = false, isCut = false} = full;
	const flags = RECURSION_AVAILABLE | code | (isAuthoritative ? AUTHORITATIVE_ANSWER : 0);
	return {flags, answers, authorities, isCut};
}
