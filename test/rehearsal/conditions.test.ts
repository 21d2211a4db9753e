import {expect, test} from 'vitest';
import {readConditions} from '../../source/rehearsal/image/conditions.ts';

const read = (...lines: readonly string[]) => {
	const code = lines.join('\n');
	const {switches, hasOthers} = readConditions(code, code.indexOf('litestream'));
	return {switches: switches.map(({name, isSet}) => (isSet ? name : `!${name}`)), hasOthers};
};

const replicate = 'exec litestream replicate -exec "$*"';

test.each([
	{is: 'nothing', lines: [replicate], switches: []},
	{is: 'a variable', lines: ['if [ -n "$A" ]; then', replicate, 'fi'], switches: ['A']},
	{is: 'none', lines: ['if [ -z "$A" ]; then', 'exec "$@"', 'else', replicate, 'fi'], switches: ['A']},
	{
		is: 'the absence of one',
		lines: ['if ! [ -n "$A" ]; then', 'a', 'fi', 'if [ -z $A ]', 'then', replicate],
		switches: ['!A'],
	},
	{is: 'an exit before it', lines: ['if [ -z "$A" ]; then', 'exit 1', 'fi', replicate], switches: ['A']},
	{
		is: 'an exec in the other branch',
		lines: ['if [ "$A" ]; then', 'b', 'else', 'exec c', 'fi', replicate],
		switches: ['A'],
	},
	{is: 'one line', lines: [`[ -n "$A" ] && ${replicate}`], switches: ['A']},
	{
		is: 'two',
		lines: ['if [ -n "$A" ]; then', 'if [ -n "$B" ]; then', replicate, 'fi', 'fi'],
		switches: ['A', 'B'],
	},
	{
		is: 'nothing where a subshell or a function ends',
		lines: [
			'f() {',
			'exit 1',
			'}',
			'if [ -n "$A" ]; then',
			'(',
			'exec b',
			') &',
			'else',
			'c',
			'fi',
			replicate,
		],
		switches: [],
	},
])('a script asks for $is', ({lines, switches}) => {
	expect(read(...lines)).toEqual({switches, hasOthers: false});
});

test.each([
	[['if [ -n "$A" ] && [ "$B" = 1 ]; then', replicate, 'fi']],
	[['case "$A" in', `b) ${replicate} ;;`, 'esac']],
	[['if [ -n "$A" ]; then', 'exec b', 'elif [ -n "$B" ]; then', replicate, 'fi']],
	[['if test -f /a; then', 'exit 0', 'fi', replicate]],
])('what only a run tells is said: %j', lines => {
	expect(read(...lines).hasOthers).toBe(true);
});
