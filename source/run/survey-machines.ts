import {readAnswer} from '../core/answer.ts';
import type {Workshop} from '../core/command/context.ts';
import {isManaged, isThere} from '../core/fly/output.ts';
import {withoutAnswer} from '../core/questions/gather.ts';
import type {Situation} from '../core/questions/question.ts';
import {isKnownApp} from './is-known-app.ts';

/**
Adds to the situation the machines of an app that has more than the one it is to have. Not where each has a volume: there
none may go without somebody having looked at what is on it.
*/
export async function surveyMachines(
	workshop: Workshop,
	situation: Situation,
	isAdopted: boolean,
): Promise<Situation> {
	const {fly} = workshop.readers;
	const {answers, profile} = situation;
	const app = readAnswer(answers, 'app');
	const isOurs = app && isKnownApp(workshop, app, isAdopted || answers.get('adopt')?.value === 'yes');
	const without = {...withoutAnswer(situation, 'single-machine'), machines: undefined};
	if (!isOurs || profile.mount || !(await fly.status(app))) return without;
	const machines = (await fly.listMachines(app)).filter(isManaged).filter(isThere);
	if (machines.length < 2) return workshop.evidence.openIntent('set-machine-count') ? goOn(without) : without;
	return {...situation, machines: machines.map(({id, state, region}) => `${id} (${state}, ${region})`)};
}

/** An interrupted run was told to, and did it or not: the step looks again, and the call has its outcome. */
function goOn(situation: Situation): Situation {
	const answer = {value: 'yes', origin: {kind: 'journal', text: 'an interrupted run'}} as const;
	return {...situation, answers: new Map([...situation.answers, ['single-machine', answer]])};
}
