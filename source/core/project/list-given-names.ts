import type {FlyConfig} from '../fly-toml/config.ts';

/** Names of variables that the app has without anybody's doing: those of fly.toml's [env] and of the Dockerfile's ENV. */
export function listGivenNames(
	config: FlyConfig | undefined,
	dockerfile: string | undefined,
): ReadonlySet<string> {
	const lines = (dockerfile ?? '').split('\n').flatMap(line => /^\s*ENV\s(.*)$/i.exec(line)?.[1] ?? []);
	const inImage = lines.flatMap(line => line.match(/[A-Za-z_]\w*(?==)|^\s*[A-Za-z_]\w*/g) ?? []);
	return new Set([...Object.keys(config?.env ?? {}), ...inImage.map(name => name.trim())]);
}
