const entities: Readonly<Record<string, string>> = {
	'&amp;': '&',
	'&lt;': '<',
	'&gt;': '>',
	'&quot;': '"',
	'&apos;': "'",
	'&#34;': '"',
	'&#39;': "'",
};

export function readTags(xml: string, name: string): readonly string[] {
	const found = [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))];
	return found.map(([, text = '']) => text.replace(/&#?\w+;/g, entity => entities[entity] ?? entity));
}
