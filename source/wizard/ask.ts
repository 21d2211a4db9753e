import {type Answer, isProposal, type Origin} from '../core/answer.ts';
import {showAnswer} from '../core/plan/review.ts';
import {acceptAnswer, given, showExample, withAnswer, withoutAnswer} from '../core/questions/gather.ts';
import type {AnswerState, Question} from '../core/questions/question.ts';
import type {Readers} from '../core/readers.ts';
import type {Secret} from '../core/secrets/secret.ts';
import type {AnswerRow, QuestionView} from '../core/session/session.ts';
import type {Controller} from './controller.ts';

type Outcome =
	| {readonly is: 'answered'; readonly state: AnswerState}
	| {readonly is: 'quit'; readonly state: AnswerState};

type Options = {
	readonly questions: readonly Question[];
	readonly state: AnswerState;
	readonly readers: Readers;
	readonly openPage: (url: string) => Promise<boolean>;
	/** Called after each answer, so that after a kill the wizard asks nothing twice. */
	readonly onAnswer: (state: AnswerState) => void;
	/** Looks up what an answer brings with it, such as a new app name. */
	readonly onLookUp: (state: AnswerState) => Promise<AnswerState>;
	/** Ids of answered questions to ask again, since the person wants to change them. */
	readonly again: readonly string[];
	/** Ids with an answer from a flag, the environment, or a file. The wizard does not ask them. */
	readonly settled: ReadonlySet<string>;
	readonly putAside: PutAside;
};

/** Answers that another answer reset, by the question and the answer that they belonged to. */
export type PutAside = Map<
	string,
	readonly {readonly id: string; readonly answer: Answer; readonly secret: Secret | undefined}[]
>;

/**
Asks the open questions one by one. Esc goes back through the questions asked here. Optional questions take their default,
and an answer that changes which questions apply takes effect at once.
*/
export async function askQuestions(controller: Controller, options: Options): Promise<Outcome> {
	const {questions, onAnswer, onLookUp, again, settled, putAside} = options;
	let {state} = options;
	const asked: string[] = [];
	const confirmed = new Set<string>();
	let reopened: string | undefined = again[0];

	while (true) {
		state = takeOptionalDefaults(questions, state);
		const question = findNext(questions, state, {
			reopened,
			confirmed,
			settled,
			isChange: again.length > 0,
		});
		if (!question) return {is: 'answered', state};

		const seen = new Set([...confirmed, ...settled, ...(again.length > 0 ? state.answers.keys() : [])]);
		const answerList = buildAnswerList(questions, state, question, seen);
		const outcome = await askOne(
			controller,
			question,
			state,
			answerList,
			options,
			asked.length > 0 || again.length > 0,
		);
		if (outcome.is === 'quit') return {is: 'quit', state};
		if (outcome.is === 'back') {
			const previous = asked.pop();
			if (previous === undefined) {
				if (again.length > 0) return {is: 'answered', state};
				continue;
			}

			reopened = previous;
			confirmed.delete(previous);
			continue;
		}

		if (outcome.is === 'value') {
			const origin = originOf(question, state, outcome.value);
			const before = state;
			state = acceptAnswer(state, question, outcome.value, origin);
			if (before.answers.get(question.id)?.value !== outcome.value) {
				state = dropDependants(state, question, questions);
				putAsideReset(putAside, question, before, state);
				for (const {id, answer, secret} of putAside.get(`${question.id} ${outcome.value}`) ?? []) {
					if (secret) state.secrets.add(id, secret);
					state = withAnswer(state, id, answer);
					confirmed.add(id);
				}
			}

			if (question.isLookedUp) state = await onLookUp(state);
		}

		asked.push(question.id);
		confirmed.add(question.id);
		reopened = undefined;
		onAnswer(state);
	}
}

/** Returns where an answer comes from. What was proposed and accepted unchanged keeps its origin. */
function originOf(question: Question, state: AnswerState, value: string): Origin {
	const proposed = propose(question, state);
	return {kind: 'you', text: proposed?.value === value ? proposed.because : 'you'};
}

/** Returns what Enter alone takes, except for a secret. */
function propose(question: Question, state: AnswerState) {
	if (question.kind === 'secret') return undefined;
	const existing = state.answers.get(question.id) ?? question.default?.(state);
	return existing ? {value: existing.value, because: existing.origin.text} : question.suggestion?.(state);
}

/** What was typed here or proposed goes; what was given from outside was given for this answer too. */
function dropDependants(state: AnswerState, {resets}: Question, questions: readonly Question[]): AnswerState {
	const given: readonly unknown[] = ['flag', 'environment', 'answers-file'];
	return (resets?.(state, questions) ?? [])
		.filter(id => !given.includes(state.answers.get(id)?.origin.kind))
		.reduce(withoutAnswer, state);
}

/** Keeps what the person answered and another answer of this question reset. */
function putAsideReset(
	putAside: PutAside,
	{id, restoresReset}: Question,
	before: AnswerState,
	after: AnswerState,
): void {
	const value = before.answers.get(id)?.value;
	if (!restoresReset || value === undefined) return;
	const reset = [...before.answers].filter(
		([each, {origin}]) => !after.answers.has(each) && !isProposal(origin),
	);
	putAside.set(
		`${id} ${value}`,
		reset.map(([each, answer]) => ({id: each, answer, secret: before.secrets.get(each)})),
	);
}

function takeOptionalDefaults(questions: readonly Question[], state: AnswerState): AnswerState {
	let current = state;
	for (const question of questions) {
		if (!question.applies(current) || !question.isOptional?.(current)) continue;
		const answer = current.answers.get(question.id);
		if (answer && !isProposal(answer.origin)) continue;
		const proposal = question.default?.(current);
		if (proposal) current = {...current, answers: new Map(current.answers).set(question.id, proposal)};
	}

	return current;
}

type Progress = {
	readonly reopened: string | undefined;
	readonly confirmed: ReadonlySet<string>;
	readonly settled: ReadonlySet<string>;
	/** Asks only reopened questions and those without an answer. Otherwise also those with just a default. */
	readonly isChange: boolean;
};

function findNext(
	questions: readonly Question[],
	state: AnswerState,
	{reopened, confirmed, settled, isChange}: Progress,
): Question | undefined {
	const asked = questions.filter(question => question.applies(state));
	const again = asked.find(({id}) => id === reopened);
	if (again) return again;
	return asked.find(question => {
		const answer = state.answers.get(question.id);
		if (!answer) return true;
		if (isChange || question.isOptional?.(state) || settled.has(question.id) || confirmed.has(question.id))
			return false;
		return isProposal(answer.origin);
	});
}

async function askOne(
	controller: Controller,
	question: Question,
	state: AnswerState,
	answerList: readonly AnswerRow[],
	{readers, openPage}: Pick<Options, 'readers' | 'openPage'>,
	canGoBack: boolean,
): Promise<{readonly is: 'value'; readonly value: string} | {readonly is: 'kept' | 'back' | 'quit'}> {
	const view = buildQuestionView(question, state, canGoBack);
	const show = (change: Partial<QuestionView>) =>
		controller.show({kind: 'question', answerList, question: {...view, ...change}});
	show({});
	while (true) {
		const action = await controller.next();
		if (action.type === 'quit' || action.type === 'interrupted') return {is: 'quit'};
		if (action.type === 'went-back' && canGoBack) return {is: 'back'};
		if (action.type === 'opened-page' && view.page !== undefined && !(await openPage(view.page)))
			show({problem: `phxfly found no browser here. Open ${view.page} yourself.`});
		if (action.type !== 'answered' || action.id !== question.id) continue;

		const {typed} = action;
		if (typed === '' && view.kept !== undefined) return {is: 'kept'};
		const without = typed === '' ? question.without?.(state) : undefined;
		if (without !== undefined) {
			show({skip: `${without} Press Enter again to skip it.`});
			continue;
		}

		const parsed = question.parse(typed, state);
		// A list marks what was chosen, which need not be what was proposed.
		const chosen =
			question.kind === 'choice' && typed !== view.initial ? {initial: typed, because: undefined} : {};
		if (!parsed.ok) {
			show({...chosen, problem: parsed.problem, offer: parsed.offer});
			continue;
		}

		if (question.check) {
			show({...chosen, isChecking: true});
			const problem = await question.check(parsed.value, state, readers);
			if (problem) {
				show({...chosen, problem});
				continue;
			}
		}

		return {is: 'value', value: parsed.value};
	}
}

/** Returns answered and settled questions above the current one, and those to come below, unconfirmed defaults included. */
function buildAnswerList(
	questions: readonly Question[],
	state: AnswerState,
	current: Question,
	seen: ReadonlySet<string>,
): readonly AnswerRow[] {
	const here = questions.indexOf(current);
	return questions.flatMap((question, at): readonly AnswerRow[] => {
		if (!question.applies(state)) return [];
		const {id, label} = question;
		if (id === current.id) return [{id, label, state: 'current', value: '', origin: ''}];
		const answer = state.answers.get(id);
		const isOptional = question.isOptional?.(state) === true;
		if (isOptional && (!answer || answer.origin.kind === 'default')) return [];
		if (!answer || !(seen.has(id) || (isOptional && at < here)))
			return [{id, label, state: 'coming', value: '', origin: ''}];
		return [{id, label, state: 'answered', value: showAnswer(question, state), origin: answer.origin.text}];
	});
}

/** Returns a question as it opens: with its known answer, or else with a suggestion. */
function buildQuestionView(question: Question, state: AnswerState, canGoBack: boolean): QuestionView {
	const {id, label, title, kind, columns} = question;
	const why = typeof question.why === 'string' ? question.why : question.why(state);
	const proposed = propose(question, state);
	const isGiven = kind === 'secret' && state.answers.get(id)?.value === given;
	return {
		id,
		label,
		title,
		why: [question.finding?.(state), why].filter(Boolean).join(' '),
		example: showExample(question, state),
		help: state.provider?.whereToFind[id] ?? question.help,
		page: state.provider?.pages?.[id] ?? question.page,
		kind,
		initial: proposed?.value ?? '',
		because: proposed?.because,
		kept: isGiven ? `${showAnswer(question, state)}, enter keeps it` : undefined,
		skip: undefined,
		choices: question.choices?.(state) ?? [],
		columns: columns ?? [],
		problem: undefined,
		offer: undefined,
		isChecking: false,
		canGoBack,
	};
}
