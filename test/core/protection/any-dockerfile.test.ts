import fc from 'fast-check';
import {expect, test} from 'vitest';
import {readDockerfile} from '../../../source/core/image/dockerfile.ts';
import {diffLines} from '../../../source/core/text/diff.ts';
import {block, find} from './find-protection.ts';

const starts = [
	'CMD ["/app/bin/server"]',
	'CMD ["bin/shop",  "start" ]',
	'cmd /app/bin/shop start',
	'CMD a && b',
	'CMD [ "a",\\\n  # why\n\n  "b" ]',
	"CMD ['a']",
	'CMD ["a"] # b',
	'ENTRYPOINT ["/tini", "--"]\nCMD ["a"]',
	'CMD ["a"]\nENTRYPOINT []',
	'ENTRYPOINT exec a \\\n  b',
	'  ENTRYPOINT ["é", "\\u00e9", "a  b"]',
] as const;

const lines = fc.constantFrom(
	'# a comment',
	'',
	'RUN one',
	'RUN one \\\n  # inside\n\n  && two',
	'RUN <<EOF\nCMD ["no"]\nFROM no\nEOF',
	'RUN <<A cat <<-"B"\n1\nA\nENTRYPOINT no\n\tB',
	'RUN ["sh", "-c", "cat <<EOF"]',
	"RUN echo '<<EOF' && echo $((1 << 2))",
	'ARG A=1',
	'ENV A=1 B="two words"',
	'ENV OLD two words',
	'USER nobody',
	'WORKDIR "/app"',
	'COPY --from=0 /a /b',
	'COPY ["a b", "/c/"]',
	'HEALTHCHECK CMD curl x',
	'ONBUILD CMD ["no"]',
	'LABEL a="\\\nCMD no"',
	'EXPOSE 4000',
	'run\techo $A',
);

const dockerfiles = fc
	.record({
		head: fc.constantFrom('', '# escape=\\\n', '# syntax=docker/dockerfile:1\n', 'ARG V=12\n', '\n\n# x\n'),
		from: fc.constantFrom('FROM debian', 'FROM elixir AS b\nRUN x\nFROM debian:12 AS c', 'from alpine'),
		above: fc.array(lines, {maxLength: 6}),
		start: fc.constantFrom(...starts),
		below: fc.array(fc.constantFrom('ENV ECTO_IPV6 true', '# end', '', 'EXPOSE 1'), {maxLength: 3}),
		end: fc.constantFrom('\n', '\r\n'),
		hasMark: fc.boolean(),
		isEnded: fc.boolean(),
	})
	.map(({head, from, above, start, below, end, hasMark, isEnded}) => {
		const text = `${head}${[from, ...above, start, ...below].join('\n')}${isEnded ? '\n' : ''}`;
		return `${hasMark ? '\u{FEFF}' : ''}${text.replaceAll('\n', end)}`;
	});

const listInstructions = (text: string) =>
	readDockerfile('Dockerfile', text).instructions.map(({keyword, text: words}) => `${keyword} ${words}`);

const ours = new Set(block.split('\n'));

test('one hunk, in which only our lines and the ENTRYPOINT are new; all other instructions read as before', () => {
	fc.assert(
		fc.property(dockerfiles, text => {
			const found = find({dockerfile: text});
			// Where the second reader takes a quoted << for a heredoc, nothing is spliced.
			fc.pre(found.is !== 'refused' || !found.reason.includes('two readers'));
			if (found.is !== 'splice') throw new Error(JSON.stringify(found));
			const after = found.files.find(({path}) => path === 'Dockerfile')?.after ?? '';
			expect(diffLines(text, after, 'Dockerfile').match(/^@@/gm)).toHaveLength(1);
			const isEntrypoint = (line: string) => line.startsWith('ENTRYPOINT ');
			const before = listInstructions(text);
			const now = listInstructions(after);
			expect(now.filter(line => !ours.has(line) && !isEntrypoint(line))).toEqual(
				before.filter(line => !isEntrypoint(line)),
			);
			expect(now.filter(line => ours.has(line))).toHaveLength(3);
			expect(now.filter(isEntrypoint)).toEqual([
				expect.stringMatching(/^ENTRYPOINT \["\/usr\/local\/bin\/entrypoint"[,\]]/),
			]);
			const lineEnds = (each: string) => [each.match(/\r\n/g)?.length ?? 0, each.match(/\n/g)?.length ?? 0];
			const [returns = 0, all = 0] = lineEnds(after);
			if (text.includes('\r\n')) expect(returns).toBe(all);
			else expect(returns).toBe(0);
		}),
		{numRuns: 300},
	);
});

test('no text makes the reading fail, and nothing is spliced into what cannot be read', () => {
	const pieces = fc.array(
		fc.constantFrom(
			...['FROM a', 'FROM b AS a', 'CMD ["x"]', 'ENTRYPOINT x', 'RUN', ' <<EOF', ' << EOF', 'EOF', '\\', '`'],
			...[
				'\n',
				'\n',
				'\r',
				'\r\n',
				'\0',
				'\u{FEFF}',
				'# escape=`\n',
				'# syntax=x\n',
				'[',
				']',
				'"',
				"'",
				'$A',
			],
			...['${A', ':-', 'SHELL ["y"]', 'COPY --from=', 'ONBUILD ', '\t', 'é', 'START'],
		),
		{maxLength: 30},
	);
	fc.assert(
		fc.property(
			fc.oneof(
				pieces.map(parts => parts.join('')),
				fc.string({unit: 'binary'}),
			),
			text => {
				const dockerfile = readDockerfile('Dockerfile', text);
				const found = find({dockerfile: text});
				if (dockerfile.unreadable) expect(found.is).toBe('refused');
			},
		),
		{numRuns: 500},
	);
});
