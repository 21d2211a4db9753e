import {bucketPart} from './bucket.ts';
import {comparePart} from './compare.ts';
import {positionPart} from './position.ts';
import {processPart} from './process.ts';
import {runPart} from './run.ts';

/**
The program that phxfly runs on the machine, for a POSIX shell: dash, bash, or busybox. It restores the replica into a scratch file, compares
it with the live database byte by byte, and only reports what it found; `judgeProof` decides. It writes nowhere but in its own folder.
*/
export const proofScript: string = [processPart, positionPart, comparePart, bucketPart, runPart]
	.join('')
	.replaceAll(/^\t+/gm, '')
	.replaceAll(/\n{2,}/g, '\n')
	.trimStart();
