import {existsSync, statSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {rejectContradictions} from '../core/command/conflicts.ts';
import type {Cli, Drawing, Options} from '../core/command/context.ts';
import {explainLook, findGivenLook, type Look} from '../core/command/look.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import {createRedactor, type Redactor} from '../core/secrets/redact.ts';
import {Secret} from '../core/secrets/secret.ts';
import type {Session} from '../core/session/session.ts';
import {parseArguments} from './arguments.ts';
import {askOnTerminal, type Output, openOutput, reportFailure} from './output.ts';
import {checks, commands, profiles, providers, questions, rules, steps} from './registry.ts';

const ownRegistry: Cli['registry'] = {commands, questions, profiles, providers, steps, checks, rules};

/**
Runs one command: arguments, registry, output, and whatever it throws.

@param registry - Everything phxfly can choose from. Only the registry knows single entries.
@returns The exit code.
*/
export async function main(host: Cli['host'], registry = ownRegistry): Promise<number> {
	const {commands, questions} = registry;
	let output: Output | undefined;
	try {
		const options = parseArguments(host.argv, commands, questions, word => isFolder(resolve(host.cwd, word)));
		if (options.help) {
			const {writeHelp} = await import('./help.ts');
			host.stdout.write(writeHelp(findNamedCommand(host, options), commands, questions));
			return exitCodes.done;
		}

		rejectContradictions(options, registry);
		output = openOutput(host, options);
		output.setRedactor(hideEnvironment(host, registry, options));
		const entry = commands.find(({name}) => name === options.command);
		if (!entry) throw new Error(`The command ${options.command} is not registered.`);
		const command = await entry.load();
		return await command.run(makeCli(host, registry, options, output));
	} catch (error) {
		output ??= openOutput(host, {json: host.argv.includes('--json'), quiet: false, verbose: false});
		if (error instanceof Failure) return reportFailure(error, output);
		const {writeCrashReport} = await import('./crash-report.ts');
		return reportFailure(writeCrashReport(host, error, output.redact), output);
	}
}

/** Hides the secrets of the environment until a project is open, which knows more of them. */
function hideEnvironment(
	{environment}: Cli['host'],
	{questions}: Cli['registry'],
	{namedSecrets}: Options,
): Redactor {
	const redactor = createRedactor();
	for (const name of [...questions.flatMap(question => question.environment ?? []), ...namedSecrets])
		redactor.add(new Secret(name, environment[name] ?? ''));
	return redactor;
}

const isFolder = (path: string) => existsSync(path) && statSync(path).isDirectory();

const findNamedCommand = ({argv}: Cli['host'], {command}: Options) =>
	argv.includes(command) ? command : undefined;

function makeCli(host: Cli['host'], registry: Cli['registry'], options: Options, output: Output): Cli {
	return {
		host,
		options,
		registry,
		emit: output.emit,
		say: output.say,
		print: text => void (output.isJson ? host.stderr : host.stdout).write(output.redact(text)),
		async openProject(mode, given, instead = {}) {
			const {namedSecrets = options.namedSecrets, config = options.config} = instead;
			const {openProject} = await import('./project.ts');
			const project = await openProject(
				host,
				{...options, namedSecrets, config},
				mode,
				{registry, given},
				isInteractive(host, options) ? undefined : output.say,
			);
			output.setClock(() => project.readers.clock.now());
			output.setRedactor(project.redactor);
			return project;
		},
		async readGiven(path) {
			const {readGiven} = await import('../adapters/write-file.ts');
			return readGiven(path === '-' ? path : resolve(host.cwd, path), host.stdin);
		},
		async openCopyFile(path) {
			const {openCopyFile, openRehearsedFile} = await import('../adapters/restore/copy-file.ts');
			if (!options.isRehearsal) return openCopyFile(resolve(host.cwd, path));
			const {resolvePaths} = await import('./folder.ts');
			return openRehearsedFile(resolvePaths(host, options).stateFolder, path);
		},
		async openPushedFile(path) {
			const {openPushedFile} = await import('../adapters/restore/pushed-file.ts');
			const {resolvePaths} = await import('./folder.ts');
			const {stateFolder} = resolvePaths(host, options);
			return openPushedFile(resolve(host.cwd, path), options.dryRun ? undefined : join(stateFolder, 'push'));
		},
		async openFolder() {
			const {openFolder} = await import('./folder.ts');
			return openFolder(host, options, registry);
		},
		async words() {
			const {listWords} = await import('./help.ts');
			return listWords(registry);
		},
		async openPlans() {
			const {openPlans} = await import('./plans.ts');
			return openPlans(host);
		},
		async archiveJournal() {
			const {archiveJournal} = await import('./folder.ts');
			return archiveJournal(host, options);
		},
		person: isInteractive(host, options)
			? {
					ask: question => askOnTerminal(host, question),
					confirm: async question =>
						/^\s*y(?:es)?\s*$/i.test(await askOnTerminal(host, `${question} [y/N] `)),
					draw: session => drawSession(host, options, session, output.say),
					async openPage(url) {
						const {openPage} = await import('../adapters/processes/open-page.ts');
						return openPage(url, host);
					},
				}
			: undefined,
	};
}

function isInteractive(
	{environment, stdin, stdout}: Cli['host'],
	{yes, noInput, json, plain}: Options,
): boolean {
	const isCi =
		environment.CI !== undefined &&
		environment.CI !== '' &&
		environment.CI !== 'false' &&
		environment.CI !== '0';
	return (
		stdin.isTTY === true &&
		stdout.isTTY === true &&
		environment.TERM !== 'dumb' &&
		!isCi &&
		!(yes || noInput || json || plain)
	);
}

async function drawSession(
	host: Cli['host'],
	options: Options,
	session: Session,
	say: Output['say'],
): Promise<Drawing> {
	const {renderSession} = await import('../ui/render.tsx');
	const {environment, stdin, stdout, stderr} = host;
	const last = await findLastLook(host, options);
	const {ascii, noColor, screenReader} = last?.look ?? options;
	const isScreenReader = screenReader || environment.INK_SCREEN_READER === 'true';
	const rendered = renderSession(
		session,
		{stdin, stdout, stderr},
		{
			isAscii: ascii || isPlainLocale(environment),
			hasColor: !noColor && !environment.NO_COLOR,
			isScreenReader,
		},
		{hasTitle: !isScreenReader && environment.TERM !== 'linux', hasProgress: showsProgress(environment)},
	);
	return {
		suspend: rendered.suspend,
		resume: rendered.resume,
		async close() {
			void rendered.unmount();
			await rendered.waitUntilExit();
			if (last) say(explainLook(last.look, last.path));
		},
	};
}

/** A locale of C or POSIX has no other characters than those of ASCII. */
const isPlainLocale = ({LC_ALL, LC_CTYPE, LANG}: Cli['host']['environment']): boolean =>
	/^(?:C|POSIX)$/.test(LC_ALL || LC_CTYPE || LANG || '');

/** Other terminals show OSC 9;4 as a notification. */
const showsProgress = ({
	WT_SESSION: windows,
	ConEmuANSI: conEmu,
	TERM_PROGRAM: program = '',
	TERM_FEATURES: features = '',
}: Cli['host']['environment']): boolean =>
	Boolean(windows) ||
	conEmu === 'ON' ||
	/^(?:WezTerm|ghostty)$/.test(program) ||
	(program === 'iTerm.app' && features.includes('P'));

/** Returns the look of the last setup, unless the command line asks for one. A rehearsal remembers none. */
async function findLastLook(
	host: Cli['host'],
	options: Options,
): Promise<{readonly look: Look; readonly path: string} | undefined> {
	if (options.isRehearsal || findGivenLook(options)) return undefined;
	const {findPreferences} = await import('./preferences.ts');
	const {look, path = ''} = findPreferences(host, options) ?? {};
	return look && findGivenLook(look) && {look, path};
}
