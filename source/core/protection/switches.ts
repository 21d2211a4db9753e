import type {Command} from '../image/running.ts';

/** A line that runs the app without Litestream unless a variable is set, or that takes the place of the replica from one. */
export type Switch = {
	readonly name: string;
	/** What it must be; undefined where any text will do. */
	readonly value?: string;
	readonly path: string;
	readonly line: number;
	/** `litestream restore -o PATH "$NAME"`: the variable is the URL of the replica. */
	readonly isUrl?: true;
};

type Branch = Partial<Pick<Switch, 'name' | 'value'>> & {
	readonly line: number;
	/** The branch that is open needs the variable. */
	readonly isSet: boolean;
};

/**
Finds the variables without which a script runs the app unprotected: `if [ -n "$NAME" ]` or `if [ "$NAME" = true ]` around
replicate, or the opposite around another exec before it. One that the script sets itself, or Fly, does not count.
*/
export function findSwitches(commands: readonly Command[], replicate: Command): readonly Switch[] {
	const open: Branch[] = [];
	const passed: Switch[] = [];
	const own = new Set<string>();
	const list = (isSet: boolean) =>
		open.flatMap(({name, line, isSet: isNeeded, ...asked}): readonly Switch[] =>
			name !== undefined && isNeeded === isSet ? [{name, ...asked, path: replicate.path, line}] : [],
		);
	for (const {text, path, line, isExec, isSwallowed} of commands.slice(0, commands.indexOf(replicate))) {
		for (const name of listAssigned(text)) own.add(name);
		if (path !== replicate.path) continue;
		const last = open.at(-1);
		// Behind `||`, another condition may hold in its place.
		if (/^if\s/.test(text)) open.push({line, isSet: true, ...(isSwallowed ? {} : readCondition(text))});
		else if (text === 'fi') open.pop();
		else if (text === 'else' && last) open[open.length - 1] = {...last, isSet: !last.isSet};
		else if (/^elif\s/.test(text) && last) open[open.length - 1] = {line, isSet: true};
		else if (isExec) passed.push(...list(false));
	}

	const all = [...passed, ...list(true)].filter(({name}) => !own.has(name) && !ofTheMachine.test(name));
	return all.filter(({name}, index) => all.findIndex(other => other.name === name) === index);
}

const ofTheMachine = /^(?:FLY_\w+|PRIMARY_REGION|HOME|HOSTNAME|PATH|PWD|USER)$/;

const variable = String.raw`"?\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?-)?\})"?`;
const emptiness = new RegExp(String.raw`^if\s+\[\[?\s+-([nz])\s+${variable}\s+\]`);
const equality = new RegExp(String.raw`^if\s+\[\[?\s+${variable}\s+==?\s+["']?([\w.-]+)["']?\s+\]`);

/** Reads a condition about one variable, not about an argument such as `$1`. */
function readCondition(text: string): Partial<Branch> {
	const [, sign, bare, braced] = emptiness.exec(text) ?? [];
	const name = bare ?? braced;
	if (name !== undefined) return {name, isSet: sign === 'n'};
	const [, plain, inBraces, value] = equality.exec(text) ?? [];
	const compared = plain ?? inBraces;
	return compared === undefined || value === undefined ? {} : {name: compared, value, isSet: true};
}

/** `NAME=…`, `export NAME=…`, `: "${NAME:=…}"` */
const listAssigned = (text: string): readonly string[] =>
	[...text.matchAll(/(?:^(?:(?:export|readonly|local)\s+)?|\$\{)([A-Za-z_]\w*):?=/g)].flatMap(
		([, name]) => name ?? [],
	);
