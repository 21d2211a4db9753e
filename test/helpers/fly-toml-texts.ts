import fc from 'fast-check';

type Style = {
	readonly endings: readonly string[];
	readonly mark: string;
	readonly indent: string;
	readonly nested: string;
	readonly equals: string;
	readonly tail: string;
	readonly hasLastEnding: boolean;
};

/** Encodings of a text, each with and without a line end after its last line. */
export const encodings = {
	'UTF-8, LF': {endings: fc.constant(['\n']), mark: ''},
	'UTF-8, CRLF': {endings: fc.constant(['\r\n']), mark: ''},
	'UTF-8 with byte order mark, LF': {endings: fc.constant(['\n']), mark: '\uFEFF'},
	'UTF-8 with byte order mark, CRLF': {endings: fc.constant(['\r\n']), mark: '\uFEFF'},
	'both line ends in one file': {
		endings: fc.array(fc.constantFrom('\n', '\r\n'), {minLength: 2, maxLength: 7}),
		mark: '',
	},
} as const;
export type Encoding = keyof typeof encodings;
const anyEncoding = fc.constantFrom(...(Object.keys(encodings) as Encoding[]));

/** What may follow a value or a header on its line. */
export const tails = ['', '  ', '\t', ' # why', '# "quoted" = [not] a table', ' # ünï ✓'] as const;

const styleIn = (encoding: Encoding): fc.Arbitrary<Style> =>
	fc.record({
		endings: encodings[encoding].endings.map(endings => [...endings]),
		mark: fc.constant(encodings[encoding].mark),
		indent: fc.constantFrom('', '  ', '\t', '    ', ' \t'),
		nested: fc.constantFrom('', '  ', '\t'),
		equals: fc.constantFrom(' = ', '=', '  =  ', '\t= '),
		tail: fc.constantFrom(...tails),
		hasLastEnding: fc.boolean(),
	});

const noise = fc.array(
	fc.constantFrom('', '   ', '\t', '# a comment', '  # indented', '#[vm]', '# app = "no"', '#'),
	{maxLength: 3},
);

/** `K` is a key line, `H` a header, and `N` one below it. The style decides the spaces around `=`. */
const sections: readonly fc.Arbitrary<string>[] = [
	fc.constantFrom(
		'H[env]\nKPHX_HOST="old.example.com"\nKPORT="8080"',
		'H[env]\nKPHX_HOST=\'old.example.com\'\nK"QUOTED KEY"="a # b"',
		'H[ "env" ]\nKPHX_HOST="""\nold\n[vm]\nPHX_HOST = 1\n"""\nKDATABASE_PATH="/data/app.db"',
		"H[env]\nKPORT=8080\nKLONG='''\na = 1\n# no comment\n'''",
		'H[env]',
	),
	fc.constantFrom(
		'H[http_service]\nKinternal_port=8080\nKauto_stop_machines="stop"\nKmin_machines_running=0',
		'H[http_service]\nKinternal_port=0x1F90\nN[[http_service.checks]]\nKpath="/"\nKinterval=\'10s\'',
		'H[http_service]\nN[http_service.concurrency]\nKtype="connections"',
		'N[http_service.concurrency]\nKtype="connections"\nKhard_limit=1_000',
		'H[http_service]\nKprocesses=[\n"app", # one\n"web",\n]\nKconcurrency.type="requests"',
		'H[http_service]\nKinternal_port=8080\nN[[http_service.checks]]\nKpath="/a"\nN[http_service.checks.headers]\nKX-Other="1"\nN[[http_service.checks]]\nKpath="/b"',
		'H["http_service"]\nKinternal_port=8080\nKchecks=[{path="/"},\n{path="/b", headers={}}]',
		'H[[services]]\nKinternal_port=1\nN[[services.ports]]\nKhandlers=["http"]\nH[[services]]\nKinternal_port=2',
	),
	fc.constantFrom(
		'H[mounts]\nKsource="wisp_data"\nKdestination="/data"',
		'H[[mounts]]\nKsource="d"',
		'H[mount]\nKsource="d"',
	),
	fc.constantFrom('H[[vm]]\nKsize="shared-cpu-1x"\nKmemory="512mb"', 'H[[vm]]', 'H[vm]\nKmemory_mb=512'),
	fc.constantFrom(
		'H[deploy]\nKstrategy="rolling"',
		'H[[statics]]\nKguest_path="/a"',
		'H[a.b.c]\nKd=1979-05-27',
	),
];

const rootKeys = fc.subarray([
	'app="wisp-old"',
	"primary_region='sjc'",
	'kill_timeout=60',
	'"quoted key".inner=true',
	'experimental.cmd=["a",\n["b"], ]',
	'description="""\\\n  [http_service]\n  a\n"""',
	'build={dockerfile="Dockerfile"}',
	'metrics={}',
]);

const rootForms = fc.constantFrom(
	[],
	['http_service={internal_port=8080}', 'env={PHX_HOST="old"}'],
	['http_service.internal_port=8080', 'http_service.concurrency.type="requests"', "env.PHX_HOST='old'"],
	['vm=[]', 'mounts=[{source="d", destination="/data"}]'],
);

/** Returns a whole fly.toml in a random style. It is always valid TOML. */
export const flyTomlText: fc.Arbitrary<string> = anyEncoding.chain(encoding => flyTomlTextIn(encoding));

export const flyTomlTextIn = (encoding: Encoding): fc.Arbitrary<string> =>
	fc
		.record({
			style: styleIn(encoding),
			root: rootKeys,
			forms: rootForms,
			tables: fc.shuffledSubarray(sections.map((_, index) => index)),
			picks: fc.tuple(...sections),
			noises: fc.array(noise, {minLength: 12, maxLength: 12}),
		})
		.map(({style, root, forms, tables, picks, noises}) => {
			const used = new Set(forms.map(form => /^\w+/.exec(form)?.[0]));
			const chosen = tables.map(index => picks[index] ?? '').filter(text => !clashes(text, used));
			const parts = [...[...forms, ...root].map(line => `R${line}`), ...chosen];
			const raw = parts.flatMap((part, index) => [...(noises[index] ?? []), ...part.split('\n')]);
			return dress(raw, style);
		});

const clashes = (section: string, used: ReadonlySet<string | undefined>): boolean =>
	[...section.matchAll(/\[ ?"?(\w+)/g)].some(([, name]) => used.has(name));

function dress(lines: readonly string[], style: Style): string {
	const text = lines
		.map((line, index) => {
			const ending = style.endings[index % style.endings.length] ?? '\n';
			const isLast = index === lines.length - 1;
			return dressLine(line, style) + (isLast && !style.hasLastEnding ? '' : ending);
		})
		.join('');
	return style.mark + text;
}

/** Adds indent, spaces, and a tail to a line, but not inside a multi-line string or list, where they would change the value. */
function dressLine(line: string, {indent, nested, equals, tail}: Style): string {
	const kind = line[0] ?? '';
	const rest = line.slice(1);
	if (kind === 'H') return rest + tail;
	if (kind === 'N') return nested + rest + tail;
	if (kind !== 'K' && kind !== 'R') return line;
	const isOpen = /("""|'''|\[|,|\\)$/.test(rest);
	return (kind === 'K' ? indent : '') + rest.replace('=', equals) + (isOpen ? '' : tail);
}
