import {markVariables, readSetting} from '../litestream/config.ts';
import {readYaml, type YamlNode} from '../litestream/yaml.ts';
import type {LitestreamDatabaseFacts, LitestreamFacts} from './trap-facts.ts';

/** A longer one is no configuration that a person wrote. */
const longestText = 16 * 1024;

export type LitestreamReading =
	| {readonly ok: true; readonly facts: LitestreamFacts}
	| {readonly ok: false; readonly line: number; readonly why: string};

/** Reads a litestream.yml as it stands, also where Litestream would refuse it. */
export function readLitestreamFacts(path: string, text: string): LitestreamReading {
	if (text.length > longestText) return {ok: false, line: 1, why: 'it is too long to be read'};
	try {
		const reading = readYaml(markVariables(text));
		if (!reading.ok) return {ok: false, line: reading.line, why: reading.problem};
		return {
			ok: true,
			facts: {path, text, databases: listOf(asMap(reading.node)?.get('dbs')).map(readDatabase)},
		};
	} catch (error) {
		if (!(error instanceof RangeError)) throw error;
		return {ok: false, line: 1, why: 'it is nested too deep to be read'};
	}
}

function readDatabase(node: YamlNode): LitestreamDatabaseFacts {
	const entries = asMap(node);
	const single = entries?.get('replica');
	const several = listOf(entries?.get('replicas'));
	const path = entries?.get('path');
	return {
		line: node.line,
		path: path?.is === 'text' ? readSetting(path.line, path.text).text : '',
		replicas: [
			...several.map(replica => ({line: replica.line, isSingular: false, node: replica})),
			...(single ? [{line: single.line, isSingular: true, node: single}] : []),
		],
	};
}

/** A setting of a replica as written; undefined when it is absent or empty. */
export function readReplicaSetting(
	node: YamlNode,
	name: string,
): {readonly line: number; readonly text: string} | undefined {
	const value = asMap(node)?.get(name);
	return value?.is === 'text' && value.text !== ''
		? {line: value.line, text: readSetting(value.line, value.text).text}
		: undefined;
}

const asMap = (node: YamlNode | undefined): ReadonlyMap<string, YamlNode> | undefined =>
	node?.is === 'map' ? node.entries : undefined;

const listOf = (node: YamlNode | undefined): readonly YamlNode[] => (node?.is === 'list' ? node.items : []);
