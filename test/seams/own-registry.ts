import * as registry from '../../source/cli/registry.ts';
import type {Question} from '../../source/core/questions/question.ts';
import {addWww} from './add-www.ts';
import {extendVolume} from './extend-volume.ts';
import {garage} from './garage.ts';
import {oneRegion} from './one-region.ts';
import {timeZone} from './time-zone.ts';

const {commands, profiles, rules} = registry;

/** The program's registry with one more entry of each kind, as a contributor would add it. */
export const ownRegistry = {
	commands,
	profiles,
	rules,
	questions: [...registry.questions, timeZone] as readonly Question[],
	providers: [...registry.providers, garage],
	steps: [...registry.steps.slice(0, -1), extendVolume, addWww, ...registry.steps.slice(-1)],
	checks: [...registry.checks, oneRegion],
};
