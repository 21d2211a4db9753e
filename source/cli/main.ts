import {existsSync, statSync} from 'node:fs';
import {resolve} from 'node:path';
import {askOnTerminal} from '../ask-on-terminal.ts';
import {refuseContradictions} from '../core/command/conflicts.ts';
import type {CommandContext, Drawing, Host, Options} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import {createRedactor} from '../core/secrets/redact.ts';
import {Secret} from '../core/secrets/secret.ts';
import {listWords} from '../list-words.ts';
import {openPlans} from '../open-plans.ts';
import {parseArguments} from './arguments.ts';
import {type Face, openFace, reportFailure} from './output.ts';
import {checks, commands, profiles, providers, questions, steps, traps} from './registry.ts';

const lists = {questions, profiles, providers, steps, checks, traps};

/** @returns The exit code. Joins the layers: arguments, one command, one face. */
export async function main(host: Host): Promise<number> {
	let face: Face | undefined;
	try {
		const options = parseArguments(host.argv, commands, questions, word => isFolder(resolve(host.cwd, word)));
		if (options.help) {
			const {writeHelp} = await import('./help.ts');
			host.stdout.write(writeHelp(findNamedCommand(host, options), commands, questions));
			return exitCodes.done;
		}

		refuseContradictions(options, lists);
		face = openFace(host, options);
		face.setRedactor(hideEnvironment(host));
		const entry = commands.find(({name}) => name === options.command);
		if (!entry) throw new Error(`The command ${options.command} is not registered.`);
		const command = await entry.load();
		return await command.run(makeContext(host, options, face));
	} catch (error) {
		face ??= openFace(host, {json: host.argv.includes('--json'), quiet: false, verbose: false});
		if (error instanceof Failure) return reportFailure(error, face);
		const {writeCrashReport} = await import('./crash-report.ts');
		return reportFailure(writeCrashReport(host, error, face.redact), face);
	}
}

/** Until the workshop is open, which knows more. */
function hideEnvironment({environment}: Host): (text: string) => string {
	const redactor = createRedactor();
	for (const name of listSecretNames()) redactor.add(new Secret(name, environment[name] ?? ''));
	return text => redactor.redact(text);
}

const listSecretNames = () => questions.flatMap(({environment}) => (environment ? [environment] : []));

const isFolder = (path: string) => existsSync(path) && statSync(path).isDirectory();

const findNamedCommand = ({argv}: Host, {command}: Options) => (argv.includes(command) ? command : undefined);

function makeContext(host: Host, options: Options, face: Face): CommandContext {
	return {
		host,
		options,
		lists,
		emit: face.emit,
		say: face.say,
		print: text => void (face.isJson ? host.stderr : host.stdout).write(face.redact(text)),
		async openWorkshop(mode, namedSecrets = options.namedSecrets) {
			const {openWorkshop} = await import('./project.ts');
			const workshop = await openWorkshop(
				host,
				{...options, namedSecrets},
				mode,
				questions,
				isInteractive(host, options) ? undefined : face.say,
			);
			face.setClock(() => workshop.readers.clock.now());
			face.setRedactor(text => workshop.redactor.redact(text));
			return workshop;
		},
		async readGiven(path) {
			const {readGiven} = await import('../adapters/write-file.ts');
			return readGiven(path === '-' ? path : resolve(host.cwd, path), host.stdin);
		},
		async openFolder() {
			const {openFolder} = await import('./folder.ts');
			return openFolder(host, options);
		},
		words: () => listWords(commands, questions),
		plans: openPlans(host),
		async dropJournal() {
			const {dropJournal} = await import('../drop-journal.ts');
			return dropJournal(host, options);
		},
		draw: isInteractive(host, options) ? session => drawSession(host, options, session) : undefined,
		ask: isInteractive(host, options) ? question => askOnTerminal(host, question) : undefined,
		confirm: isInteractive(host, options)
			? async question => /^\s*y(?:es)?\s*$/i.test(await askOnTerminal(host, `${question} [y/N] `))
			: undefined,
		interrupts: {onInterrupt: listener => host.onSignal(listener)},
	};
}

function isInteractive({environment, stdin, stdout}: Host, {yes, noInput, json, plain}: Options): boolean {
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
	host: Host,
	options: Options,
	session: Parameters<NonNullable<CommandContext['draw']>>[0],
): Promise<Drawing> {
	const {renderSession} = await import('../ui/render.tsx');
	const {environment, stdin, stdout, stderr} = host;
	const rendered = renderSession(
		session,
		{stdin, stdout, stderr},
		{
			isAscii: options.ascii,
			hasColor: !options.noColor && !environment.NO_COLOR,
			isScreenReader: options.screenReader || environment.INK_SCREEN_READER === 'true',
		},
	);
	return {waitUntilExit: () => rendered.waitUntilExit(), unmount: () => void rendered.unmount()};
}
