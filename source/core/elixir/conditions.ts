import type {Certainty} from './facts.ts';
import {resolve} from './names.ts';
import type {ElixirSource} from './source.ts';
import {isCall, nameOf, readCall, readString, readWords} from './syntax/calls.ts';
import {type ElixirNode, isOf, shorten, textOf} from './syntax/tree.ts';

export const not = (value: Certainty): Certainty =>
	value === 'maybe' ? value : value === 'yes' ? 'no' : 'yes';

export const both = (left: Certainty, right: Certainty): Certainty =>
	left === 'no' || right === 'no' ? 'no' : left === 'yes' && right === 'yes' ? 'yes' : 'maybe';

const either = (left: Certainty, right: Certainty): Certainty => not(both(not(left), not(right)));

export type Condition = {readonly text: string; readonly holds: Certainty};

/** Returns whether code counts in the image's MIX_ENV: all conditions around it, up to its function. */
export const judgePlace = (node: ElixirNode, source: ElixirSource): Certainty =>
	listConditions(node, source).reduce<Certainty>((all, {holds}) => both(all, holds), 'yes');

/** Returns the nearest condition around code that only running it would tell, as written. */
export const findDoubt = (node: ElixirNode, source: ElixirSource): string | undefined =>
	listConditions(node, source).find(({holds}) => holds === 'maybe')?.text;

/** Lists the conditions around a node, from the inside out; its function is the border. */
function listConditions(node: ElixirNode, source: ElixirSource): readonly Condition[] {
	const found: Condition[] = [];
	let counted: ElixirNode | undefined;
	for (let at = node; at.up && !isOf(at.up, 'FunctionDefinitionCall'); at = at.up) {
		const {up} = at;
		if (isOf(up, 'StabClause')) {
			const condition = readClause(up, at, source);
			if (condition) found.push(condition);
			continue;
		}
		const branch = readBranch(up, at);
		if (!branch || branch.call === counted) continue;
		counted = branch.call;
		const [asked] = readCall(branch.call).args;
		if (!asked) continue;
		const holds = judge(asked, source);
		found.push({
			text: `${branch.isElse ? 'not ' : ''}${shorten(asked)}`,
			holds: branch.isElse ? not(holds) : holds,
		});
	}
	return found;
}

/** Returns the `if` or `unless` around, when `at` is in one of its branches. */
function readBranch(up: ElixirNode, at: ElixirNode) {
	const isElseBlock = isOf(up, 'ElseBlock');
	const isPair = isOf(up, 'Pair');
	const call = isElseBlock ? up.up?.up : isPair ? up.up?.up?.up : up;
	if (!isCall(call)) return undefined;
	const name = nameOf(call);
	if (name !== 'if' && name !== 'unless') return undefined;
	if (!isElseBlock && !isPair && !isOf(at, 'DoBlock')) return undefined;
	const key = isPair ? nameOf(up.kids[0]).replace(/:\s*$/, '') : isElseBlock ? 'else' : 'do';
	return {call, isElse: (key === 'else') !== (name === 'unless')};
}

/** Reads `pattern -> at` of a `case`, or `condition -> at` of a `cond`. */
function readClause(clause: ElixirNode, at: ElixirNode, source: ElixirSource): Condition | undefined {
	const head = clause.kids[0];
	const call = clause.up?.up;
	if (!head || at === head || !isOf(clause.up, 'DoBlock') || !isCall(call)) return undefined;
	if (nameOf(call) === 'cond')
		return {text: shorten(head), holds: head.kids[0] ? judge(head.kids[0], source) : 'maybe'};
	const [subject] = readCall(call).args;
	if (nameOf(call) !== 'case' || !subject) return undefined;
	const pattern = textOf(head).trim().slice(0, 60);
	return {text: `${shorten(subject)} -> ${pattern}`, holds: judgePattern(clause, subject, source)};
}

function judgePattern(clause: ElixirNode, subject: ElixirNode, source: ElixirSource): Certainty {
	if (!isMixEnv(resolve(subject, source))) return 'maybe';
	const matches = (each: ElixirNode) => {
		const pattern = each.kids[0] ? textOf(each.kids[0]).trim() : '';
		if (pattern === `:${source.mixEnv}`) return true;
		const list = /^\w+ when \w+ in (?:\[([^\]]*)\]|~w\(([^)]*)\)a)$/.exec(pattern);
		if (list) return (list[1] ?? list[2] ?? '').split(/[\s,:]+/).includes(source.mixEnv);
		return /^[a-z_]\w*$/.test(pattern) ? true : pattern.startsWith(':') ? false : undefined;
	};
	const first = (clause.up?.kids ?? []).find(each => isOf(each, 'StabClause') && matches(each) !== false);
	if (!first || matches(first) === undefined) return matches(clause) === false ? 'no' : 'maybe';
	return first === clause ? 'yes' : 'no';
}

const isMixEnv = (node: ElixirNode): boolean => {
	if (/^(?:config_env|Mix\.env|Config\.config_env)$/.test(nameOf(node))) return true;
	return (
		isCall(node) &&
		/(?:get_env|fetch_env!?|compile_env!?)$/.test(nameOf(node)) &&
		/:(?:env|environment|mix_env)\b/.test(shorten(node))
	);
};

/** RELEASE_NAME is set in every release that mix builds. */
const isReleaseName = (node: ElixirNode | undefined): boolean =>
	isCall(node) &&
	/^System\.(?:get_env|fetch_env!)$/.test(nameOf(node)) &&
	readCall(node).args.length === 1 &&
	readString(readCall(node).args[0]) === 'RELEASE_NAME';

/** Judges a condition for the image's MIX_ENV; what is not known by MIX_ENV or the release is `maybe`. */
export function judge(condition: ElixirNode, source: ElixirSource): Certainty {
	const node = resolve(condition, source);
	const [left, right] = node.kids;
	if (isOf(node, 'Block') && left) return judge(left, source);
	if (isOf(node, 'UnaryOperator') && left) return not(judge(left, source));
	if (isReleaseName(node)) return source.isStartedByMix ? 'no' : 'yes';
	if (isOf(node, 'Boolean', 'Nil')) return textOf(node) === 'true' ? 'yes' : 'no';
	if (isCall(node)) return judgeCall(node, source);
	if (!isOf(node, 'BinaryOperator') || !left || !right) return 'maybe';
	if (isReleaseName(resolve(left, source)) && isOf(right, 'Nil'))
		return (node.operator ?? '').startsWith('!') === source.isStartedByMix ? 'no' : 'yes';
	if (/^(?:and|&&)$/.test(node.operator ?? '')) return both(judge(left, source), judge(right, source));
	if (/^(?:or|\|\|)$/.test(node.operator ?? '')) return either(judge(left, source), judge(right, source));
	return judgeComparison(node.operator ?? '', left, right, source);
}

function judgeCall(node: ElixirNode, source: ElixirSource): Certainty {
	const {name, args} = readCall(node);
	if (name === 'is_nil' && args[0])
		return isReleaseName(resolve(args[0], source)) ? not(judge(args[0], source)) : 'maybe';
	if (name === 'not' && args[0]) return not(judge(args[0], source));
	if (/(?:compile_env!?|get_env)$/.test(name) && /:(?:dev_routes|sandbox|sql_sandbox)\b/.test(shorten(node)))
		return source.mixEnv === 'dev' ? 'yes' : 'no';
	if (/(?:^|\.)Code\.ensure_loaded\?$/.test(name) && args[0] && /^Mix(?:\.|$)/.test(nameOf(args[0])))
		return source.isStartedByMix ? 'yes' : 'no';
	return 'maybe';
}

function judgeComparison(
	operator: string,
	left: ElixirNode,
	right: ElixirNode,
	source: ElixirSource,
): Certainty {
	// `not a in b` comes as (not a) in b.
	const negated = isOf(left, 'UnaryOperator') ? left.kids[0] : undefined;
	const subject = resolve(negated ?? left, source);
	const [env, list] = isMixEnv(subject) ? [true, right] : [isMixEnv(resolve(right, source)), left];
	if (!env) return 'maybe';
	const holds = readWords(resolve(list, source)).includes(source.mixEnv) ? 'yes' : 'no';
	const isPositive = /^(?:==|===|in)$/.test(operator);
	if (!isPositive && !/^(?:!=|!==|not in)$/.test(operator)) return 'maybe';
	return isPositive === (negated === undefined) ? holds : not(holds);
}
