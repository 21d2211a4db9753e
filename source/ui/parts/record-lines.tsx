import type {ReactElement} from 'react';
import {type DnsRecord, layOutRecords} from '../../core/domain/records.ts';
import {padText, textWidth} from '../../core/text/text.ts';
import type {WindowSize} from '../look/window.tsx';
import {Line} from './lines.tsx';

/** The records to make while the run goes on: where there is little room the name, said on every line, gives way. */
export function recordLines(records: readonly DnsRecord[], {isNarrow}: WindowSize): readonly ReactElement[] {
	if (records.length === 0) return [];
	const indent = isNarrow ? 0 : 2;
	const {place, rows} = layOutRecords(records);
	const pad = (key: keyof (typeof rows)[number]) => {
		const width = Math.max(...rows.map(row => textWidth(row[key])));
		return (row: (typeof rows)[number]) => padText(row[key], width);
	};
	const columns = isNarrow
		? [pad('recordType'), pad('value'), pad('host')]
		: [pad('host'), pad('recordType'), pad('value')];
	return [
		<Line key="title" indent={indent} tone="warn">
			{isNarrow ? 'DNS records to make:' : `Meanwhile, make these DNS records ${place}:`}
		</Line>,
		...rows.map(row => (
			<Line key={`${row.recordType} ${row.value}`} indent={indent + (isNarrow ? 0 : 2)}>
				{columns.map(column => column(row)).join('  ')}
			</Line>
		)),
	];
}
