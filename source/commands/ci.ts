import {requireAnswer} from '../core/answer.ts';
import {
	type CiFile,
	listRunnerSecrets,
	readRepository,
	tokenName,
	writeAnswers,
	writeWorkflows,
} from '../core/ci/workflows.ts';
import type {Cli, Command, Project} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import {diffLines} from '../core/text/diff.ts';
import {quoteForShell} from '../core/text/text.ts';
import {findToken, storeToken, type TokenState, writeTokenCommand} from '../setup/ci-token.ts';
import {requireConsent} from '../setup/consent.ts';
import {gather, readGiven} from '../setup/gather.ts';
import {appMissing} from '../setup/inspect.ts';
import {requireWritableProject, sayStateProblems, withProject} from '../setup/project.ts';

/** Writes GitHub workflows that deploy each push and restore the replica each night. Never overwrites a file. */
export const ci: Command = {
	async run(cli) {
		const {options, person, print, say} = cli;
		const spec = requirePackage(cli);
		const given = await readGiven(cli);
		return withProject(cli, {mode: 'write', given}, async project => {
			sayStateProblems(cli, project, 'write');
			await requireWritableProject(project);
			await requireTarball(project, spec);
			const {app, files, secrets} = await planFiles(cli, project, spec);
			const repository = readRepository((await project.readers.files.read('.git/config')) ?? '');
			const token = await findToken(cli, project, repository);
			const wanted = await compareFiles(project, files);
			if (!options.json) for (const {diff} of wanted) if (diff !== '') print(`${diff}\n`);
			rejectDifferent(wanted);
			const fresh = wanted.filter(({isNew}) => isNew);
			const todo = listTodo({app, secrets, repository, token});
			if (options.dryRun) return finish(cli, wanted, todo, 'would be written');
			if (fresh.length > 0 || token === 'missing') {
				requireConsent(cli, 'Pass --yes to write the files without asking, or --dry-run to see them.');
				const what = token === 'missing' ? `, and store a deploy token in ${repository}` : '';
				if (person && !(await person.confirm(`Write ${fresh.length} files${what}?`))) {
					say('Nothing was changed.');
					return exitCodes.interrupted;
				}
			} else say('Every file is as phxfly would write it.');

			for (const {path, text, why} of fresh)
				await project.executor.writeFile({path, after: text, mode: 0o644, why});
			if (token === 'missing' && repository !== undefined) await storeToken(cli, project, app, repository);
			return finish(cli, wanted, todo, 'written');
		});
	},
};

/** @throws {Failure} `package-needed` (exit 2) without `--package`, or for one that a runner cannot install. */
function requirePackage({options, host}: Cli): string {
	const spec = options.package;
	const hint = `Pack it in phxfly's own folder (npm pack --pack-destination ${quoteForShell(host.cwd)}/.github), commit the file, then run phxfly ci --package ./.github/phxfly-VERSION.tgz. Or pass an https:// URL of it.`;
	if (spec === undefined) {
		const message = 'npm has no package phxfly, so the workflow needs a tarball or a URL to install it from.';
		throw new Failure('package-needed', message, {hint});
	}

	const isUrl = /^https:\/\/[^\s'"`$\\]+$/.test(spec);
	const isFile =
		/^(?:\.\/)?[\w@][\w@./+-]*\.(?:tgz|tar\.gz)$|^\.\/\.[\w@./+-]+\.(?:tgz|tar\.gz)$|^\.[\w-][\w@./+-]*\.(?:tgz|tar\.gz)$/.test(
			spec,
		);
	if (isUrl) return spec;
	if (isFile && !spec.includes('..')) return spec.startsWith('./') ? spec : `./${spec}`;
	throw new Failure(
		'package-needed',
		`--package ${spec} is neither a .tgz file in this project nor an https:// URL.`,
		{
			hint,
		},
	);
}

async function requireTarball({readers}: Project, spec: string): Promise<void> {
	if (spec.startsWith('https://') || (await readers.files.mode(spec.slice(2))) !== undefined) return;
	throw new Failure('package-needed', `There is no file ${spec} in this project.`, {
		hint: "Pack phxfly into it (npm pack in phxfly's own folder), commit the file, then run phxfly ci again.",
	});
}

type Planned = {readonly app: string; readonly files: readonly CiFile[]; readonly secrets: readonly string[]};

async function planFiles(cli: Cli, project: Project, spec: string): Promise<Planned> {
	const state = await gather(cli, project, 'keys-may');
	const app = requireAnswer(state.answers, 'app');
	if (!(await project.readers.fly.status(app))) throw appMissing(app);
	const {files} = project.readers;
	const answersPath = 'answers.toml';
	const secrets = listRunnerSecrets(state, project.questions);
	const head = (await files.read('.git/refs/remotes/origin/HEAD')) ?? '';
	const workflows = writeWorkflows({
		app,
		package: spec,
		answersPath,
		flyTomlPath: project.flyTomlPath,
		branch: /^ref: refs\/remotes\/origin\/([\w./-]+)\s*$/.exec(head)?.[1] ?? 'main',
		secrets,
		hasReplica: state.profile.hasStorage,
	});
	// An answers file may hold more than phxfly would write, so an existing one is used as it is.
	const hasAnswers = (await files.read(answersPath)) !== undefined;
	const text = writeAnswers(state, project.questions);
	const answers = {path: answersPath, text, why: 'the answers of the setup, without secrets'};
	return {app, secrets, files: [...(hasAnswers ? [] : [answers]), ...workflows]};
}

type Wanted = CiFile & {readonly isNew: boolean; readonly diff: string};

async function compareFiles({readers}: Project, files: readonly CiFile[]): Promise<readonly Wanted[]> {
	return Promise.all(
		files.map(async file => {
			const before = await readers.files.read(file.path);
			const diff = before === file.text ? '' : diffLines(before, file.text, file.path, 0o644);
			return {...file, isNew: before === undefined, diff};
		}),
	);
}

/** @throws {Failure} `workflow-differs` (exit 6), before anything is written. */
function rejectDifferent(wanted: readonly Wanted[]): void {
	const different = wanted.filter(({isNew, diff}) => !isNew && diff !== '').map(({path}) => path);
	if (different.length === 0) return;
	throw new Failure(
		'workflow-differs',
		`${different.join(', ')} exists with other content, and phxfly ci never overwrites a file. Nothing was changed.`,
		{hint: 'Apply the diff yourself, or move the file away and run the same command again.'},
	);
}

function listTodo({
	app,
	secrets,
	repository,
	token,
}: {
	readonly app: string;
	readonly secrets: readonly string[];
	readonly repository: string | undefined;
	readonly token: TokenState;
}): readonly string[] {
	const place = repository === undefined ? '' : ` -R ${repository}`;
	return [
		token === 'no-gh'
			? `To store a deploy token that ends after 90 days: ${writeTokenCommand(app, repository)}`
			: token === 'stored'
				? `${repository} has ${tokenName} already; phxfly left it. To replace it: ${writeTokenCommand(app, repository)}`
				: `${tokenName} in ${repository} ends after 90 days. To replace it then: ${writeTokenCommand(app, repository)}`,
		...secrets.map(name => `To store ${name}, which gh asks for: gh secret set ${name}${place}`),
	];
}

function finish(
	{options, emit, say, print}: Cli,
	wanted: readonly Wanted[],
	todo: readonly string[],
	done: string,
): number {
	const paths = wanted.filter(({isNew}) => isNew).map(({path}) => quoteForShell(path));
	const next = [
		...todo,
		...(paths.length === 0 || options.dryRun
			? []
			: [`To commit: git add ${paths.join(' ')} && git commit`, `To undo: rm ${paths.join(' ')}`]),
	];
	if (!options.json) {
		for (const line of next) print(`${line}\n`);
		if (options.dryRun) say('Nothing was changed.');
		return exitCodes.done;
	}

	for (const line of next) emit({type: 'line-printed', id: 'ci', stream: 'stdout', line});
	const resources = wanted.map(({path, isNew}) => ({
		kind: 'file',
		id: path,
		detail: isNew ? done : 'unchanged',
	}));
	emit({type: 'finished', exit: exitCodes.done, url: undefined, resources});
	return exitCodes.done;
}
