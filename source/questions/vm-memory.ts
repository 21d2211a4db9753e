import {accepted, type Parsed, readAnswer, refused} from '../core/answer.ts';
import {findMachinePreset} from '../core/fly/catalog.ts';
import {
	chooseMemoryMb,
	proposeDefault,
	proposeFromFlyToml,
	readMachine,
} from '../core/questions/proposals.ts';
import type {AnswerState, Question} from '../core/questions/question.ts';

/** Fly sells memory in these steps, in MB. */
const stepMb = 256;

/**
Parses megabytes of memory within the limits of the machine size.

@param size - For example `shared-cpu-1x`; for an unknown size, only the steps are checked.
*/
function parseVmMemory(typed: string, size: string): Parsed<string> {
	const [, digits, unit = 'mb'] = /^(\d+)\s*([gm]b?)?$/i.exec(typed.trim()) ?? [];
	if (digits === undefined) return refused('Enter a whole number of megabytes, for example 1024.');

	const memoryMb = Number(digits) * (unit.toLowerCase().startsWith('g') ? 1024 : 1);
	const {min, max} = findMachinePreset(size)?.memoryMb ?? {min: stepMb, max: Number.MAX_SAFE_INTEGER};
	if (memoryMb < min) return refused(`${size} has at least ${min} MB.`, String(min));
	if (memoryMb > max) return refused(`${size} has at most ${max} MB.`, String(max));
	if (memoryMb % stepMb !== 0) {
		return refused(`Memory comes in steps of ${stepMb} MB.`, String(Math.ceil(memoryMb / stepMb) * stepMb));
	}

	return accepted(String(memoryMb), digits === String(memoryMb) ? undefined : `Read as ${memoryMb} MB.`);
}

export const vmMemory: Question = {
	id: 'vm-memory',
	label: 'memory',
	title: 'Machine memory in MB',
	why: 'Memory of the machine in MB. With too little, the app is killed under load.',
	example: '1024',
	kind: 'text',
	flag: {name: '--vm-memory', value: 'MB', help: 'machine memory, for example 1024'},
	samples: {good: ['1024'], bad: ['1000']},
	applies: () => true,
	isOptional: () => true,
	describe: value => (Number(value) % 1024 === 0 ? `${Number(value) / 1024} GB` : `${value} MB`),

	default(state) {
		const memoryMb = chooseMemoryMb(readSize(state), state);
		const isFromFlyToml = readMachine(state.facts)?.vmMemoryMb === memoryMb;
		return isFromFlyToml
			? proposeFromFlyToml(String(memoryMb), state.facts)
			: proposeDefault(String(memoryMb), 'recommended');
	},

	parse: (typed, state) => parseVmMemory(typed, readSize(state)),
};

const readSize = ({answers, facts, profile}: AnswerState): string =>
	readAnswer(answers, 'vm-size') ?? readMachine(facts)?.vmSize ?? profile.vm.size;
