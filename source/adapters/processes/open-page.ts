import {execa} from 'execa';
import type {Cli} from '../../core/command/context.ts';

/** What a browser and a desktop's opener need; not the keys that the environment may contain. */
const passedOn =
	/^(?:PATH|HOME|USER|LANG|TMPDIR|BROWSER|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|XDG_\w+|DBUS_\w+|WSL\w*)$/;

/** Longer than an opener takes that finds no browser. */
const openedAfterMs = 2000;

/** Opens a page in the person's browser, which outlives phxfly. @returns Whether a program took it. */
export async function openPage(
	url: string,
	{environment, platform}: Pick<Cli['host'], 'environment' | 'platform'>,
): Promise<boolean> {
	const {DISPLAY, WAYLAND_DISPLAY, BROWSER} = environment;
	// Without a desktop the opener would start a browser for this terminal, which phxfly has.
	if (platform !== 'darwin' && !(DISPLAY || WAYLAND_DISPLAY || BROWSER)) return false;
	const opener = execa(platform === 'darwin' ? 'open' : 'xdg-open', [url], {
		env: Object.fromEntries(Object.entries(environment).filter(([name]) => passedOn.test(name))),
		extendEnv: false,
		stdio: 'ignore',
		detached: true,
		cleanup: false,
		reject: false,
	});
	opener.unref();
	let timer: NodeJS.Timeout | undefined;
	const stillRuns = new Promise<boolean>(resolve => {
		timer = setTimeout(() => resolve(true), openedAfterMs);
	});
	const isOpen = await Promise.race([opener.then(({failed}) => !failed), stillRuns]);
	clearTimeout(timer);
	return isOpen;
}
