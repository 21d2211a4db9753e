import {tokenName} from '../core/ci/workflows.ts';
import type {Cli, Project} from '../core/command/context.ts';
import {Failure} from '../core/errors/failure.ts';
import {Secret} from '../core/secrets/secret.ts';

/** 90 days. flyctl's own default is 20 years. */
const tokenLife = '2160h';

/** As you would type them: the token goes from one program to the other and nowhere else. */
export const writeTokenCommand = (app: string, repository?: string) =>
	`fly tokens create deploy -a ${app} --name phxfly-ci --expiry ${tokenLife} | gh secret set ${tokenName}${repository ? ` -R ${repository}` : ''}`;

/** What is known of the repository's secret. `no-gh`: nothing, since gh is missing, logged out, or has no access. */
export type TokenState = 'stored' | 'missing' | 'no-gh';

/** Asks gh whether the repository has the token. Changes nothing. */
export async function findToken(
	cli: Cli,
	project: Project,
	repository: string | undefined,
): Promise<TokenState> {
	const {runProgram} = project;
	if (!runProgram || repository === undefined) return 'no-gh';
	const {exit_code: exit, stdout} = await runProgram(
		['gh', 'secret', 'list', '--app', 'actions', '-R', repository],
		{environment: chooseEnvironment(cli), input: '', timeoutMs: 30_000},
	);
	if (exit !== 0) return 'no-gh';
	return new RegExp(`^${tokenName}\\s`, 'm').test(stdout) ? 'stored' : 'missing';
}

/**
Creates a deploy token of the app, which ends after 90 days, and stores it with gh. Nothing else gets it: no argument, file, or output.

@throws {Failure} `token-not-stored` (exit 1) if gh fails; the token exists then.
*/
export async function storeToken(
	cli: Cli,
	{executor, redactor, runProgram}: Project,
	app: string,
	repository: string,
): Promise<void> {
	const signal = new AbortController().signal;
	const outcome = await executor.callFly(
		{
			kind: 'fly',
			args: [
				...['tokens', 'create', 'deploy', '-a', app, '--name', 'phxfly-ci'],
				...['--expiry', tokenLife, '--json'],
			],
			isSecret: true,
			timeoutMs: 60_000,
		},
		{
			input: undefined,
			marker: executor.newMarker(),
			signal,
			onLine: () => undefined,
			onStart: () => undefined,
		},
	);
	if (outcome.is === 'failed') throw outcome.failure;
	const token = readToken(outcome.stdout);
	redactor.add(token);
	const result = await runProgram?.(
		['gh', 'secret', 'set', tokenName, '--app', 'actions', '-R', repository],
		{
			environment: chooseEnvironment(cli),
			input: token.reveal(),
			timeoutMs: 60_000,
		},
	);
	if (result?.exit_code === 0) return;
	const said = redactor.clean(result?.stderr ?? '').trim();
	throw new Failure(
		'token-not-stored',
		`phxfly created a deploy token of ${app}, but gh did not store it${said ? `: ${said}` : '.'}`,
		{
			exists: ['the workflow files', 'a deploy token named phxfly-ci'],
			hint: `Revoke it (fly tokens list -a ${app}, then fly tokens revoke ID), and store another: ${writeTokenCommand(app, repository)}`,
		},
	);
}

function readToken(stdout: string): Secret {
	const token = /"token"\s*:\s*"([^"\\]+)"/.exec(stdout)?.[1];
	if (token !== undefined) return new Secret(tokenName, token);
	throw new Failure('flyctl-not-understood', 'flyctl printed no token that phxfly can read.', {
		hint: 'fly version upgrade may help. Revoke what it created: fly tokens list, then fly tokens revoke ID.',
	});
}

/** What gh needs of the environment: its login, and nothing of the app or of Fly. */
function chooseEnvironment({host}: Cli): Readonly<Record<string, string>> {
	const names = [
		...['PATH', 'HOME', 'XDG_CONFIG_HOME', 'GH_CONFIG_DIR', 'GH_TOKEN', 'GITHUB_TOKEN', 'GH_HOST'],
		...['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'],
	];
	return Object.fromEntries(
		names.flatMap(name => {
			const value = host.environment[name];
			return value === undefined ? [] : [[name, value] as const];
		}),
	);
}
