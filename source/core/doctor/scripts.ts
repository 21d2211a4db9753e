import {listUncommented} from '../text/lines.ts';

export type TextFile = {readonly path: string; readonly text: string};

/** More than a person chains. */
const mostScripts = 12;

/**
Finds the project's scripts that run when a machine starts: those that the image's commands name, and those that they name in turn.

@param starts - ENTRYPOINT and CMD as written, and the commands of `[processes]`.
*/
export function findScripts(files: ReadonlyMap<string, string>, starts: string): readonly TextFile[] {
	const scripts = [...files].filter(([path]) => isScript(path));
	const found: TextFile[] = [];
	const texts = [starts];
	for (let text = texts.shift(); text !== undefined && found.length < mostScripts; text = texts.shift()) {
		const words = new Set(text.split(/[^\w.-]+/));
		for (const [path, script] of scripts) {
			const name = path.replace(/^.*\//, '');
			const isNamed = words.has(name) || words.has(name.replace(/\.sh$/, ''));
			if (!isNamed || found.some(each => each.path === path)) continue;
			found.push({path, text: script});
			texts.push(
				listUncommented(script)
					.map(line => line.text)
					.join('\n'),
			);
		}
	}

	return found;
}

/** `bin/server` and the like, which `mix phx.gen.release` writes, are in `rel/overlays/bin`. */
const isScript = (path: string): boolean =>
	/^(?:[^/]+\/)?[^/]+\.sh$/.test(path) ||
	(/^(?:bin|scripts?|rel\/overlays(?:\/bin)?)\/[^/]+$/.test(path) && !/\.(?:bat|eex|exs?)$/.test(path));
