import type {Host} from './core/command/context.ts';

/** Asks one question where a person sits. @returns The line as typed; empty when the terminal went away. */
export function askOnTerminal({stdin, stderr}: Host, question: string): Promise<string> {
	stderr.write(question);
	return new Promise(resolve => {
		const finish = (answer: string) => {
			stdin.off('data', onData).off('end', onEnd);
			stdin.pause();
			resolve(answer);
		};
		const onData = (typed: Buffer | string) => finish(String(typed));
		const onEnd = () => finish('');
		stdin.on('data', onData).on('end', onEnd);
	});
}
