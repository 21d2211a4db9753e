import type {DoctorFacts} from '../../core/doctor/facts.ts';
import type {Rule} from '../../core/doctor/rule.ts';

export const secretUnread: Rule = {
	id: 'secret-unread',
	title: 'A secret that nobody reads',
	why: 'A misspelt name is set and never read: mail stays unsent or a key is missing, and the app says nothing.',

	check(facts) {
		const {secrets} = facts;
		if (!secrets) return [];
		const words = listWords(facts);
		return [...secrets.keys()]
			.filter(name => !words.has(name) && !isReadUnseen(name, facts))
			.map(name => ({
				status: facts.unread.length > 0 ? 'could-not-tell' : 'wrong',
				path: 'secrets',
				message: `No file here reads ${name}.`,
				fix: `Check the name; \`fly secrets unset ${name} --stage\` takes it away.`,
			}));
	},
};

/** Every word of what runs on the machine; a variable that is read is one of them. */
function listWords({elixir, files, entrypoint, litestream, dockerfile}: DoctorFacts): ReadonlySet<string> {
	const scripts = [...files].filter(([path]) => /^(?:rel|bin)\//.test(path)).map(([, text]) => text);
	const texts = [
		...elixir.map(({code}) => code),
		...scripts,
		entrypoint?.text,
		litestream?.text,
		dockerfile?.text,
	];
	return new Set(texts.flatMap(text => text?.match(/\b[A-Z][A-Z\d_]{2,}\b/g) ?? []));
}

/** What the release, Fly, Litestream or an SDK read by themselves. */
const isReadUnseen = (name: string, {usesLitestream, dependencies}: DoctorFacts): boolean =>
	/^(?:RELEASE_|ERL_|ELIXIR_|FLY_|LC_|LANG$|TZ$|HOME$|SENTRY_|APPSIGNAL_|OTEL_|GOOGLE_APPLICATION_|DNS_CLUSTER_QUERY$)/.test(
		name,
	) ||
	(/^(?:AWS_|BUCKET_NAME$)/.test(name) &&
		(usesLitestream || [...dependencies].some(each => /aws|s3|waffle/.test(each)))) ||
	(/^LITESTREAM_/.test(name) && usesLitestream);
