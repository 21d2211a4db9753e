import {readAnswer} from '../core/answer.ts';
import {
	chooseMemoryMb,
	proposeDefault,
	proposeFromFlyToml,
	readMachine,
} from '../core/questions/proposals.ts';
import type {Question, Situation} from '../core/questions/question.ts';
import {parseVmMemory} from './parse-vm-memory.ts';

export const vmMemory: Question = {
	id: 'vm-memory',
	label: 'memory',
	title: 'Memory of the machine, in MB',
	why: 'Too little and the app is killed at its busiest moment.',
	example: '1024',
	kind: 'text',
	flag: {name: '--vm-memory', value: 'MB', help: 'memory of the machine, for example 1024'},
	isAsked: () => true,
	isQuiet: () => true,
	describe: value => (Number(value) % 1024 === 0 ? `${Number(value) / 1024} GB` : `${value} MB`),

	propose(situation) {
		const memoryMb = chooseMemoryMb(readSize(situation), situation);
		const isFromFlyToml = readMachine(situation.project)?.vmMemoryMb === memoryMb;
		return isFromFlyToml
			? proposeFromFlyToml(String(memoryMb))
			: proposeDefault(String(memoryMb), 'recommended');
	},

	parse: (typed, situation) => parseVmMemory(typed, readSize(situation)),
};

const readSize = ({answers, project, profile}: Situation): string =>
	readAnswer(answers, 'vm-size') ?? readMachine(project)?.vmSize ?? profile.vm.size;
