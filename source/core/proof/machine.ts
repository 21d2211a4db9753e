import {gzipSync} from 'node:zlib';
import type {MachineLitestream, MachineShell} from '../litestream/machine.ts';
import type {Clock} from '../readers.ts';
import {quoteForShell} from '../text/text.ts';
import {type ProofReport, readProofReport} from './report.ts';
import {proofScript} from './script/script.ts';

type Tools = {
	readonly shell: MachineShell;
	readonly litestream: MachineLitestream;
	readonly clock: Clock;
};

type Options = {
	readonly databasePath: string;
	/** Where Litestream 0.5 may listen, the likeliest first. */
	readonly sockets: readonly string[];
	/** On the machine; then the script ends itself. */
	readonly limitSeconds: number;
	/** Checks the copy thoroughly, and counts its rows, which takes SQLite much longer. */
	readonly isFull?: boolean;
};

/** Why there is no report: the image cannot unpack the script, or the machine restarted twice. */
type Unstarted = {readonly is: 'no-tools'; readonly said: string} | {readonly is: 'gone'};

/** Where the script works. Whatever an earlier one left under this prefix, the next one removes. */
const proofPrefix = '/tmp/phxfly-verify-';

/** A call may fail while this computer sleeps or changes its network. */
const mostFailedPolls = 20;

/**
Runs the script on the machine: sends and starts it with one short command, asks for its report until it is there, and removes it
whatever happens. It also ends by itself, so that a killed phxfly leaves nothing that runs.

@throws {Failure} If Fly rejects the commands.
*/
export async function runProof(
	tools: Tools,
	options: Options,
): Promise<{readonly is: 'found'; readonly report: ProofReport} | Unstarted> {
	const first = await runOnce(tools, options, 0);
	// The machine may have restarted meanwhile, for a deploy.
	return first.is === 'gone' ? runOnce(tools, options, 1) : first;
}

async function runOnce(
	{shell, litestream, clock}: Tools,
	options: Options,
	attempt: 0 | 1,
): Promise<{readonly is: 'found'; readonly report: ProofReport} | Unstarted> {
	const folder = `${proofPrefix}${Math.round(clock.now()) + attempt}`;
	const command = ['sh', `${folder}/prove.sh`];
	try {
		const started = await shell.run(['sh', '-c', writeStart(folder, litestream, options)]);
		if (started.exit_code !== 0) {
			const isCut = started.stderr.trim() === '' && started.exit_code < 126;
			return isCut ? {is: 'gone'} : {is: 'no-tools', said: started.stderr};
		}

		const untilMs = clock.elapsed() + (options.limitSeconds + 30) * 1000;
		for (let failed = 0; ; ) {
			await clock.sleep(pollMs);
			// Asks even after the end: while this computer slept, the script ended, and its report waits.
			const isOver = clock.elapsed() >= untilMs;
			const polled = await shell.run([...command, 'poll']).catch((error: unknown) => {
				if (++failed > mostFailedPolls) throw error;
				return undefined;
			});
			if (!polled) continue;
			const report = readProofReport(polled.stdout);
			if (report) return {is: 'found', report};
			if (isOver || polled.exit_code !== 0 || polled.stdout.trim() === 'stage=gone') return {is: 'gone'};
		}
	} finally {
		await shell.run([...command, 'stop']).catch(() => undefined);
	}
}

/** Before each call, which waits for the report for another second and a half on the machine. */
const pollMs = 1000;

/** Writes one command line that unpacks the script and starts it. Its settings are in its environment. */
function writeStart(
	folder: string,
	litestream: MachineLitestream,
	{databasePath, sockets, limitSeconds, isFull = false}: Options,
): string {
	const [config = ''] = litestream
		.complete(['restore', 'x'])
		.flatMap((word, at, words) => (words[at - 1] === '-config' ? [word] : []));
	const settings = {
		DATABASE_PATH: databasePath,
		LITESTREAM: litestream.complete(['sync']).slice(0, -1).join(' '),
		CONFIG: config,
		SOCKETS: sockets.join(' '),
		DEADLINE: limitSeconds,
		LIMIT: Math.round(limitSeconds * 0.7),
		HOLD: 60,
		CHECK: isFull ? 'integrity_check' : 'quick_check',
		...(isFull ? {COUNT: 'yes'} : {}),
	};
	const script = gzipSync(proofScript, {level: 9}).toString('base64');
	const words = Object.entries(settings).map(([name, value]) => `${name}=${quoteForShell(String(value))}`);
	return [
		`umask 077; mkdir -p ${folder}`,
		`echo ${script} | base64 -d | gzip -d > ${folder}/prove.sh`,
		`test -s ${folder}/prove.sh`,
		`${words.join(' ')} sh ${folder}/prove.sh start`,
	].join(' && ');
}
