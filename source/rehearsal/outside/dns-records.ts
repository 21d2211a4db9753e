import type {Answer} from 'dns-packet';
import type {World} from '../world.ts';
import {flySuffix, stripDot} from './hosts.ts';

type Entry = World['dns'][number];

export type Records = {
	/** `empty`: the name exists, with records of other types only. */
	readonly is: 'found' | 'empty' | 'no-name';
	readonly answers: readonly Answer[];
};

/** What a name server says about a name: its own records, or those its CNAME leads to. */
export function findRecords(world: World, name: string, type: string): Records {
	const all = [...world.dns, ...listFlyRecords(world)];
	const answers = follow(all, name, type, 8).flatMap(toAnswer);
	if (answers.length > 0) return {is: 'found', answers};
	const isThere = all.some(
		entry => stripDot(entry.name) === stripDot(name) || stripDot(entry.name).endsWith(`.${stripDot(name)}`),
	);
	return {is: isThere ? 'empty' : 'no-name', answers};
}

function follow(all: readonly Entry[], name: string, type: string, hops: number): readonly Entry[] {
	const own = all.filter(entry => stripDot(entry.name) === stripDot(name));
	const direct = own.filter(entry => entry.type === type).map(entry => ({...entry, name}));
	const alias = own.find(entry => entry.type === 'CNAME');
	if (direct.length > 0 || !alias || hops === 0) return direct;
	return [{...alias, name}, ...follow(all, stripDot(alias.value), type, hops - 1)];
}

function listFlyRecords({addresses}: World): readonly Entry[] {
	return addresses
		.filter(({type}) => type !== 'private_v6')
		.map(({app, address, type}) => ({
			name: app + flySuffix,
			type: type === 'v6' ? 'AAAA' : 'A',
			value: address,
		}));
}

function toAnswer({name, type, value}: Entry): Answer[] {
	const ttl = 60;
	switch (type) {
		case 'A':
		case 'AAAA':
			return [{type, name, ttl, data: value}];
		case 'CNAME':
		case 'NS':
			return [{type, name, ttl, data: stripDot(value)}];
		case 'TXT':
			return [{type, name, ttl, data: value}];
		case 'CAA':
			return toCaa(name, value);
		default:
			return [];
	}
}

/** Written as in a zone file: `0 issue "letsencrypt.org"`. */
function toCaa(name: string, text: string): Answer[] {
	const [, flags, tag, value] = /^(\d+) (\w+) "?([^"]*)"?$/.exec(text) ?? [];
	if (tag !== 'issue' && tag !== 'issuewild' && tag !== 'iodef') return [];
	return [{type: 'CAA', name, ttl: 60, data: {flags: Number(flags), tag, value: value ?? ''}}];
}
