import {findConfigDifferences} from './fly-toml/differences.ts';
import {parseFlyToml} from './fly-toml/parse-fly-toml.ts';
import type {Readers} from './readers.ts';

/** What a deploy of the fly.toml as it is now would change, by key; empty where there is nothing to compare. Reads only. */
export async function compareConfig(
	app: string,
	{fly, files}: Pick<Readers, 'fly' | 'files'>,
): Promise<readonly string[]> {
	const text = await files.read('fly.toml');
	const parsed = text === undefined ? undefined : parseFlyToml(text);
	if (!parsed?.ok) return [];
	const released = await fly.showConfig(app);
	return released === undefined ? [] : findConfigDifferences(parsed.config, released);
}
