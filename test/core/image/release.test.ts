import {expect, test} from 'vitest';
import {readDockerfile} from '../../../source/core/image/dockerfile.ts';
import {findHiddenRelease} from '../../../source/core/image/release.ts';

test.each([
	{destination: '/app', because: 'the release of a generated Dockerfile is in /app'},
	{destination: '/', because: 'everything is below /'},
	{
		destination: '/srv/blog/',
		text: 'FROM a\nWORKDIR /build\nFROM b\nWORKDIR "/srv/blog"\n',
		because: 'of WORKDIR',
	},
	{destination: '/srv', text: 'FROM a\nWORKDIR /srv/blog\n', because: 'it is above the release'},
	{
		destination: '/srv/blog',
		text: 'FROM a AS b\nFROM a\nWORKDIR /srv\nCOPY --from=b /x/rel/blog blog\nWORKDIR /tmp\n',
		because: 'of COPY',
	},
])('a volume at $destination would hide the release: $because', ({destination, text}) => {
	const dockerfile = text === undefined ? undefined : readDockerfile('Dockerfile', text);
	expect(findHiddenRelease(destination, dockerfile)).toMatchObject({
		folder: expect.stringMatching(/^\/(?:app|srv\/blog)$/),
	});
});

test.each([
	['/data', 'FROM a\nWORKDIR /app\n'],
	['/app/data', 'FROM a\nWORKDIR /app\n'],
	['/app', 'FROM a\nWORKDIR /app\nFROM b\nWORKDIR /srv\n'],
	['/application', 'FROM a\nWORKDIR /app\n'],
	['/app', 'FROM a AS b\nFROM a\nCOPY --from=b /x/rel/blog /srv\nWORKDIR /app\n'],
])('a volume at %s hides no release of %j', (destination, text) => {
	expect(findHiddenRelease(destination, readDockerfile('Dockerfile', text))).toBeUndefined();
});
