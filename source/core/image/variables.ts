import type {FlyConfig} from '../fly-toml/config.ts';
import {type Dockerfile, readPairs, type Stage} from './dockerfile.ts';
import {listBuildArguments} from './find.ts';
import {expandArguments} from './words.ts';

/** A variable that ENV sets, and where. */
type ImageVariable = {readonly value: string; readonly line: number};

/** Reads what ENV sets in the final image, arguments filled in; a variable whose value the file does not tell is left out. */
export function readImageVariables(
	dockerfile: Dockerfile,
	config: FlyConfig | undefined,
): ReadonlyMap<string, ImageVariable> {
	const {set, arguments: given} = readVariables(dockerfile, dockerfile.chain, config);
	return new Map([...set].filter(([name, {value}]) => !given.has(name) && !value.includes('$')));
}

/** Reads what the image, and then [env] of fly.toml, set on a machine; a variable whose value the files do not tell is left out. */
export function readMachineVariables(
	dockerfile: Dockerfile | undefined,
	config: FlyConfig | undefined,
): ReadonlyMap<string, string> {
	const ofImage = dockerfile ? [...readImageVariables(dockerfile, config)] : [];
	return new Map([
		...ofImage.map(([name, {value}]) => [name, value] as const),
		...Object.entries(config?.env ?? {}).map(([name, value]) => [name, String(value)] as const),
	]);
}

/** Lists the variables that the final image or [env] of fly.toml sets, whatever their values. */
export function listMachineVariables(
	dockerfile: Dockerfile | undefined,
	config: FlyConfig | undefined,
): ReadonlySet<string> {
	const ofImage = (dockerfile?.chain ?? [])
		.flatMap(({instructions}) => instructions)
		.filter(({keyword}) => keyword === 'ENV')
		.flatMap(({text}) => [...readPairs(text).keys()]);
	return new Set([...ofImage, ...Object.keys(config?.env ?? {})]);
}

/** Reads a variable, of ENV or ARG, at the end of these stages; `undefined` where none of them sets it to a plain word. */
export function readPlainVariable(
	dockerfile: Dockerfile,
	building: readonly Stage[],
	config: FlyConfig | undefined,
	name: string,
): string | undefined {
	const value = readVariables(dockerfile, building, config).set.get(name)?.value;
	return value !== undefined && /^\w+$/.test(value) ? value : undefined;
}

function readVariables(
	{instructions, stages}: Dockerfile,
	building: readonly Stage[],
	config: FlyConfig | undefined,
) {
	const given = listBuildArguments(config);
	const first = stages[0]?.from;
	const above = instructions.slice(0, first ? instructions.indexOf(first) : 0);
	const globals = new Map<string, ImageVariable>();
	for (const each of above) if (each.keyword === 'ARG') assign(globals, each, given);
	const known = new Map([...[...globals].map(([name, {value}]) => [name, value] as const), ...given]);
	const set = new Map<string, ImageVariable>();
	const ofArguments = new Set<string>();
	for (const each of building.flatMap(stage => stage.instructions)) {
		if (each.keyword !== 'ARG' && each.keyword !== 'ENV') continue;
		for (const name of assign(set, each, each.keyword === 'ARG' ? known : new Map()))
			if (each.keyword === 'ARG') ofArguments.add(name);
			else ofArguments.delete(name);
	}

	return {set, arguments: ofArguments};
}

/** @returns The names that it set. */
function assign(
	set: Map<string, ImageVariable>,
	{text, line}: Dockerfile['instructions'][number],
	given: ReadonlyMap<string, string>,
): readonly string[] {
	const values = new Map([...set].map(([name, {value}]) => [name, value]));
	return [...readPairs(text)].flatMap(([name, written]) => {
		const value = given.get(name) ?? (written === undefined ? undefined : expandArguments(written, values));
		if (value === undefined) return [];
		set.set(name, {value, line});
		return [name];
	});
}
