import {accountCodes} from './errors/codes.ts';
import {answersCodes} from './failure-codes/answers-codes.ts';
import {deployCodes} from './failure-codes/deploy-codes.ts';
import {drillCodes} from './failure-codes/drill-codes.ts';
import type {FailureEntry} from './failure-codes/failure-entry.ts';
import {flyctlCodes} from './failure-codes/flyctl-codes.ts';
import {planCodes} from './failure-codes/plan-codes.ts';
import {projectCodes} from './failure-codes/project-codes.ts';
import {storageCodes} from './failure-codes/storage-codes.ts';

/** Every failure somebody can meet, by heading: docs/errors.md is made from it. A code is a stable promise. */
export const failureCodes = {
	'Words and answers': answersCodes,
	'The project and this computer': projectCodes,
	'Saved plans': planCodes,
	'flyctl and the login': flyctlCodes,
	'What is in the account': accountCodes,
	'The deploy': deployCodes,
	'The storage': storageCodes,
	'Proof and restore': drillCodes,
} as const satisfies Readonly<Record<string, Readonly<Record<string, FailureEntry>>>>;

export type FailureCode = {
	[Area in keyof typeof failureCodes]: keyof (typeof failureCodes)[Area];
}[keyof typeof failureCodes] &
	string;
