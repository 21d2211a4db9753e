import {accepted, type Parsed, refused} from '../core/answer.ts';
import {findMachinePreset, machinePresets} from '../core/fly/catalog.ts';
import {estimateCost} from '../core/plan/cost.ts';
import {
	chooseMemoryMb,
	proposeDefault,
	proposeFromFlyToml,
	readMachine,
} from '../core/questions/proposals.ts';
import type {AnswerState, Choice, Question} from '../core/questions/question.ts';

export const vmSize: Question = {
	id: 'vm-size',
	label: 'machine',
	title: 'Machine size',
	why: 'CPUs and memory of the machine. You can change it later with a restart.',
	example: 'shared-cpu-1x',
	kind: 'choice',
	flag: {name: '--vm-size', value: 'SIZE', help: 'machine size, for example shared-cpu-1x'},
	help: 'shared-cpu-1x is enough for a blog. You can change memory on the review screen.',
	columns: ['memory', 'per month, about'],
	samples: {good: ['shared-cpu-1x'], bad: ['a10']},
	applies: () => true,

	default({facts, profile}) {
		const machine = readMachine(facts);
		return machine
			? proposeFromFlyToml(machine.vmSize, facts)
			: proposeDefault(profile.vm.size, 'recommended');
	},

	choices: state => machinePresets.map(({name}) => toChoice(name, state)),
	parse: parseVmSize,
};

function toChoice(size: string, state: AnswerState): Choice {
	const memoryMb = chooseMemoryMb(size, state);
	const {monthlyUsd} = estimateCost({vm: {size, memoryMb}, volumeSizeGb: undefined, provider: undefined});
	return {value: size, label: size, cells: [`${memoryMb} MB`, `$${monthlyUsd.toFixed(2)}`]};
}

function parseVmSize(typed: string, {facts}: AnswerState): Parsed<string> {
	const size = typed.trim().toLowerCase();
	if (size === '') return refused('Enter a machine size, for example shared-cpu-1x.');
	if (findMachinePreset(size) || size === readMachine(facts)?.vmSize) return accepted(size);

	const meant = [
		`shared-cpu-${size}`,
		`shared-cpu-${size}x`,
		`${size}-1x`,
		`${size}-cpu-1x`,
		`${size}x`,
		`${size}1x`,
	].find(findMachinePreset);
	const names = machinePresets.map(({name}) => name);
	return refused(`Unknown machine size. Available: ${names.join(', ')}.`, meant);
}
