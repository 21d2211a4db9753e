import {Failure} from '../errors/failure.ts';
import type {YamlNode} from './yaml.ts';

/** A value as litestream.yml writes it: text and variables alternate. */
export type Setting = {
	readonly line: number;
	/** As written. */
	readonly text: string;
	readonly parts: readonly SettingPart[];
};

type SettingPart =
	| {readonly is: 'literal'; readonly text: string}
	| {readonly is: 'variable'; readonly name: string};

const [open, close] = ['\u0001', '\u0002'];

const marked = new RegExp(`${open}([^${close}]*)${close}`);

/** Marks `$NAME` and `${NAME}`, so that YAML does not fail on their braces; line numbers stay the same. */
export const markVariables = (source: string): string =>
	source.replaceAll(
		/\$(?:\{([^$}\n]*)\}|(\w+))/g,
		(_, braced: string | undefined, bare: string) => `${open}${braced ?? bare}${close}`,
	);

export function readSetting(line: number, value: string): Setting {
	const parts = value.split(marked).flatMap((text, index): readonly SettingPart[] => {
		if (index % 2 === 1) return [{is: 'variable', name: text}];
		return text === '' ? [] : [{is: 'literal', text}];
	});
	return {line, text: writeParts(parts), parts};
}

export const writeParts = (parts: readonly SettingPart[]): string =>
	parts.map(part => (part.is === 'literal' ? part.text : `\${${part.name}}`)).join('');

/** Replaces the variables that have a known value. */
export function resolveSetting(setting: Setting, known: ReadonlyMap<string, string>): Setting {
	const values = setting.parts.map(part =>
		part.is === 'literal' ? part.text : (known.get(part.name) ?? `${open}${part.name}${close}`),
	);
	return {...readSetting(setting.line, values.join('')), text: setting.text};
}

/** Splits `s3://${BUCKET}/${PREFIX}` into the bucket and the path; `undefined` for another kind of URL. */
export function splitUrl(url: Setting): {readonly bucket: Setting; readonly path: Setting} | undefined {
	const [first, ...rest] = url.parts;
	if (first?.is !== 'literal' || !first.text.startsWith('s3://')) return undefined;
	const parts: readonly SettingPart[] = [{is: 'literal', text: first.text.slice('s3://'.length)}, ...rest];
	const at = parts.findIndex(part => part.is === 'literal' && part.text.includes('/'));
	const cut = parts[at];
	if (cut?.is !== 'literal') return {bucket: part(url, parts), path: part(url, [])};
	const slash = cut.text.indexOf('/');
	return {
		bucket: part(url, [...parts.slice(0, at), {is: 'literal', text: cut.text.slice(0, slash)}]),
		path: part(url, [{is: 'literal', text: cut.text.slice(slash + 1)}, ...parts.slice(at + 1)]),
	};
}

const part = ({line, text}: Setting, parts: readonly SettingPart[]): Setting => ({
	line,
	text,
	parts: parts.filter(each => each.is === 'variable' || each.text !== ''),
});

/** Writes an endpoint with the scheme that Litestream adds where there is none. */
export const writeEndpoint = (text: string): string =>
	/^https?:\/\//i.test(text) ? text : `https://${text}`;

/** Makes a setting of a part of another one. */
export const writeSetting = ({line}: Setting, text: string): Setting => ({
	line,
	text,
	parts: [{is: 'literal', text}],
});

/** Reads a setting of a replica as written; undefined when it is missing or empty. */
export function readReplicaSetting(
	node: YamlNode,
	name: string,
): {readonly line: number; readonly text: string} | undefined {
	const value = node.is === 'map' ? node.entries.get(name) : undefined;
	return value?.is === 'text' && value.text !== ''
		? {line: value.line, text: readSetting(value.line, value.text).text}
		: undefined;
}

export const rejectConfig = (file: string, line: number, problem: string, hint: string): Failure =>
	new Failure('litestream-yml-unfit', `${file}:${line}: ${problem}`, {
		hint: `${hint}: line ${line} of ${file}. Nothing was changed.`,
	});

/** Litestream's default path of the control socket. */
export const defaultSocket = '/var/run/litestream.sock';

/** The path in our own litestream.yml: every USER can write there. */
export const ownSocket = '/tmp/litestream.sock';
