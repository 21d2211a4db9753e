import type {Cli, Command} from '../core/command/context.ts';
import {readDoctorFacts} from '../core/doctor/facts.ts';
import {applyFixes, listFixable} from '../core/doctor/fix.ts';
import {type FoundProblem, findProblems, isProblem} from '../core/doctor/rule.ts';
import {writeProblemDetail, writeProblems} from '../core/doctor/text.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import {diffLines} from '../core/text/diff.ts';

export const doctor: Command = {
	async run(cli) {
		const folder = await cli.openFolder();
		const first = await examine(cli, folder);
		const last = cli.options.fix ? await fix(cli, folder, first) : first;
		if (last) report(cli, last);
		return toExit((last ?? first).found);
	},
};

const toExit = (found: readonly FoundProblem[]): number =>
	found.some(isProblem) ? exitCodes.refused : exitCodes.done;

type Folder = Awaited<ReturnType<Cli['openFolder']>>;

type Examined = {readonly files: ReadonlyMap<string, string>; readonly found: readonly FoundProblem[]};

async function examine({registry}: Cli, folder: Folder): Promise<Examined> {
	const {files, unread} = await folder.readTexts();
	const isThere = (path: string) => files.has(path) || unread.some(each => each.path === path);
	const {flyTomlPath} = folder;
	if (!isThere('mix.exs') && !isThere(flyTomlPath)) {
		const message = 'No mix.exs or fly.toml in this folder.';
		throw new Failure('no-usable-project', message, {
			hint: 'Run it in the folder of a Phoenix app, or name that folder: phxfly doctor DIR',
		});
	}

	if (!isThere(flyTomlPath)) {
		const message = 'There is no fly.toml in this folder, so there is nothing to check.';
		throw new Failure('no-fly-toml', message, {
			hint: 'Run phxfly setup to create one. If yours is in another folder, pass that folder: phxfly doctor DIR',
		});
	}

	const withVolume = registry.profiles.find(({hasStorage}) => hasStorage);
	const facts = readDoctorFacts(files, {
		flyTomlPath,
		unread,
		...(withVolume ? {templates: await folder.readTemplates(withVolume.templates)} : {}),
		secrets: folder.readSecrets(),
		elapsed: () => performance.now(),
	});
	return {files, found: findProblems(registry.rules, facts)};
}

/**
Shows the changes, writes them once confirmed, and examines the files again.

@returns `undefined` if the person declined, who has then seen what matters.
*/
async function fix(cli: Cli, folder: Folder, first: Examined): Promise<Examined | undefined> {
	const {options, print, say, person} = cli;
	const changes = applyFixes(first.files, first.found);
	if (changes.length === 0) {
		if (first.found.length > 0) say('--fix cannot fix any of these.');
		return first;
	}

	for (const {path, before, after, mode} of changes) print(`${diffLines(before, after, path, mode)}\n`);
	const isConfirmed = options.yes || ((await person?.confirm('Write these changes?')) ?? false);
	if (!isConfirmed) {
		say(person ? 'Nothing was written.' : 'Nothing was written. Pass --yes to write without asking.');
		return person ? undefined : first;
	}

	await folder.write(changes);
	say(`Updated ${changes.map(({path}) => path).join(', ')}. Backups are in the state folder.`);
	return examine(cli, folder);
}

function report({options, print, emit}: Cli, {files, found}: Examined): void {
	if (options.json) {
		for (const {rule, finding} of found) {
			emit({type: 'check-changed', id: rule.id, status: finding.status, detail: writeProblemDetail(finding)});
		}

		emit({type: 'finished', exit: toExit(found), url: undefined, resources: []});
		return;
	}

	const problems = found.filter(isProblem).length;
	const fixable = options.fix ? [] : listFixable(files, found);
	const fixed = fixable.filter(isProblem).length;
	const offers = [
		...(fixed > 0 ? [count(fixed, 'problem')] : []),
		...(fixable.length > fixed ? [count(fixable.length - fixed, 'hint')] : []),
	];
	const summary = [
		problems === 0 ? 'No problems found' : count(problems, 'problem'),
		...(found.length > problems ? [count(found.length - problems, 'hint')] : []),
	].join(', ');
	const offer =
		offers.length > 0 ? ` Run with --fix to fix ${offers.join(' and ')} (shows the diff first).` : '';
	print(`${found.length > 0 ? `${writeProblems(found)}\n\n` : ''}${summary}.${offer}\n`);
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
