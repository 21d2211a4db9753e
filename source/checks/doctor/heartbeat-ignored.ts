import {isOlder} from '../../core/doctor/litestream-pins.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {firstWithHeartbeat} from '../../core/plan/heartbeat.ts';

/** As our own litestream.yml reads it. */
const variable = 'LITESTREAM_HEARTBEAT_URL';

export const heartbeatIgnored: Rule = {
	id: 'heartbeat-ignored',
	title: 'A heartbeat that Litestream does not send',
	why: 'The monitor expects a ping that never comes, so it alarms although all is well.',

	check({litestream, litestreamPins, secrets}) {
		const found = /^heartbeat-url:[ \t]*(\S.*)?$/m.exec(litestream?.text ?? '');
		const written = found?.[1]?.replace(/^["']|["']$/g, '');
		const isWritten = written !== undefined && /^https?:/.test(written);
		if (!litestream || (!isWritten && !secrets?.has(variable))) return [];
		const {path, text} = litestream;
		const version = litestreamPins[0]?.version;
		const instead = `Or run phxfly drill from cron with ${variable}: it pings after each drill that passed.`;
		if (!found) {
			const message = `${variable} is set, and ${path} has no heartbeat-url, so Litestream pings no monitor.`;
			const fix = `Add this line at the end: heartbeat-url: \${${variable}}. ${instead}`;
			return [{status: 'hint', path, message, fix}];
		}

		if (version === undefined || !isOlder(version, firstWithHeartbeat)) return [];
		const line = text.slice(0, found.index).split('\n').length;
		const message = `The image installs Litestream ${version}, which ignores heartbeat-url.`;
		return [{status: 'hint', path, line, message, fix: `Pin ${firstWithHeartbeat} or newer. ${instead}`}];
	},
};
