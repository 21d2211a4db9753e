import type {ReactElement} from 'react';
import type {DnsRecord} from '../../core/run-state.ts';
import {padText, textWidth} from '../../core/text-width.ts';
import type {WindowSize} from '../window.tsx';
import {Line} from './line.tsx';

/** The records to make while the run goes on: where there is little room the name, said on every line, gives way. */
export function recordLines(records: readonly DnsRecord[], {isNarrow}: WindowSize): readonly ReactElement[] {
	if (records.length === 0) return [];
	const indent = isNarrow ? 0 : 2;
	const pad = (key: keyof DnsRecord) => {
		const width = Math.max(...records.map(record => textWidth(record[key])));
		return (record: DnsRecord) => padText(record[key], width);
	};
	const columns = isNarrow
		? [pad('recordType'), pad('value'), pad('name')]
		: [pad('name'), pad('recordType'), pad('value')];
	return [
		<Line key="title" indent={indent} tone="warn">
			{isNarrow
				? 'DNS records to make:'
				: 'Meanwhile, make these DNS records where the domain is registered:'}
		</Line>,
		...records.map(record => (
			<Line key={`${record.recordType} ${record.value}`} indent={indent + (isNarrow ? 0 : 2)}>
				{columns.map(column => column(record)).join('  ')}
			</Line>
		)),
	];
}
