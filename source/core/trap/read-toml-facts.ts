import {ParseError} from 'toml-eslint-parser';
import * as v from 'valibot';
import {flyConfig, parseFlyToml} from '../fly-toml/config.ts';
import {
	findLine,
	openToml,
	splitByteOrderMark,
	type TomlDocument,
	writeTomlPath,
} from '../fly-toml/document.ts';
import type {FlyTomlFacts, FlyTomlFault} from './trap-facts.ts';

export type TomlFacts = {
	readonly flyToml: FlyTomlFacts | undefined;
	readonly flyTomlFaults: readonly FlyTomlFault[];
};

/** Reads fly.toml, or every fault that keeps it from being read. */
export function readTomlFacts(text: string | undefined): TomlFacts {
	if (text === undefined) return {flyToml: undefined, flyTomlFaults: []};
	const document = tryOpen(splitByteOrderMark(text).body);
	if (document === undefined) return {flyToml: undefined, flyTomlFaults: [readSyntaxFault(text)]};
	const checked = v.safeParse(flyConfig, document.value);
	if (!checked.success) {
		return {flyToml: undefined, flyTomlFaults: checked.issues.map(issue => readTypeFault(document, issue))};
	}

	const lines = new Map<string, number>();
	const lineOf: FlyTomlFacts['lineOf'] = path => {
		const key = JSON.stringify(path);
		const line = lines.get(key) ?? findLine(document, path);
		lines.set(key, line);
		return line;
	};
	const value = document.value as Readonly<Record<string, unknown>>;
	return {flyToml: {text, config: checked.output, value, lineOf}, flyTomlFaults: []};
}

/** Undefined for what is no TOML, or nested deeper than a parser can go. */
function tryOpen(body: string): TomlDocument | undefined {
	try {
		return openToml(body);
	} catch (error) {
		if (error instanceof ParseError || error instanceof RangeError) return undefined;
		throw error;
	}
}

function readSyntaxFault(text: string): FlyTomlFault {
	try {
		const reading = parseFlyToml(text);
		if (!reading.ok) return {is: 'syntax', path: [], line: reading.line, problem: reading.problem};
	} catch (error) {
		if (!(error instanceof RangeError)) throw error;
	}

	return {is: 'syntax', path: [], line: 1, problem: 'It is nested too deep to be read.'};
}

function readTypeFault(document: TomlDocument, issue: v.BaseIssue<unknown>): FlyTomlFault {
	const path = (issue.path ?? []).flatMap(({key}) =>
		typeof key === 'string' || typeof key === 'number' ? [key] : [],
	);
	return {
		is: 'type',
		path,
		line: findLine(document, path),
		problem: `${writeTomlPath(path)} ${issue.message}.`,
		value: issue.input,
	};
}
