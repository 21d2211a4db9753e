import {Failure} from './errors/failure.ts';

const prefix = 'secret_';

/** The question that asks for a secret of the app's own; no other id holds an underscore. */
export const toSecretQuestionId = (name: string): string => `${prefix}${name}`;

/** The secret that a question of that id asks for; `undefined` for any other question. */
export const readSecretName = (questionId: string): string | undefined =>
	questionId.startsWith(prefix) ? questionId.slice(prefix.length) : undefined;

const setByUs = /^(?:SECRET_KEY_BASE|PHX_HOST|LITESTREAM_\w*)$/;
const ofTheComputer = /^(?:PATH|HOME|FLY_\w*)$/;

/** @throws {Failure} `usage` (exit 2) for a `--secret NAME` that cannot be one of the app's own. */
export function requireUsableName(name: string): void {
	const problem = !/^[A-Za-z_]\w*$/.test(name)
		? 'a name has letters, digits and underscores, and starts with no digit'
		: setByUs.test(name)
			? `${name} is set by phxfly itself`
			: ofTheComputer.test(name)
				? `${name} belongs to Fly or to the machine`
				: undefined;
	if (problem === undefined) return;
	throw new Failure('usage', 'usage', `--secret: ${problem}.`, {
		hint: 'Name a variable that the app reads: --secret ANTHROPIC_API_KEY. Its value comes from the environment, a file or the masked field.',
	});
}
