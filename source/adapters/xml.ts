const entities: Readonly<Record<string, string>> = {amp: '&', lt: '<', gt: '>', quot: '"', apos: "'"};

/** The text of the first element of that name; enough for S3's flat answers. */
export function readTag(xml: string, name: string): string | undefined {
	return readTags(xml, name)[0];
}

/** The text of every element of that name that holds no other element. */
export function readTags(xml: string, name: string): readonly string[] {
	const matches = xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([^<]*)</${name}>`, 'g'));
	return [...matches].map(([, text]) => decodeEntities(text ?? ''));
}

function decodeEntities(text: string): string {
	return text.replace(
		/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
		(whole, hex?: string, decimal?: string, name?: string) => {
			if (name) return entities[name] ?? whole;
			return String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal));
		},
	);
}
