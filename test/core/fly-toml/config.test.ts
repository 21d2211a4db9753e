import {expect, test} from 'vitest';
import {parseFlyToml} from '../../../source/core/fly-toml/config.ts';

test.each([
	{text: 'app = "a\n', line: 1, column: 9, problem: 'Unterminated'},
	{text: 'a = 1\nb =\nc = 2', line: 2, column: 4, problem: 'A value is missing'},
	{text: '\uFEFF[a]\r\n[a]\r\n', line: 2, column: 2, problem: 'multiple times'},
	{
		text: 'x = 1\n[http_service]\nmin_machines_running = "1"',
		line: 3,
		column: 1,
		problem: 'http_service.min_machines_running must be a whole number',
	},
	{
		text: '[[http_service.checks]]\npath = 1',
		line: 2,
		column: 1,
		problem: 'http_service.checks.path must be a string',
	},
	{text: '[http_service]\nauto_stop_machines = "false"', line: 2, column: 1, problem: '"off"'},
	{text: '[[services]]\ninternal_port = "8080"', line: 2, column: 1, problem: 'whole number'},
	{text: 'env = 5', line: 1, column: 1, problem: 'env must be a table'},
	{text: '[mounts]\nsource = 5', line: 2, column: 1, problem: 'mounts.source must be a string'},
	{text: '[[mounts]]\nsource = 5', line: 2, column: 1, problem: 'mounts.source must be a string'},
])('reports where fly.toml is wrong: $problem', ({text, line, column, problem}) => {
	expect(parseFlyToml(text)).toMatchObject({
		ok: false,
		line,
		column,
		problem: expect.stringContaining(problem),
	});
});
