import type {DoctorFacts} from '../../core/doctor/facts.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {findUnreplicated} from '../../core/doctor/unreplicated.ts';

export const secretUnread: Rule = {
	id: 'secret-unread',
	title: 'An unused secret',
	why: 'A misspelled secret is never read. Email stays unsent or a key is missing, and the app does not report it.',

	check(facts) {
		const {secrets} = facts;
		if (!secrets) return [];
		const words = listWords(facts);
		return [...secrets.keys()]
			.filter(name => !words.has(name) && !isReadUnseen(name, facts))
			.map(name => ({
				status: facts.unread.length > 0 ? 'could-not-tell' : 'wrong',
				path: 'secrets',
				message: `No file in this project reads ${name}.`,
				fix: `Check the name; \`fly secrets unset ${name} --stage\` removes it.`,
			}));
	},
};

/** Every word in the files that run on the machine, which includes every variable they read. */
function listWords({
	elixirFiles,
	files,
	entrypoint,
	litestream,
	dockerfile,
}: DoctorFacts): ReadonlySet<string> {
	const scripts = [...files].filter(([path]) => /^(?:rel|bin)\//.test(path)).map(([, text]) => text);
	const texts = [
		...elixirFiles.map(({code}) => code),
		...scripts,
		entrypoint?.text,
		litestream?.text,
		dockerfile?.text,
	];
	return new Set(texts.flatMap(text => text?.match(/\b[A-Z][A-Z\d_]{2,}\b/g) ?? []));
}

/** Variables that the release, Fly, Litestream, or an SDK reads on its own. */
function isReadUnseen(name: string, facts: DoctorFacts): boolean {
	const {dependencies} = facts;
	// The fix of unreplicated-database lets Litestream read them.
	const usesLitestream = facts.usesLitestream || findUnreplicated(facts) !== undefined;
	return (
		/^(?:RELEASE_|ERL_|ELIXIR_|FLY_|LC_|LANG$|TZ$|HOME$|SENTRY_|APPSIGNAL_|OTEL_|GOOGLE_APPLICATION_|DNS_CLUSTER_QUERY$)/.test(
			name,
		) ||
		(/^(?:AWS_|BUCKET_NAME$)/.test(name) &&
			(usesLitestream || [...dependencies].some(each => /aws|s3|waffle/.test(each)))) ||
		(/^LITESTREAM_/.test(name) && usesLitestream)
	);
}
