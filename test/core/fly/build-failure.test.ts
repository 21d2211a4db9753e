import fc from 'fast-check';
import {expect, test} from 'vitest';
import {findInstruction, readFailedBuild} from '../../../source/core/fly/build-failure.ts';

const dockerfile = `ARG ELIXIR_VERSION=1.18
FROM hexpm/elixir:\${ELIXIR_VERSION} AS builder
# RUN mix compile
RUN apt-get update \\
    # what the compiler needs
    && apt-get install -y git
copy mix.exs ./
RUN mix deps.get --only $MIX_ENV
RUN mix compile
RUN echo a
RUN echo a
`;

test.each([
	['RUN mix compile', 9],
	['RUN apt-get update     && apt-get install -y git', 4],
	['COPY mix.exs ./', 7],
	['FROM hexpm/elixir:1.18 AS builder', 2],
	['RUN mix deps.get --only prod', 8],
	['RUN echo a', undefined],
	['RUN something else', undefined],
])('%s is at line %s', (instruction, line) => {
	expect(findInstruction(dockerfile, instruction)).toBe(line);
	expect(findInstruction(dockerfile.replaceAll('\n', '\r\n'), instruction)).toBe(line);
});

test('any text can be searched, and read as a failed build', () => {
	fc.assert(
		fc.property(fc.string({unit: 'binary'}), fc.string(), (text, instruction) => {
			findInstruction(text, instruction);
			readFailedBuild(`------\n > [a 1/2] ${instruction}:\n${text}`, 'x');
		}),
	);
});

test('a build without a block has no failed step', () => {
	expect(readFailedBuild('#12 ERROR: x\n > [builder 1/2] RUN x:\n', 'x')).toBeUndefined();
});

test('a block without an end, as long lines, is cut', () => {
	const lines = Array.from({length: 50}, (_, index) => `${index}.1 ${'y'.repeat(1000)}`);
	const build = readFailedBuild(['------', ' > [builder  1/12] RUN x:', ...lines].join('\n'), 'x');
	expect(build).toMatchObject({stage: 'builder 1/12', instruction: 'RUN x'});
	expect(build?.lines).toHaveLength(10);
	expect(build?.lines[0]).toHaveLength(200);
});
