const authority = 'letsencrypt.org';

/**
Whether a set of CAA records lets Let's Encrypt issue for a plain name.

@param values - As in a zone file: `0 issue "letsencrypt.org"`; the whole set found at one name, not empty.
@see RFC 8659
*/
export function allowsLetsEncrypt(values: readonly string[]): boolean {
	const records = values.map(readCaa);
	if (records.some(({isCritical, tag}) => isCritical && !knownTags.includes(tag))) return false;
	const issuers = records.filter(({tag}) => tag === 'issue').map(({issuer}) => issuer);
	return issuers.length === 0 || issuers.includes(authority);
}

const knownTags = ['issue', 'issuewild', 'iodef', 'issuemail', 'contactemail', 'contactphone'];

function readCaa(text: string) {
	const [, flags = '0', tag = '', value = ''] = /^(\d+) (\S+) "([^"]*)"$/.exec(text) ?? [];
	const [issuer = ''] = value.split(';');
	return {
		isCritical: (Number(flags) & 128) !== 0,
		tag: tag.toLowerCase(),
		issuer: issuer.trim().toLowerCase(),
	};
}
