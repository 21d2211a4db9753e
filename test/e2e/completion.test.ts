import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {commands} from '../../source/cli/registry.ts';
import {openTerminal} from '../helpers/terminal.ts';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const shells = ['bash', 'zsh', 'fish'] as const;
const run = (shell: string, script: string, cwd: string) =>
	spawnSync(shell, [...(shell === 'bash' ? ['--norc'] : []), '-c', script], {cwd, encoding: 'utf8'});
const isThere = (shell: string) => spawnSync(shell, ['--version']).status === 0;

let folder: string;
const scriptOf = (shell: string) => join(folder, `phxfly.${shell}`);

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'phxfly-completion-'));
	mkdirSync(join(folder, 'blog'));
	writeFileSync(join(folder, 'answers.toml'), '');
	for (const shell of shells) {
		const {stdout, status} = spawnSync(process.execPath, [cli, 'completion', shell], {encoding: 'utf8'});
		expect(status).toBe(0);
		writeFileSync(scriptOf(shell), stdout);
	}
});
afterAll(() => rmSync(folder, {recursive: true, force: true}));

/** What the shell itself offers for the last word of a line. */
const offers: Readonly<
	Record<(typeof shells)[number], (words: readonly string[]) => Promise<readonly string[]>>
> = {
	async bash(words) {
		const script = `. '${scriptOf('bash')}'
			COMP_WORDS=(${words.map(word => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
			_phxfly; printf '%s\\n' "\${COMPREPLY[@]}"`;
		return lines(run('bash', script, folder).stdout);
	},
	async fish(words) {
		const script = `source '${scriptOf('fish')}'; complete -C '${words.join(' ')}'`;
		return lines(run('fish', script, folder).stdout);
	},
	/** Only its line editor completes, so it gets a terminal. */
	async zsh(words) {
		const terminal = openTerminal('zsh', ['-f', '-i'], {cwd: folder, columns: 200, rows: 80});
		terminal.type(
			`autoload -Uz compinit; compinit -u -D; unsetopt always_last_prompt; . ${scriptOf('zsh')}; bindkey '^I' list-choices; PROMPT='re''ady> '\r`,
		);
		await terminal.waitFor(/^ready> *$/m);
		terminal.type(`${words.join(' ')}\t`);
		terminal.type(`\u0015: over\r`);
		const screen = await terminal.waitFor(/^ready> : over *$/m);
		terminal.kill('SIGKILL');
		const typed = `ready> ${words.join(' ')}`.trimEnd();
		return screen
			.slice(screen.indexOf(typed) + typed.length, screen.lastIndexOf('ready> '))
			.split(/\s+/)
			.map(withoutSlash);
	},
};

const withoutSlash = (word: string) => word.replace(/\/$/, '');

const lines = (text: string) =>
	text
		.split('\n')
		.filter(Boolean)
		.map(line => withoutSlash(line.split('\t')[0] ?? ''));

describe.each(shells)('%s', shell => {
	const inShell = test.skipIf(!isThere(shell));

	inShell('is a valid script for the shell', () => {
		const {status, stderr} = spawnSync(shell, ['-n', scriptOf(shell)], {encoding: 'utf8'});
		expect({status, stderr}).toEqual({status: 0, stderr: ''});
	});

	inShell('offers every command first, and folders', async () => {
		const offered = await offers[shell](['phxfly', '']);
		expect(offered).toEqual(expect.arrayContaining([...commands.map(({name}) => name), 'blog']));
		expect(offered).not.toContain('answers.toml');
	});

	inShell('offers what a flag takes: words, files, nothing', async () => {
		expect(await offers[shell](['phxfly', 'plan', '--storage', ''])).toEqual(
			expect.arrayContaining(['tigris', 's3', 'r2', 'custom']),
		);
		expect(await offers[shell](['phxfly', 'plan', '--answers', ''])).toContain('answers.toml');
		expect(await offers[shell](['phxfly', 'plan', '--app', ''])).not.toContain('blog');
	});

	inShell('offers flags by prefix, and the shells', async () => {
		const offered = await offers[shell](['phxfly', 'plan', '--vol']);
		expect(offered).toContain('--volume-size');
		expect(offered).not.toContain('--region');
		const shellNames = await offers[shell](['phxfly', 'completion', '']);
		expect(shellNames).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
		expect(shellNames).not.toContain('blog');
	});
});

test.each([['completion'], ['completion', 'powershell'], ['completion', 'bash', 'zsh']])(
	'%j %j is refused, naming what there is',
	(...words) => {
		const {status, stderr, stdout} = spawnSync(process.execPath, [cli, ...words], {encoding: 'utf8'});
		expect(status).toBe(2);
		expect(stdout).toBe('');
		expect(stderr).toMatch(/completion fish|--help/);
	},
);
