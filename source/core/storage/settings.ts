import {refuseConfig, resolveSetting, type Setting, writeParts} from '../litestream/config.ts';

/** @param flag - The flag, without dashes, whose answer would fit the setting instead. */
export type Solve = (setting: Setting, wanted: string, what: string, flag: string) => void;

/**
Finds the value of a setting's one variable that makes the setting what is wanted, and puts it into `values`.

A literal that is the wanted value already needs none; another one stops the plan.

@throws {Failure} Exit 2 with the line.
*/
export function solveSetting(file: string, values: Map<string, string>): Solve {
	return (setting, wanted, what, flag) => {
		const refuse = (problem: string, hint: string) => refuseConfig(file, setting.line, problem, hint);
		const resolved = resolveSetting(setting, values);
		const variables = resolved.parts.flatMap(part => (part.is === 'variable' ? [part.name] : []));
		const strange = variables.find(name => !/^\w+$/.test(name));
		if (strange !== undefined) {
			throw refuse(
				`Litestream knows no default values: \${${strange}} would be empty.`,
				'Write a plain $VARIABLE',
			);
		}

		const [name] = variables;
		const says = writeParts(resolved.parts);
		if (name === undefined) {
			if (isSame(says, wanted)) return;
			throw refuse(
				`${what} is ${says}, and ${wanted} is wanted.`,
				`Write ${wanted}, or answer --${flag} ${says}`,
			);
		}

		const [before, after] = surround(says, name);
		if (new Set(variables).size > 1 || after.includes(`\${${name}}`)) {
			throw refuse(
				`${what} is made of several variables, so none of them can be set for it.`,
				'Use one variable',
			);
		}

		if (
			!wanted.startsWith(before) ||
			!wanted.endsWith(after) ||
			wanted.length < before.length + after.length
		) {
			throw refuse(`${what} is ${says}, which cannot become ${wanted}.`, `Write what can become ${wanted}`);
		}

		values.set(name, wanted.slice(before.length, wanted.length - after.length));
	};
}

function surround(says: string, name: string): readonly [string, string] {
	const at = says.indexOf(`\${${name}}`);
	return [says.slice(0, at), says.slice(at + name.length + 3)];
}

/** A slash at the end says nothing, and R2 and Tigris take us-east-1 for auto. */
const isSame = (a: string, b: string) => trim(a) === trim(b) || (b === 'auto' && a === 'us-east-1');
const trim = (text: string) => text.replace(/\/+$/, '');
