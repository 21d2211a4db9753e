import {readElixirFacts} from '../../../source/core/elixir/read.ts';
import {parseFlyToml} from '../../../source/core/fly-toml/config.ts';
import {readDockerfile} from '../../../source/core/image/dockerfile.ts';
import {findProtection} from '../../../source/core/protection/protection.ts';
import {readTemplates} from '../../helpers/template-files.ts';

export type Given = {
	readonly dockerfile?: string;
	readonly flyToml?: string;
	readonly hasFlyToml?: boolean;
	readonly files?: Readonly<Record<string, string>>;
	readonly image?: string;
	readonly buildTarget?: string;
};

const templates = readTemplates('wisp');
const runtime = 'config :shop, Shop.Repo, database: System.fetch_env!("DATABASE_PATH")\n';
export const usualToml =
	'[env]\nDATABASE_PATH = "/data/shop.db"\n[[mounts]]\nsource = "data"\ndestination = "/data"\n';

export function find({
	dockerfile,
	flyToml = usualToml,
	hasFlyToml = true,
	files = {},
	image,
	buildTarget,
}: Given) {
	const reading = parseFlyToml(flyToml);
	if (!reading.ok) throw new Error(reading.problem);
	const texts = {
		...(dockerfile === undefined ? {} : {Dockerfile: dockerfile}),
		'config/runtime.exs': runtime,
		...files,
	};
	const all = new Map(Object.entries(texts));
	return findProtection({
		files: all,
		elixir: readElixirFacts(all, {elapsed: () => 0}),
		dockerfile:
			dockerfile === undefined ? undefined : readDockerfile('Dockerfile', dockerfile, {buildTarget}),
		flyTomlPath: 'fly.toml',
		flyTomlText: hasFlyToml ? flyToml : undefined,
		flyConfig: hasFlyToml ? reading.config : undefined,
		templates,
		litestreamVersion: '0.5.17',
		image,
	});
}

export function splice(given: Given): string {
	const found = find(given);
	if (found.is !== 'splice') throw new Error(`It is ${JSON.stringify(found)}`);
	return found.files.find(({path}) => path === 'Dockerfile')?.after ?? '';
}

export const stages = (start: string): string =>
	[
		'FROM elixir AS builder',
		'RUN mix release',
		'FROM debian:bookworm-slim',
		'WORKDIR "/app"',
		'COPY --from=builder /app/_build/prod/rel/shop ./',
		'USER nobody',
		...(start === '' ? [] : [start]),
		'',
	].join('\n');

export const block = [
	'# Litestream: fills an empty volume from the replica, then runs the command below and replicates its database.',
	'COPY --from=litestream/litestream:0.5.17 /usr/local/bin/litestream /usr/local/bin/litestream',
	'COPY etc/litestream.yml /etc/litestream.yml',
	'COPY --chmod=0755 rel/entrypoint.sh /usr/local/bin/entrypoint',
].join('\n');

export const own = 'ENTRYPOINT ["/usr/local/bin/entrypoint"]';
