import {useInput, useStdout} from 'ink';
import {useState} from 'react';
import type {DnsRecord} from '../../core/domain/records.ts';
import {toPlainText} from '../../core/text/text.ts';
import {useWindow} from '../look/window.tsx';
import {recordLines} from '../parts/lines.tsx';
import {ScrollScreen} from './scroll.tsx';

/** The DNS records alone, to read and to copy. */
export function RecordsScreen({
	records,
	onClose,
}: {
	readonly records: readonly DnsRecord[];
	readonly onClose: () => void;
}) {
	const window = useWindow();
	const {stdout} = useStdout();
	const [isCopied, setCopied] = useState(false);
	useInput(input => {
		if (input !== 'c') return;
		stdout.write(copySequence(records));
		setCopied(true);
	});
	return (
		<ScrollScreen
			title={isCopied ? 'Copied, if your terminal allows it' : 'DNS records'}
			toggle="r"
			lines={recordLines(records, window)}
			keys={[{key: 'c', does: 'copy'}]}
			onClose={onClose}
		/>
	);
}

/**
Returns what puts the records into the clipboard, one on a line, as a registrar's form names their parts.

@see {@link https://invisible-island.net/xterm/ctlseqs/ctlseqs.html | OSC 52}
*/
function copySequence(records: readonly DnsRecord[]): string {
	const lines = records.map(({recordType, name, value}) =>
		[name, recordType, value].map(toPlainText).join('\t'),
	);
	return `\u001b]52;c;${Buffer.from(lines.join('\n')).toString('base64')}\u0007`;
}
