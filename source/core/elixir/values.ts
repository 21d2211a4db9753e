import type {NumberSetting, TextPart} from './facts.ts';
import {resolve} from './names.ts';
import {judgeNeed, type Need} from './need.ts';
import type {ElixirSource} from './source.ts';
import {findPipe, isCall, listSteps, nameOf, readCall, readLiteral, readString} from './syntax/calls.ts';
import {type ElixirNode, isOf, listNodes, placeOf, textOf} from './syntax/tree.ts';

const isReading = (node: ElixirNode | undefined): node is ElixirNode =>
	isCall(node) &&
	(/^System\.(?:get_env|fetch_env!)$/.test(nameOf(node)) ||
		(/^(?:Dotenvy\.)?env!$/.test(nameOf(node)) && node.file.text.includes('Dotenvy')));

/** Reads a variable of the environment: `System.get_env("X") || …`, `System.fetch_env!("X")`, `env!("X", :string, …)`. */
function readVariable(node: ElixirNode, source: ElixirSource): (TextPart & {is: 'variable'}) | undefined {
	const read = isOf(node, 'BinaryOperator') && node.operator === '||' ? node.kids[0] : node;
	const call = read && resolve(read, source);
	if (!isReading(call)) return undefined;
	const {name, args} = readCall(call);
	const variable = readString(args[0] && resolve(args[0], source));
	if (variable === undefined) return undefined;
	const need = readNeed(name, call, args, source);
	return {
		is: 'variable',
		name: variable,
		isRequired: need.is === 'required',
		fallback: need.is === 'default' ? readLiteral(resolve(need.value, source)) : undefined,
	};
}

function readNeed(
	name: string,
	call: ElixirNode,
	[, second, third]: readonly ElixirNode[],
	source: ElixirSource,
): Need {
	if (!name.endsWith('!')) return judgeNeed(call, second, source);
	return name.endsWith('env!') && !name.endsWith('fetch_env!') && third
		? {is: 'default', value: third}
		: {is: 'required'};
}

const deepestText = 6;

/** Reads a text as its literal parts and variables; `undefined` for one that is computed in another way. */
export function readText(
	given: ElixirNode,
	source: ElixirSource,
	depth = 0,
): readonly TextPart[] | undefined {
	const node = resolve(given, source);
	const literal = readString(node);
	if (literal !== undefined) return [{is: 'literal', text: literal}];
	const variable = readVariable(node, source);
	if (variable) return [variable];
	if (depth > deepestText) return undefined;
	const read = (part: ElixirNode) => readText(part, source, depth + 1);
	if (isOf(node, 'String')) return join(node.kids.map(part => readPart(part, read)));
	if (isOf(node, 'BinaryOperator') && node.operator === '<>') return join(node.kids.map(read));
	if (isOf(node, 'Block') && node.kids.length === 1 && node.kids[0]) return read(node.kids[0]);
	if (!isCall(node)) return undefined;
	const {name, args} = readCall(node);
	if (name === 'Path.expand' && args.length === 1 && args[0]) return read(args[0]);
	if (name !== 'Path.join') return undefined;
	const parts = isOf(args[0], 'List') ? args[0].kids : args;
	const slash: TextPart = {is: 'literal', text: '/'};
	return join(parts.map((part, index) => (index === 0 ? read(part) : join([[slash], read(part)]))));
}

function readPart(
	part: ElixirNode,
	read: (node: ElixirNode) => readonly TextPart[] | undefined,
): readonly TextPart[] | undefined {
	if (isOf(part, 'Interpolation'))
		return part.kids.length === 1 && part.kids[0] ? read(part.kids[0]) : undefined;
	return isOf(part, 'QuotedContent') ? [{is: 'literal', text: textOf(part)}] : undefined;
}

const join = (parts: readonly (readonly TextPart[] | undefined)[]): readonly TextPart[] | undefined =>
	parts.some(part => part === undefined) ? undefined : parts.flatMap(part => part ?? []);

/** Reads a number: a literal, or a variable with its default. */
export function readNumber(given: ElixirNode, source: ElixirSource): NumberSetting {
	const node = unwrap(resolve(given, source), source);
	const read = listNodes(node).find(isReading);
	const place = placeOf(given);
	if (isOf(node, 'Integer')) return {...place, variable: undefined, value: toNumber(textOf(node))};
	const variable = readVariable(node, source) ?? (read && readVariable(read, source));
	return {...place, variable: variable?.name, value: toNumber(variable?.fallback)};
}

/** Takes `String.to_integer(x)` and `x |> String.to_integer()` away. */
function unwrap(node: ElixirNode, source: ElixirSource): ElixirNode {
	const steps = listSteps(node);
	const [first] = steps;
	if (first && steps.length > 1 && findPipe(first) !== first) return resolveBlock(first, source);
	if (isCall(node) && /^(?:String\.to_integer|Integer\.parse|elem)$/.test(nameOf(node))) {
		const [inner] = readCall(node).args;
		return inner ? resolveBlock(inner, source) : node;
	}
	return node;
}

function resolveBlock(node: ElixirNode, source: ElixirSource): ElixirNode {
	const inner = resolve(node, source);
	return isOf(inner, 'Block') && inner.kids[0] ? resolve(inner.kids[0], source) : inner;
}

const toNumber = (text: string | undefined): number | undefined =>
	text !== undefined && /^[\d_]+$/.test(text) ? Number(text.replaceAll('_', '')) : undefined;
