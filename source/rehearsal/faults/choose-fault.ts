import {createHash} from 'node:crypto';
import * as v from 'valibot';
import {type Fault, type FaultName, faultsSchema} from './fault.ts';

/**
What goes wrong with the newest of the calls, as `PHXFLY_FAULTS` says.

@param text - JSON; empty when nothing is to go wrong.
@param calls - Every call of the world, the one in question last.
@throws {Error} When the text is no list of faults.
*/
export function chooseFault(
	text: string | undefined,
	calls: readonly {readonly argv: readonly string[]}[],
): FaultName | undefined {
	if (!text) return undefined;
	const argv = calls.at(-1)?.argv ?? [];
	return v.parse(faultsSchema, JSON.parse(text)).find(fault => {
		if (!beginsWith(argv, fault.command)) return false;
		return isDue(fault, calls.filter(call => beginsWith(call.argv, fault.command)).length);
	})?.fault;
}

function beginsWith(argv: readonly string[], command: string): boolean {
	return command === '' || `${argv.join(' ')} `.startsWith(`${command} `);
}

function isDue({on, probability, seed}: Fault, count: number): boolean {
	const isCounted = on === undefined || [on].flat().includes(count);
	return isCounted && (probability === undefined || draw(`${seed} ${count}`) < probability);
}

/** A number between 0 and 1 that the text alone decides. */
const draw = (text: string): number =>
	createHash('sha256').update(text).digest().readUInt32BE() / 0x1_0000_0000;
