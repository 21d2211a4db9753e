import {none} from '../answer.ts';
import {exitCodes} from '../errors/codes.ts';
import {nameConfig} from '../fly/arguments.ts';
import {readSecretName} from '../questions/named-secret.ts';
import type {AnswerState, Question} from '../questions/question.ts';
import {quoteForShell} from '../text/text.ts';

/** What the workflows of an app need to know. */
export type CiOptions = {
	readonly app: string;
	/** What npm installs: `./FILE.tgz` or a URL. */
	readonly package: string;
	readonly answersPath: string;
	readonly flyTomlPath: string;
	readonly branch: string;
	/** Names of secrets that phxfly needs on a runner, besides the token. */
	readonly secrets: readonly string[];
	/** There is a replica to restore each night. */
	readonly hasReplica: boolean;
};

export type CiFile = {readonly path: string; readonly text: string; readonly why: string};

/** The secret of the repository with the deploy token. */
export const tokenName = 'FLY_API_TOKEN';

/** Returns the workflows as GitHub reads them. Pure: the same options give the same bytes. */
export function writeWorkflows(options: CiOptions): readonly CiFile[] {
	return [
		{path: '.github/workflows/fly.yml', text: writeShip(options), why: 'deploys each push'},
		...(options.hasReplica
			? [
					{
						path: '.github/workflows/fly-drill.yml',
						text: writeDrill(options),
						why: 'restores the replica each night',
					},
				]
			: []),
	];
}

function writeShip(options: CiOptions): string {
	const config = nameConfig(options.flyTomlPath);
	const answers = ['--answers', options.answersPath];
	return [
		'name: Fly',
		'on:',
		'  push:',
		`    branches: [${quoteForYaml(options.branch)}]`,
		'  workflow_dispatch:',
		...writeJob('ship', options),
		writeRun(['phxfly', 'plan', ...answers, ...config, '--out', 'plan.json']),
		writeRun(['phxfly', 'apply', 'plan.json', '--yes'], ...unlessPending),
		writeRun(['phxfly', 'deploy', ...answers, ...config, '--yes'], ...unlessPending),
		writeRun(['phxfly', 'verify', ...answers, ...config, '--wait', '10m']),
		'',
	].join('\n');
}

function writeDrill(options: CiOptions): string {
	const {app, answersPath, flyTomlPath} = options;
	return [
		'name: Fly drill',
		'on:',
		'  schedule:',
		'    - cron: 15 4 * * *',
		'  workflow_dispatch:',
		...writeJob('drill', options),
		writeRun(['phxfly', 'drill', '--answers', answersPath, ...nameConfig(flyTomlPath)]),
		'      - if: failure()',
		`        run: 'echo "::error title=Drill failed::The replica of ${app} was not restored. Read the step above, then run phxfly drill."'`,
		'',
	].join('\n');
}

function writeJob(name: string, {package: spec, secrets}: CiOptions): readonly string[] {
	return [
		'permissions:',
		'  contents: read',
		'concurrency: fly',
		'jobs:',
		`  ${name}:`,
		'    runs-on: ubuntu-latest',
		'    timeout-minutes: 60',
		'    env:',
		...[tokenName, ...secrets].map(secret => `      ${secret}: \${{ secrets.${secret} }}`),
		'    steps:',
		'      - uses: actions/checkout@v4',
		'      - uses: actions/setup-node@v4',
		'        with:',
		'          node-version: 24',
		'      - uses: superfly/flyctl-actions/setup-flyctl@master',
		writeRun(['npm', 'install', '--global', '--no-audit', '--no-fund', spec]),
	];
}

/** With these, exit 3 does not end the job: `verify` waits for what is pending, and judges it. */
const unlessPending = ['||', 'test', '$?', '-eq', String(exitCodes.unproved)];

/** @param after - Written as it is, for the shell. */
const writeRun = (words: readonly string[], ...after: readonly string[]) =>
	`      - run: ${quoteForYaml([...words.map(quoteForShell), ...after].join(' '))}`;

/** Writes a text as YAML reads it back, quoted only if it must be. */
const quoteForYaml = (text: string) =>
	/^[\w./][\w./:@=+ -]*$/.test(text) && !/: |:$| $/.test(text) ? text : `'${text.replaceAll("'", "''")}'`;

/** Writes the answers that a fresh runner needs. A secret is never among them. */
export function writeAnswers({answers}: AnswerState, questions: readonly Question[]): string {
	const lines = questions.flatMap(({id, kind, isOneOff, isForOneSetup}) => {
		const value = answers.get(id)?.value;
		if (value === undefined || value === '' || isOneOff || isForOneSetup) return [];
		if (kind === 'secret' && value !== none) return [];
		const key = readSecretName(id) === undefined ? id : JSON.stringify(id);
		return [`${key} = ${JSON.stringify(value)}`];
	});
	return `${lines.join('\n')}\n`;
}

/** Lists the variables without which phxfly would ask on a runner: a secret that Fly has already may stay there. */
export const listRunnerSecrets = (
	{answers, open, ...state}: AnswerState,
	questions: readonly Question[],
): readonly string[] =>
	questions
		.filter(
			({id, kind, environment, acceptsExisting, applies}) =>
				kind === 'secret' &&
				environment !== undefined &&
				!acceptsExisting &&
				applies({answers, open, ...state}) &&
				answers.get(id)?.value !== none,
		)
		.flatMap(({environment}) => environment ?? []);

/** Reads the repository on GitHub from `.git/config`; `undefined` if its remote is elsewhere. */
export const readRepository = (gitConfig: string): string | undefined =>
	/^\s*url\s*=\s*(?:https:\/\/(?:[^@/\s]+@)?github\.com\/|(?:ssh:\/\/)?git@github\.com[:/])([\w.-]+\/[\w.-]+?)(?:\.git)?\/?\s*$/m.exec(
		gitConfig,
	)?.[1];
