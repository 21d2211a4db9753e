import {mkdir, mkdtemp, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import xterm from '@xterm/headless';
import {setup as buildOnce} from './build-once.ts';
import {drawPicture, type PictureFrame} from './draw-picture.ts';
import {openTerminal} from './terminal.ts';

/**
Draws docs/picture.svg from a run of the real program: `npx tsx test/helpers/record-demo.ts`.

The built wizard walks through a rehearsal in a real pseudo-terminal and keeps each screen it needs.
Only times, addresses, and ids differ between recordings.
*/
const columns = 80;
const rows = 32;
const enter = '\r';
const root = fileURLToPath(new URL('../../', import.meta.url));
const picture = join(root, 'docs', 'picture.svg');

const home = await mkdtemp(join(tmpdir(), 'phxfly-demo-'));
try {
	buildOnce();
	await mkdir(join(home, 'blog'));
	await writeFile(picture, drawPicture(await record(), {columns, rows}));
	process.stdout.write(`${picture}: ${(await stat(picture)).size} bytes\n`);
} finally {
	await rm(home, {recursive: true, force: true});
}

async function record(): Promise<readonly PictureFrame[]> {
	const frames: PictureFrame[] = [];
	const terminal = openTerminal(
		process.execPath,
		[join(root, 'dist', 'cli.js'), 'rehearse', '--speed', '10'],
		{
			columns,
			rows,
			cwd: join(home, 'blog'),
			env: {HOME: home, XDG_STATE_HOME: join(home, 'state'), TZ: 'America/Los_Angeles'},
		},
	);
	const keep = async (caption: string) => {
		frames.push({caption, lines: await readCells(terminal.raw())});
	};
	const answer = async (label: string, typed: string) => {
		await terminal.waitFor(new RegExp(`› ${label}\\b`));
		terminal.type(typed);
	};

	await answer('app', 'blog-1');
	await terminal.waitFor(/› app +blog-1/);
	terminal.type(enter);
	await answer('region', 's');
	await terminal.waitFor(/› region +s[\s\S]*Singapore/);
	await keep('answer');
	terminal.type(enter);
	await answer('volume', enter);
	await answer('machine', enter);
	await answer('domain', 'blog.example.com');
	await terminal.waitFor(/› domain +blog\.example\.com/);
	terminal.type(enter);
	await answer('mail', enter);
	await terminal.waitFor(/Press\s+Enter\s+again\s+to\s+skip/);
	terminal.type(enter);
	await answer('storage', enter);
	await terminal.waitFor(/› Start/);
	await keep('review');
	terminal.type(enter);
	await terminal.waitFor(/building, step[\s\S]*(Compiling|Generated)[\s\S]*blog\.example\.com +A /, 120_000);
	await keep('run');
	await terminal.waitFor(/is running and backed up/, 180_000);
	await terminal.exits();
	await keep('prove');
	return frames;
}

/** Returns the window as an emulator draws these bytes, cell by cell. */
async function readCells(bytes: string): Promise<PictureFrame['lines']> {
	const emulator = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
	await new Promise<void>(resolve => emulator.write(bytes, resolve));
	const {active} = emulator.buffer;
	return Array.from({length: rows}, (_, row) => {
		const line = active.getLine(active.baseY + row);
		return Array.from({length: columns}, (__, column) => {
			const cell = line?.getCell(column);
			return {
				text: cell?.getChars() || ' ',
				color: cell?.isFgPalette() ? cell.getFgColor() : undefined,
				isDim: Boolean(cell?.isDim()),
				isBold: Boolean(cell?.isBold()),
				isInverse: Boolean(cell?.isInverse()),
			};
		});
	});
}
