import fc from 'fast-check';
import {expect, test} from 'vitest';
import {findInstruction} from '../../../source/core/image/named-instruction.ts';
import {findIgnoringLine} from '../../../source/core/text/ignore-file.ts';

const dockerfile = `ARG ELIXIR_VERSION=1.18
ARG BUILDER="hexpm/elixir:\${ELIXIR_VERSION}-slim"
FROM \${BUILDER} AS builder
# RUN mix compile
RUN apt-get update \\
    # what the compiler needs
    && apt-get install -y git
copy mix.exs ./
RUN mix deps.get --only $MIX_ENV
RUN mix compile
RUN echo a
RUN echo a
FROM debian AS runtime
COPY --from=litestream/litestream:0.5.17 /usr/local/bin/litestream /usr/local/bin/
`;

test.each([
	['RUN mix compile', 10],
	['RUN apt-get update     && apt-get install -y git', 5],
	['COPY mix.exs ./', 8],
	['FROM hexpm/elixir:1.18-slim AS builder', 3],
	['RUN mix deps.get --only prod', 9],
	['RUN echo a', undefined],
	['RUN something else', undefined],
	['load metadata for docker.io/hexpm/elixir:1.18-slim', 3],
	['load metadata for docker.io/library/debian:latest', 13],
	['load metadata for docker.io/litestream/litestream:0.5.17', 14],
	['load metadata for docker.io/hexpm/elixir:1.17-slim', undefined],
])('%s is at line %s', (instruction, line) => {
	expect(findInstruction(dockerfile, instruction)).toBe(line);
	expect(findInstruction(dockerfile.replaceAll('\n', '\r\n'), instruction)).toBe(line);
});

test('any text can be searched', () => {
	fc.assert(
		fc.property(fc.string({unit: 'binary'}), fc.string(), (text, instruction) => {
			findInstruction(text, instruction);
			findIgnoringLine(text, instruction);
		}),
	);
});

test('an instruction of a thousand variables is compared at once', () => {
	const startedAt = performance.now();
	findInstruction(`RUN ${'a$x'.repeat(1000)}b`, `RUN ${'a'.repeat(2000)}`);
	findIgnoringLine(`${'*a'.repeat(500)}b`, 'a'.repeat(2000));
	findIgnoringLine(`${'**/'.repeat(500)}b`, 'a/'.repeat(500));
	expect(performance.now() - startedAt).toBeLessThan(1000);
});

test.each([
	['priv/', 'priv', 1],
	['# priv\n/priv', 'priv', 2],
	['*', 'rel', 1],
	['*\n!rel', 'rel', undefined],
	['priv/static/*', 'priv', undefined],
	['**/*.lock', 'mix.lock', 1],
	['**/node_modules', 'assets/node_modules/x', 1],
	['mix.l?ck', 'mix.lock', 1],
	['[mn]ix.lock', 'mix.lock', 1],
	['rel\npriv\n!priv/static', 'priv', 2],
	['relx', 'rel', undefined],
])('of %j, for %s: line %s', (text, path, line) => {
	expect(findIgnoringLine(text, path)).toBe(line);
});

test('a value that doubles with each argument ends', () => {
	const startedAt = performance.now();
	const lines = Array.from({length: 60}, (_, at) => `ARG A${at + 1}="$A${at}$A${at}"`);
	findInstruction(`ARG A0=aa\n${lines.join('\n')}\nFROM $A60\nRUN x`, 'load metadata for docker.io/a');
	findInstruction(`FROM ${'${A:-'.repeat(500)}b`, 'load metadata for docker.io/a');
	expect(performance.now() - startedAt).toBeLessThan(1000);
});
