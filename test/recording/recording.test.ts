import {afterAll, describe, expect, test, vi} from 'vitest';
import {isFast} from '../helpers/is-fast.ts';
import {compareReads, openRecorder, readRecording} from './record.ts';
import {type Scenario, scenarios} from './scenarios.ts';

// Generous, for a busy computer: nothing here depends on a duration.
vi.setConfig({testTimeout: 420_000, hookTimeout: 180_000, maxConcurrency: 2});

const recording = readRecording();
const knownReads = new Set(Object.values(recording.scenarios).flatMap(({reads}) => Object.keys(reads)));
const recorder = openRecorder();
afterAll(() => recorder.close());

const isKilled = ({steps}: Scenario) => steps.some(({killWhen}) => killWhen !== undefined);

test('quick: the surface is the recorded one', async () => {
	expect(JSON.parse(JSON.stringify(await recorder.surface()))).toEqual(recording.surface);
});

test('quick: every scenario is recorded, and no other', () => {
	expect(Object.keys(recording.scenarios)).toEqual(scenarios.map(({name}) => name).sort());
});

const groups = [
	['quick', scenarios.filter(({isQuick}) => isQuick)],
	['whole', scenarios.filter(({isQuick}) => !isQuick)],
] as const;

describe.each(isFast ? groups.slice(0, 1) : groups)('%s', (_, chosen) => {
	test.concurrent.each(chosen)('$name', async scenario => {
		const before = recording.scenarios[scenario.name];
		const after = await recorder.record(scenario);
		expect(after.behavior).toEqual(before?.behavior);
		const {added, changed} = compareReads(before?.reads ?? {}, after.reads);
		if (changed.length > 0) console.info(`${scenario.name}: reads\n\t${changed.join('\n\t')}`);
		// How far a killed run gets depends on the computer: it may read what any recorded run reads.
		expect(isKilled(scenario) ? added.filter(words => !knownReads.has(words)) : added).toEqual([]);
	});
});
