import {describe, expect, it} from 'vitest';
import {readDockerfile} from '../../../source/core/image/dockerfile.ts';

const read = (text: string, buildTarget?: string) => readDockerfile('Dockerfile', text, {buildTarget});

const list = (text: string) =>
	read(text).instructions.map(({keyword, line, endLine, text: words}) => [keyword, line, endLine, words]);

describe('readDockerfile', () => {
	it('joins continued lines, and drops the comments and empty lines between them', () => {
		const text = 'FROM debian\nRUN one \\\n  # a comment\n\n  && two \\\n\t# last\n  && three\nCMD ["x"]\n';
		expect(list(text)).toEqual([
			['FROM', 1, 1, 'debian'],
			['RUN', 2, 7, 'one   && two   && three'],
			['CMD', 8, 8, '["x"]'],
		]);
	});

	it('reads CRLF, a byte order mark and no last line end', () => {
		const text = '\u{FEFF}FROM debian\r\nRUN a \\\r\n  b\r\nCMD ["/app/bin/server"]';
		expect(list(text)).toEqual([
			['FROM', 1, 1, 'debian'],
			['RUN', 2, 3, 'a   b'],
			['CMD', 4, 4, '["/app/bin/server"]'],
		]);
		const last = read(text).instructions.at(-1);
		expect(text.slice(last?.offset, last?.endOffset)).toBe('CMD ["/app/bin/server"]');
		expect(text.slice(last?.textOffset, last?.endOffset)).toBe(' ["/app/bin/server"]');
	});

	it('honors # escape=, which only the first lines can set', () => {
		expect(list('# escape=`\nFROM a\nRUN x `\n  y\nRUN z \\\n')).toEqual([
			['FROM', 2, 2, 'a'],
			['RUN', 3, 4, 'x   y'],
			['RUN', 5, 5, 'z \\'],
		]);
		expect(list('FROM a\n# escape=`\nRUN x `\nRUN y')).toHaveLength(3);
	});

	it.each([
		['RUN <<EOF\nCMD ["no"]\nEOF', 2, 4],
		['RUN <<A cat <<B\none\nA\nCMD no\nB', 2, 6],
		['COPY <<-"EOF" /x\nCMD no\n\tEOF', 2, 4],
		['ONBUILD RUN <<EOF\nFROM no\nEOF', 2, 4],
	])('keeps the heredoc %j in its instruction', (text, line, endLine) => {
		const [, run, last] = read(`FROM a\n${text}\nCMD ["yes"]\n`).instructions;
		expect([run?.line, run?.endLine]).toEqual([line, endLine]);
		expect(last?.text).toBe('["yes"]');
	});

	it('takes no heredoc from quotes and here-strings', () => {
		expect(list('FROM a\nRUN echo "<<EOF" $((1 << 2)) <<<x\nCMD ["y"]\n')).toHaveLength(3);
		expect(list('FROM a\nRUN ["sh", "-c", "cat <<EOF"]\nCMD ["y"]\n')).toHaveLength(3);
	});

	it.each([
		['FROM a\nRUN cat << EOF\nx\nEOF\n', 2, 'blank before the word'],
		["FROM a\nRUN cat << 'EOF'\nx\nEOF\n", 2, 'blank before the word'],
		['FROM a\nRUN <<EOF\nx\n', 2, 'nothing ends its heredoc EOF'],
		['FROM a\rCMD ["x"]\n', 1, 'carriage return'],
		['FROM a\nRUN x\n\nSTART ["x"]\n', 4, 'START is not an instruction'],
		['CMD ["x"]\n', 1, 'before any FROM'],
		['', 1, 'no FROM'],
		['# syntax=example.com/own\nFROM a\n', 1, 'written for example.com/own'],
		['# escape=x\nFROM a\n', 1, 'escape'],
		['FROM a\nCMD\n', 2, 'nothing behind it'],
	])('says which line of %j it cannot read', (text, line, why) => {
		expect(read(text).unreadable).toEqual({line, why: expect.stringContaining(why)});
	});

	it('follows the stages that the image begins with, and fills in global ARGs', () => {
		const text = [
			'ARG DEBIAN=bookworm',
			`ARG RUNNER="debian:\${DEBIAN}-slim"`,
			'FROM elixir AS builder',
			`FROM --platform=linux/amd64 \${RUNNER} AS Base`,
			'CMD ["/app/bin/base"]',
			'FROM base as final',
			'ENV A=1',
			`FROM \${NONE:-alpine} AS other`,
			'CMD other',
		].join('\n');
		expect(read(text, 'final').chain.map(({base, name}) => [base, name])).toEqual([
			['debian:bookworm-slim', 'base'],
			['base', 'final'],
		]);
		expect(read(text).chain.map(({base}) => base)).toEqual(['alpine']);
		expect(read(text, '1').chain.map(({name}) => name)).toEqual(['base']);
		expect(read(text, 'gone').unreadable?.why).toContain('no stage gone');
	});

	it('reads a thousand lines, and hostile ones, in no time', () => {
		const started = performance.now();
		const lines = Array.from({length: 10_000}, (_, index) => `RUN echo ${index} \\\n\n  && true`);
		expect(read(`FROM a\n${lines.slice(0, 5000).join('\n')}`).instructions).toHaveLength(5001);
		for (const text of [' '.repeat(2e6), `RUN ${'"'.repeat(2e6)}`, '<<'.repeat(1e6), lines.join('\n')]) {
			expect(read(text).unreadable).toBeDefined();
		}

		expect(performance.now() - started).toBeLessThan(2000);
	});
});
