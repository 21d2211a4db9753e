import {FailedBuild} from '../core/build/failure.ts';
import type {Cli, Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import {startRun} from '../core/session/run-state.ts';
import type {Screen, UserAction} from '../core/session/session.ts';
import {listExisting} from '../engine/inventory.ts';
import {requireSameAccount} from '../setup/preflight.ts';
import type {Controller} from './controller.ts';
import {lookUntilLeft, showLooking} from './look.ts';

/**
Shows what happened, what exists now, and what to do. A login from this screen counts as another try.

@param app - Its resources are listed, unless the failure lists them. Without a name nothing is said about them.
@returns What the person chooses.
*/
export async function showFailure(
	{say}: Pick<Cli, 'say'>,
	project: Pick<Project, 'readers' | 'questions' | 'journal' | 'logIn'>,
	controller: Controller,
	failure: Failure,
	app: string | undefined,
): Promise<UserAction> {
	const {screen} = controller.getState();
	const run = 'run' in screen ? screen.run : startRun(controller.now());
	const exists = await findExisting(project, failure, app);
	let shown = failure;
	while (true) {
		controller.show({kind: 'failed', run, failure: describeFailure(project, shown, exists, run)});
		const action = await controller.next(['retried', 'changed-answer', 'chose-login', 'quit', 'interrupted']);
		if (action.type !== 'chose-login') return action;
		const outcome = await logIn(say, project, controller, failure);
		if (!(outcome instanceof Failure)) return outcome;
		shown = outcome;
	}
}

async function findExisting(
	{readers}: Pick<Project, 'readers'>,
	{exists}: Failure,
	app: string | undefined,
): Promise<readonly string[] | undefined> {
	if (exists.length > 0) return exists;
	return app === undefined ? undefined : listExisting(readers, {app});
}

/** Failures that another login gets over. */
const loginHelps = ['not-logged-in', 'token-refused', 'another-account'];

function describeFailure(
	{questions, logIn}: Pick<Project, 'questions' | 'logIn'>,
	failure: Failure,
	exists: readonly string[] | undefined,
	run: Extract<Screen, {kind: 'failed'}>['run'],
): Extract<Screen, {kind: 'failed'}>['failure'] {
	const {code, message, hint, questionId, cause} = failure;
	const build = cause instanceof FailedBuild ? cause : undefined;
	const failed = run.steps.find(({status}) => status === 'failed');
	const canLogIn = logIn !== undefined && loginHelps.includes(code);
	return {
		title: failed ? `${failed.title} failed` : code === 'stopped' ? 'Stopped' : 'Cannot continue',
		code,
		happened: build?.summary ?? message,
		printed: build?.printed ?? [],
		exists,
		hint,
		questionId: questionId ?? questions.find(({fixes}) => fixes?.includes(code))?.id,
		canRetry: true,
		canLogIn,
	};
}

/**
Runs `fly auth login` in the terminal, and makes sure that the account is still the one of this setup.

@returns What the person did meanwhile, `retried` after a login, or what is wrong now.
*/
async function logIn(
	say: Cli['say'],
	{readers, journal, logIn}: Pick<Project, 'readers' | 'journal' | 'logIn'>,
	controller: Controller,
	failure: Failure,
): Promise<UserAction | Failure> {
	try {
		const isLoggedIn = await controller.lendTerminal(async signal => {
			say('Running fly auth login. Press ctrl-c to return to phxfly.');
			const isDone = (await logIn?.(signal)) ?? false;
			// The program left its cursor in the middle of a line.
			if (!isDone) say('');
			return isDone;
		});
		if (!isLoggedIn) {
			const {code, message, exit, hint} = failure;
			return new Failure(code, `The login did not finish. ${message}`, {exit, hint});
		}

		showLooking(controller, 'account');
		const looked = await lookUntilLeft(controller, signal => readers.fly.whoAmI(signal));
		if (looked.is === 'left') return looked.action.type === 'went-back' ? failure : looked.action;
		requireSameAccount(journal.read().account?.email, looked.value.email);
		return {type: 'retried'};
	} catch (error) {
		if (error instanceof Failure) return error;
		throw error;
	}
}
