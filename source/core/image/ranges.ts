import {DockerfileParser} from 'dockerfile-ast';
import type {Dockerfile} from './dockerfile.ts';
import type {Unreadable} from './instructions.ts';

/**
Compares the instructions with those that a second parser finds. Only its ranges count: its values lose blanks.

@returns The first line about which the two disagree.
*/
export function findDisagreement({text, instructions}: Dockerfile): Unreadable | undefined {
	const others = DockerfileParser.parse(text)
		.getInstructions()
		.map(instruction => ({
			keyword: instruction.getKeyword(),
			line: instruction.getRange().start.line + 1,
		}));
	const why = 'two readers of Dockerfiles understand it differently';
	for (const [index, {keyword, line}] of instructions.entries()) {
		const other = others[index];
		if (other?.keyword !== keyword || other.line !== line) return {line, why};
	}

	const extra = others[instructions.length];
	return extra && {line: extra.line, why};
}
