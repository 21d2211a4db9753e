import * as v from 'valibot';
import {Failure} from './errors/failure.ts';
import {type PlanFile, planFileSchema, writePlanBody} from './plan-file.ts';

const header = v.object({kind: v.literal('phxfly-plan'), v: v.number()});

/**
Reads a saved plan and believes nothing of it that its digest does not cover.

@param path - For messages.
@param hash - SHA-256 of a text's UTF-8 bytes, in hex.
@throws {Failure} Exit 2: cut off or no plan at all (`plan-unreadable`), of a newer phxfly (`plan-newer`), edited (`plan-edited`).
*/
export function readPlanFile(text: string, path: string, hash: (text: string) => string): PlanFile {
	const json = parse(text, path);
	const head = v.safeParse(header, json);
	if (!head.success) throw unreadable(`${path} is JSON, and not a plan of phxfly's.`, path);
	if (head.output.v > 1) {
		throw new Failure(
			'plan-newer',
			'usage',
			`${path} was written by a newer phxfly (form ${head.output.v}; this one reads form 1).`,
			{hint: `Apply it with that version, or make a new one: phxfly plan --out ${path}.`},
		);
	}

	const read = v.safeParse(planFileSchema, json);
	if (!read.success)
		throw edited(path, `${v.getDotPath(read.issues[0]) ?? 'the top level'} is not as written`);
	const plan = read.output;
	if (hash(writePlanBody(plan)) !== plan.digest) throw edited(path, 'its digest does not fit its content');
	return plan;
}

function parse(text: string, path: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		const looksLikeOne = text.trimStart().startsWith('{');
		throw unreadable(
			looksLikeOne
				? `${path} is cut off or damaged: its JSON does not end well.`
				: `${path} is not a plan of phxfly's.`,
			path,
		);
	}
}

const unreadable = (message: string, path: string) =>
	new Failure('plan-unreadable', 'usage', `${message} Nothing was changed.`, {
		hint: `Make a plan: phxfly plan --out ${path}.`,
	});

const edited = (path: string, why: string) =>
	new Failure('plan-edited', 'usage', `${path} was edited after it was made: ${why}. Nothing was changed.`, {
		hint: `To change an answer, make a new plan: phxfly plan --out ${path} with that answer.`,
	});
