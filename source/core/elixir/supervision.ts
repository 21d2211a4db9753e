import {both, judge, judgePlace, not} from './conditions.ts';
import type {Certainty, Migrations} from './facts.ts';
import {findFunctions, qualify, resolve, splitName} from './names.ts';
import {type ElixirSource, isMixTask} from './source.ts';
import {isCall, isUse, nameOf, readCall, readKeywords} from './syntax/calls.ts';
import {type ElixirNode, isOf, listNodes, placeOf, shorten, textOf} from './syntax/tree.ts';

type Child = {readonly module: string; readonly node: ElixirNode; readonly holds: Certainty};

type BootCall = Child & {readonly name: string};

/** What runs when the app starts, as far as its code can be followed from `start/2`. */
export type Boot = {
	/** Undefined without a `start/2`: then nothing is known. */
	readonly isKnown: boolean;
	readonly children: readonly Child[];
	readonly calls: readonly BootCall[];
	/** The functions that were followed. */
	readonly functions: ReadonlySet<ElixirNode>;
};

const mostFunctions = 400;

/** A module of the project is followed when its text has something that matters at boot. */
const matters = /\bSystem\.|Migrat|\buse (?:Dynamic)?Supervisor\b|Repo\b|Supervisor\.(?:start_link|init)/;

/** Follows `start/2` of the application, its local functions, and the project's own modules. */
export function followStart(source: ElixirSource): Boot {
	const children: Child[] = [];
	const calls: BootCall[] = [];
	const functions = new Set<ElixirNode>();
	const queue = findApplications(source).map(module => ({module, name: 'start', outer: 'yes' as Certainty}));
	const isKnown = queue.some(({module}) => source.findModule(module) !== undefined);
	for (let next = queue.shift(); next && functions.size < mostFunctions; next = queue.shift()) {
		const {module, name, outer} = next;
		const scope = source.findModule(module);
		for (const definition of scope ? findFunctions(scope, name) : []) {
			if (functions.has(definition)) continue;
			functions.add(definition);
			for (const node of listNodes(definition)) {
				const child = readChild(node, outer, source);
				if (child) {
					children.push(child);
					if (matters.test(source.readModuleText(child.module)))
						for (const entry of entries) queue.push({module: child.module, name: entry, outer: child.holds});
				}
				const target = node === definition ? undefined : readTarget(node);
				if (!target) continue;
				const holds = both(outer, judgePlace(node, source));
				calls.push({module: target.module, name: target.name, node, holds});
				const isOwn = target.module !== '' && matters.test(source.readModuleText(target.module));
				if (target.module === '' || isOwn)
					queue.push({module: target.module || module, name: target.name, outer: holds});
			}
		}
	}
	return {isKnown, children, calls, functions};
}

/** What is called, now or by a supervisor: `A.f()`, `&A.f/0`, `start: {A, :f, []}`. */
function readTarget(node: ElixirNode): ReturnType<typeof splitName> | undefined {
	if (isCall(node)) return splitName(node);
	const [first, second] = node.kids;
	if (isOf(node, 'CaptureOperator') && isOf(first, 'BinaryOperator') && isOf(first.kids[0], 'Identifier'))
		return {module: '', name: nameOf(first.kids[0])};
	const isStart = isOf(node.up, 'Pair') && nameOf(node.up.kids[0]) === 'start:';
	if (!isStart || !isOf(node, 'Tuple') || !first || !isOf(second, 'Atom')) return undefined;
	return {module: qualify(first), name: textOf(second).slice(1)};
}

/** What a supervisor calls in the module of a child. */
const entries = ['child_spec', 'start_link', 'init', 'handle_continue'];

/** The module of `mod:` in each mix.exs; without one, those that `use Application`. */
function findApplications(source: ElixirSource): readonly string[] {
	const named = source.files
		.filter(({path}) => path.endsWith('mix.exs'))
		.flatMap(file => file.nodes.filter(node => isOf(node, 'Pair') && nameOf(node.kids[0]) === 'mod:'))
		.flatMap(({kids: [, value]}) => (value ? [nameOf(isOf(value, 'Tuple') ? value.kids[0] : value)] : []))
		.filter(name => source.hasModule(name));
	if (named.length > 0) return [...new Set(named)];
	return source
		.findCalls(isUse)
		.filter(call => nameOf(readCall(call).args[0]) === 'Application')
		.filter(({file}) => !isMixTask(file.path))
		.map(call => nameOf(findDefinition(call)));
}

function findDefinition(node: ElixirNode): ElixirNode | undefined {
	for (let at = node.up; at; at = at.up)
		if (isCall(at) && nameOf(at) === 'defmodule') return readCall(at).args[0];
	return undefined;
}

/** Reads an element of a list of children: `Child`, `{Child, options}`, `flag && Child`, `Supervisor.child_spec(Child, …)`. */
function readChild(node: ElixirNode, outer: Certainty, source: ElixirSource): Child | undefined {
	const alias =
		isOf(node, 'Alias') || isOf(node, 'Dot') ? node : isOf(node, 'Tuple') ? node.kids[0] : undefined;
	if (!isOf(alias, 'Alias', 'Dot') || (isOf(alias, 'Dot') && !/^[A-Z_]/.test(nameOf(alias))))
		return undefined;
	let element = node;
	let holds = both(outer, judgePlace(node, source));
	if (isOf(node.up, 'Arguments') && isCall(node.up.up) && node.up.kids[0] === node) {
		if (!/^(?:Supervisor\.child_spec|worker|supervisor)$/.test(nameOf(node.up.up))) return undefined;
		element = node.up.up;
	}
	while (isOf(element.up, 'BinaryOperator') && /^(?:&&|and|\|)$/.test(element.up.operator ?? '')) {
		const [guard] = element.up.kids;
		if (element.up.operator !== '|' && guard) {
			if (guard === element) return undefined;
			holds = both(judge(guard, source), holds);
		}
		element = element.up;
	}
	const list = element.up;
	if (!isOf(list, 'List') || isOf(list.up, 'Tuple')) return undefined;
	if (isOf(list.up, 'Pair') && !/^(?:do|else):/.test(nameOf(list.up.kids[0]))) return undefined;
	return {module: qualify(alias), node, holds};
}

/** Reads whether the app migrates its database when a release starts. */
export function readMigrations({isKnown, children, calls}: Boot, source: ElixirSource): Migrations {
	const found = [
		...children.filter(({module}) => module === 'Ecto.Migrator').map(child => readMigrator(child, source)),
		...calls
			.filter(({module, name}) => module === 'Ecto.Migrator' && /^(?:run|up|with_repo)$/.test(name))
			.map(({node, holds}) => ({atBoot: holds, place: placeOf(node), skip: undefined})),
	];
	const best = (['yes', 'maybe', 'no'] as const).flatMap(
		certainty => found.find(({atBoot}) => atBoot === certainty) ?? [],
	)[0];
	return best ?? {atBoot: isKnown ? 'no' : 'maybe', place: undefined, skip: undefined};
}

function readMigrator({node, holds}: Child, source: ElixirSource): Migrations {
	const options = node.kids.find(({type}) => type === 'Keywords') ?? node.kids[1];
	const written = options && readKeywords(resolve(options, source)).get('skip');
	const skip = written && resolve(written, source);
	const isSkipped = skip ? judge(skip, source) : 'no';
	return {
		atBoot: both(holds, not(isSkipped)),
		place: placeOf(node),
		skip: skip && isSkipped !== 'no' ? shorten(skip) : undefined,
	};
}
