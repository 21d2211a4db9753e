import type {Host} from './core/host.ts';

/** Asks one question where a person sits; anything but a yes is a no. */
export function askOnTerminal({stdin, stderr}: Host, question: string): Promise<boolean> {
	stderr.write(`${question} [y/N] `);
	return new Promise(resolve => {
		const finish = (answer: boolean) => {
			stdin.off('data', onData).off('end', onEnd);
			stdin.pause();
			resolve(answer);
		};
		const onData = (typed: Buffer | string) => finish(/^\s*y(?:es)?\s*$/i.test(String(typed)));
		const onEnd = () => finish(false);
		stdin.on('data', onData).on('end', onEnd);
	});
}
