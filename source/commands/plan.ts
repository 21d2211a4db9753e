import {isProposal, none} from '../core/answer.ts';
import type {Cli, Command, Project} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {nameConfig} from '../core/fly/arguments.ts';
import type {Plan} from '../core/plan/plan.ts';
import {announcePlan, showAnswer, writePlanText} from '../core/plan/review.ts';
import {showFlag, withAnswer} from '../core/questions/gather.ts';
import type {AnswerState, Question} from '../core/questions/question.ts';
import {complete, explainMissing, gather, readGiven} from '../setup/gather.ts';
import {preparePlan} from '../setup/plan.ts';
import {sayStateProblems, withProject} from '../setup/project.ts';
import {savePlan} from '../setup/saved-plan.ts';

/** Shows what a setup would do, and does none of it: as text, as JSON, as a script, or saved for `apply`. */
export const plan: Command = {
	async run(cli) {
		const {options, say} = cli;
		const given = await readGiven(cli);
		return withProject(cli, {mode: 'read', given}, async project => {
			sayStateProblems(cli, project, 'read');
			const state = await answer(cli, project);
			for (const note of state.notes) say(note);
			if (state.open.length > 0) return showOpen(cli, project.questions, state);
			const allowsConflicts = !options.script && options.out === undefined;
			const prepared = await preparePlan(cli, project, state, {say, allowsConflicts});
			if (options.script) {
				const plans = await cli.openPlans();
				await plans.printScript(prepared, [
					...nameConfig(project.flyTomlPath),
					...showAnswerFlags(project.questions, state),
				]);
			} else {
				showPlan(cli, prepared);
			}

			if (options.out !== undefined) say(await savePlan(cli, project, prepared, state, options.out));
			return exitCodes.done;
		});
	},
};

async function answer(cli: Cli, project: Project): Promise<AnswerState> {
	const known = await gather(cli, project, 'listed');
	const first = cli.options.script ? leaveSecretsToScript(known) : known;
	return first.open.length > 0 ? first : complete(cli, project, first, 'listed');
}

/** Leaves open secrets to the script, which asks for their values when it runs. */
function leaveSecretsToScript(state: AnswerState): AnswerState {
	const isSecret = ({kind}: Question) => kind === 'secret';
	const left = state.open.filter(isSecret);
	const origin = {kind: 'default', text: 'the script asks for it'} as const;
	return {
		...left.reduce<AnswerState>((now, {id}) => withAnswer(now, id, {value: 'given', origin}), state),
		open: state.open.filter(question => !isSecret(question)),
		notes: [
			...state.notes,
			...left.map(({title, environment = '', noneFlag}) => {
				const without = noneFlag ? ` To skip it, pass ${showFlag(noneFlag)}.` : '';
				return `${title}: the script asks for ${environment}.${without}`;
			}),
		],
	};
}

/** Returns the flags that give another command the same answers, wherever this one got them from. */
const showAnswerFlags = (questions: readonly Question[], {answers}: AnswerState): readonly string[] =>
	questions.flatMap(({id, kind, flag, noneFlag, isOneOff}) => {
		const answer = answers.get(id);
		if (!answer || isOneOff || isProposal(answer.origin)) return [];
		if (answer.value === none && noneFlag) return showFlag(noneFlag).split(' ');
		if (kind === 'secret' || !flag) return [];
		if (flag.value === undefined) return answer.value === 'yes' ? [flag.name] : [];
		return answer.value === '' ? [] : [flag.name, answer.value];
	});

function showPlan({options, print, emit}: Cli, prepared: Plan): void {
	if (!options.json) {
		print(writePlanText(prepared));
		return;
	}

	emit(announcePlan(prepared));
	emit({type: 'finished', exit: exitCodes.done, url: undefined, resources: []});
}

/** Shows the answers so far, and each open question with the flag that answers it. */
function showOpen(cli: Cli, questions: readonly Question[], state: AnswerState): number {
	const {host, options, print, emit} = cli;
	const missing = state.open.map(question => explainMissing(question, state, host.argv));
	const exit = exitCodes['input-needed'];
	if (options.json) {
		for (const {event} of missing) emit(event);
		emit({type: 'finished', exit, url: undefined, resources: []});
		return exit;
	}

	for (const question of questions) {
		const answer = state.answers.get(question.id);
		if (answer && answer.value !== 'none') {
			print(`  ${question.label.padEnd(14)}${showAnswer(question, state)}  (${answer.origin.text})\n`);
		}
	}

	print('\nStill needed to complete the plan:\n');
	for (const {failure} of missing) print(`  ${failure.message}\n`);
	return exit;
}
