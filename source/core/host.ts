/** The process around us, handed in by the entry: nothing else touches it. */
export type Host = {
	readonly argv: readonly string[];
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly cwd: string;
	readonly platform: string;
	/** The Node that runs us, and the folder of the package. */
	readonly nodePath: string;
	/** As `v22.1.0`. */
	readonly nodeVersion: string;
	readonly packageFolder: string;
	readonly stdin: NodeJS.ReadStream;
	readonly stdout: NodeJS.WriteStream;
	readonly stderr: NodeJS.WriteStream;
	/** Called for each SIGINT and SIGTERM until the returned function is called. */
	onSignal(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
};
