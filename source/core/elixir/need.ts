import {judgePlace} from './conditions.ts';
import {findScope, resolve} from './names.ts';
import {type ElixirSource, indexFile} from './source.ts';
import {findPipe, isCall, listSteps, nameOf, readCall, readString} from './syntax/calls.ts';
import {type ElixirNode, isInside, isOf, listNodes, shorten, textOf} from './syntax/tree.ts';

/** What happens where a variable of the environment is not set. */
export type Need =
	| {readonly is: 'required' | 'optional'}
	/** The default's expression, where it is one of the file. */
	| {readonly is: 'default'; readonly value: ElixirNode};

const required: Need = {is: 'required'};
const optional: Need = {is: 'optional'};

/** Functions that take no nil. */
const takesText =
	/^(?:String\.(?:to_\w+|split|trim\w*|downcase|upcase|replace|starts_with\?)|Base\.\w+!|URI\.(?:parse|new!)|Integer\.parse|Float\.parse|Jason\.decode!|:erlang\.binary_to_\w+)$/;

/**
Judges what happens without a variable.

@param read - The call that reads it.
@param second - Its default, if it has one.
*/
export function judgeNeed(
	read: ElixirNode,
	second: ElixirNode | undefined,
	source: ElixirSource,
	depth = 0,
): Need {
	if (second && !isNothing(resolve(second, source))) return {is: 'default', value: second};
	const {up} = read;
	if (!up) return optional;
	if (isOf(up, 'Block')) return judgeNeed(up, undefined, source, depth);
	if (isOf(up, 'PipeOperator', 'Right')) return judgePiped(read, source, depth);
	if (isOf(up, 'Arguments')) return judgeArgument(read, up, source);
	if (isOf(up, 'Interpolation')) return optional;
	if (!isOf(up, 'BinaryOperator')) return optional;
	const [left, right] = up.kids;
	if (up.operator === '<>') return required;
	if (up.operator === '||' && left === read && right) return judgeOther(right, up, source, depth);
	// `{:ok, x} = System.fetch_env("X")`
	if (up.operator === '=' && right === read && isOf(left, 'Tuple')) return required;
	if (up.operator === '=' && right === read && isOf(left, 'Identifier') && depth < 2)
		return judgeVariable(left, up, source, depth);
	return optional;
}

/** Without a value for `||`: nil, or an empty text. */
const isNothing = (node: ElixirNode): boolean => isOf(node, 'Nil') || readString(node) === '';

function judgePiped(read: ElixirNode, source: ElixirSource, depth: number): Need {
	const pipe = findPipe(read);
	const steps = listSteps(pipe);
	const next = steps[steps.indexOf(read) + 1];
	if (next) {
		if (takesText.test(nameOf(next))) return required;
		return nameOf(next) === 'case' ? judgeCase(next, source) : optional;
	}
	return isOf(pipe.up, 'BinaryOperator') && pipe !== read
		? judgeNeed(pipe, undefined, source, depth)
		: optional;
}

function judgeArgument(read: ElixirNode, list: ElixirNode, source: ElixirSource): Need {
	const call = list.up;
	if (!isCall(call) || list.kids[0] !== read) return optional;
	const name = nameOf(call);
	if (takesText.test(name) || name === 'Path.join' || name === 'Path.expand') return required;
	return name === 'case' ? judgeCase(call, source) : optional;
}

/** `case read do nil -> raise …` */
function judgeCase(call: ElixirNode, source: ElixirSource): Need {
	const clauses = (readCall(call).block?.kids ?? []).filter(({type}) => type === 'StabClause');
	const headOf = (clause: ElixirNode) => (clause.kids[0] ? textOf(clause.kids[0]).trim() : '');
	const clause =
		clauses.find(each => /^(?:nil\b|:error\b)/.test(headOf(each))) ??
		clauses.find(each => /^[a-z_]\w*(?: when .*(?:nil|"").*)?$/s.test(headOf(each)));
	if (!clause) return optional;
	if (raises(clause, source)) return required;
	const value = clause.kids.at(-1)?.kids[0];
	return isOf(value, 'String', 'Integer', 'Boolean', 'Alias', 'Atom') && !isNothing(value)
		? {is: 'default', value}
		: optional;
}

/** `read || other` */
function judgeOther(other: ElixirNode, whole: ElixirNode, source: ElixirSource, depth: number): Need {
	if (isNothing(other)) return optional;
	if (raises(other, source)) return required;
	if (isCall(other) && /^System\.(?:get|fetch)_env/.test(nameOf(other))) return optional;
	const isChained =
		isOf(whole.up, 'BinaryOperator') && whole.up.operator === '||' && whole.up.kids[0] === whole;
	return isChained ? judgeNeed(whole, undefined, source, depth) : {is: 'default', value: other};
}

/** `name = read`: what is done with the name further down. */
function judgeVariable(name: ElixirNode, binding: ElixirNode, source: ElixirSource, depth: number): Need {
	const scope = findScope(name);
	const uses = (indexFile(name.file).identifiers.get(textOf(name)) ?? [])
		.filter(use => use.from > binding.to && isInside(use, scope))
		.slice(0, 50);
	const needs = uses.map(use =>
		isAbsenceRefused(use, source) ? required : judgeNeed(use, undefined, source, depth + 1),
	);
	// A use in a branch that is only taken where the variable is set says nothing.
	const crash = needs.find((need, index) => need.is === 'required' && !isGuarded(uses[index], textOf(name)));
	if (crash) return crash;
	const [first] = needs;
	return first?.is === 'default' && needs.every(need => need.is === 'default') ? first : optional;
}

/** `if x in [nil, ""] do raise …`, `unless x do raise …`, `if is_nil(x), do: raise …` */
function isAbsenceRefused(use: ElixirNode, source: ElixirSource): boolean {
	let top = use;
	while (isOf(top.up, 'BinaryOperator', 'UnaryOperator', 'Block') || isNilTest(top.up)) top = top.up ?? top;
	const test = isOf(top.up, 'Arguments') && top.up.kids[0] === top ? top.up.up : undefined;
	if (!isCall(test)) return false;
	const asksForNone =
		nameOf(test) === 'unless' ||
		(nameOf(test) === 'if' && /\bnil\b|""|is_nil|!\s*\w|\bnot\b/.test(shorten(top)));
	if (!asksForNone) return false;
	const {block, keywords} = readCall(test);
	const branch = block ? block.kids.filter(({type}) => type !== 'ElseBlock') : [keywords.get('do')];
	return branch.some(node => node && raises(node, source));
}

const isNilTest = (node: ElixirNode | undefined): boolean =>
	(isOf(node, 'Arguments') && isCall(node.up) && nameOf(node.up) === 'is_nil') ||
	(isCall(node) && nameOf(node) === 'is_nil');

/** `if x do … x <> "" … end` */
function isGuarded(use: ElixirNode | undefined, name: string): boolean {
	const word = new RegExp(`(?<![\\w?!])${name.replaceAll(/[?!]/g, String.raw`\$&`)}(?![\\w?!])`);
	for (let at = use; at?.up; at = at.up) {
		const call = isOf(at, 'DoBlock') ? at.up : isOf(at, 'Keywords') ? at.up.up : undefined;
		if (!isCall(call) || !/^(?:if|case|with|cond)$/.test(nameOf(call))) continue;
		const asked = readCall(call).args[0];
		if (asked && use && !isInside(use, asked) && word.test(shorten(asked, 400))) return true;
	}
	return false;
}

/** Returns whether code raises or stops the program in the image's MIX_ENV. */
export const raises = (node: ElixirNode, source: ElixirSource): boolean =>
	listNodes(node).some(
		inner =>
			isCall(inner) &&
			/^(?:raise|reraise|exit|throw|System\.(?:halt|stop))$/.test(nameOf(inner)) &&
			judgePlace(inner, source) !== 'no',
	);
