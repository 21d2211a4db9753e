import {type CommandSpec, type FlagSpec, globalFlags, groupAliases} from './commands.ts';
import {listSubcommands} from './find.ts';

const descriptions: Readonly<Record<string, string>> = {
	app: 'Application name',
	config: 'Path to application configuration file',
	json: 'JSON output',
	org: 'The target Fly.io organization',
	region: "The target region (see 'flyctl platform regions')",
	yes: 'Accept all confirmations (also --auto-confirm)',
	name: 'The name of your bucket',
	public: 'Objects in the bucket should be publicly accessible',
	'access-token': 'Fly API Access Token',
	debug: 'Print additional logs and traces',
	verbose: 'Verbose output',
};

/** Returns what flyctl prints on stdout for `--help` and with every argument error. */
export function formatUsage(spec: CommandSpec): string {
	const path = `flyctl ${spec.name}`;
	const leaf = spec.words.at(-1) ?? '';
	const own = [...spec.flags, ...globalFlags.filter(({name}) => name === 'help')];
	return [
		'Usage:',
		`  ${path} ${spec.usage}`,
		'',
		...(spec.leafAliases.length === 0 ? [] : ['Aliases:', `  ${[leaf, ...spec.leafAliases].join(', ')}`, '']),
		'Flags:',
		...formatFlags(own, leaf),
		'',
		'Global Flags:',
		...formatFlags(
			globalFlags.filter(({name}) => name !== 'help'),
			leaf,
		),
		'',
		'',
	].join('\n');
}

/** Returns the help of a command group, or of flyctl itself without words. */
export function formatGroupHelp(words: readonly string[]): string {
	const path = ['flyctl', ...words].join(' ');
	const aliases = groupAliases[words.join(' ')] ?? [];
	return [
		'Usage:',
		`  ${path} [command]`,
		'',
		...(aliases.length === 0 ? [] : ['Aliases:', `  ${[...words, ...aliases].join(', ')}`, '']),
		'Available Commands:',
		...listSubcommands(words).map(word => `  ${word}`),
		'',
		'Flags:',
		...formatFlags(
			globalFlags.filter(({name}) => name === 'help'),
			words.at(-1) ?? 'flyctl',
		),
		'',
		'Global Flags:',
		...formatFlags(
			globalFlags.filter(({name}) => name !== 'help'),
			'flyctl',
		),
		'',
		`Use "${path} [command] --help" for more information about a command.`,
		'',
	].join('\n');
}

function formatFlags(flags: readonly FlagSpec[], leaf: string): readonly string[] {
	const shown = flags.filter(({isHidden}) => !isHidden).sort((a, b) => (a.name < b.name ? -1 : 1));
	const heads = shown.map(({name, short, type}) => {
		const kind = type === 'bool' ? '' : ` ${type === 'float64' ? 'float' : type}`;
		return `${short === undefined ? '      ' : `  -${short}, `}--${name}${kind}`;
	});
	const width = Math.max(...heads.map(head => head.length));
	return shown.map((flag, index) => {
		const text = flag.name === 'help' ? `help for ${leaf}` : (descriptions[flag.name] ?? '');
		return `${(heads[index] ?? '').padEnd(width)}   ${text}`.trimEnd();
	});
}
