/** What the command line said, read but not judged. */
export type Options = {
	readonly command: string;
	/** The command's own first word, where it takes one that is no folder. */
	readonly argument: string | undefined;
	readonly folder: string | undefined;
	/** Question id to the flag's text. */
	readonly flags: ReadonlyMap<string, string>;
	/** Names of `--secret`, which nobody has to find in the code. */
	readonly namedSecrets: readonly string[];
	readonly secretFiles: readonly {readonly name: string; readonly path: string}[];
	readonly profile: string | undefined;
	readonly answersFile: string | undefined;
	readonly fly: string | undefined;
	readonly stateDir: string | undefined;
	readonly world: string | undefined;
	readonly speed: number;
	readonly waitMs: number | undefined;
	/** For `verify`: goes on looking until all is proved, somebody leaves or `waitMs` are over. */
	readonly watch: boolean;
	/** For `drill`: how old the newest replicated transaction may be. */
	readonly maxAgeMs: number | undefined;
	readonly isRehearsal: boolean;
	readonly adopt: boolean;
	readonly redeploy: boolean;
	readonly breakLock: boolean;
	readonly dryRun: boolean;
	/** For `plan`: as a bash script. */
	readonly script: boolean;
	/** For `plan`: the file it is kept in. */
	readonly out: string | undefined;
	readonly fix: boolean;
	/** For `destroy`: volume and bucket stay. */
	readonly keepData: boolean;
	readonly yes: boolean;
	readonly noInput: boolean;
	readonly json: boolean;
	readonly plain: boolean;
	readonly screenReader: boolean;
	readonly ascii: boolean;
	readonly noColor: boolean;
	readonly quiet: boolean;
	readonly verbose: boolean;
};
