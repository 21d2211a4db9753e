import {type Answer, AUTHORITATIVE_ANSWER, type Question, RECURSION_AVAILABLE} from 'dns-packet';
import {openNameServer, type Query} from '../../source/rehearsal/network/name-server.ts';

/** Records to answer with, a response code (3 = no such name, 2 = failure), silence, or all of it spelt out. */
export type Reply = readonly Answer[] | number | 'silence' | FullReply;

export type FullReply = {
	readonly code?: number;
	readonly answers?: readonly Answer[];
	readonly authorities?: readonly Answer[];
	/** It speaks for the zone. */
	readonly isAuthoritative?: boolean;
	/** Too long for UDP: only TCP carries it. */
	readonly isCut?: boolean;
};

/** The rehearsal's name server, that says what a test says. */
export async function openDnsServer(reply: (question: Question) => Reply) {
	const asked: Query[] = [];
	const server = await openNameServer(query => {
		asked.push(query);
		const said = reply(query);
		return said === 'silence' ? undefined : spellOut(said);
	});
	return {...server, asked};
}

function spellOut(said: Exclude<Reply, 'silence'>) {
	const full: FullReply =
		typeof said === 'number' ? {code: said} : Array.isArray(said) ? {answers: said} : (said as FullReply);
	const {code = 0, answers = [], authorities = [], isAuthoritative = false, isCut = false} = full;
	const flags = RECURSION_AVAILABLE | code | (isAuthoritative ? AUTHORITATIVE_ANSWER : 0);
	return {flags, answers, authorities, isCut};
}
