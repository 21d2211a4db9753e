import {listCode} from '../../core/doctor/code.ts';
import type {DoctorFacts} from '../../core/doctor/facts.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {findUnreplicated} from '../../core/doctor/unreplicated.ts';

export const secretUnread: Rule = {
	id: 'secret-unread',
	title: 'An unused secret',
	why: 'A misspelled secret is never read. Email stays unsent or a key is missing, and the app does not report it.',

	check(facts) {
		const {secrets, elixir, unread} = facts;
		if (!secrets) return [];
		const words = listWords(facts);
		const isSure = [unread, elixir?.unread ?? [], elixir?.unnamedReads ?? []].every(
			each => each.length === 0,
		);
		return [...secrets.keys()]
			.filter(name => !words.has(name) && !isReadUnseen(name, facts))
			.map(name => ({
				status: isSure ? 'wrong' : 'could-not-tell',
				path: 'secrets',
				message: `No file in this project reads ${name}.`,
				fix: `Check the name; \`fly secrets unset ${name} --stage\` removes it.`,
			}));
	},
};

/** The variables that the code reads, and every word in the files that run on the machine. */
function listWords({elixir, files, entrypoint, litestream, dockerfile}: DoctorFacts): ReadonlySet<string> {
	const scripts = [...files].filter(([path]) => /^(?:rel|bin)\//.test(path)).map(([, text]) => text);
	const code = listCode(files).map(({text}) => text);
	const texts = [...code, ...scripts, entrypoint?.text, litestream?.text, dockerfile?.text];
	return new Set([
		...(elixir?.environment ?? []).map(({name}) => name),
		...texts.flatMap(text => text?.match(/\b[A-Z][A-Z\d_]{2,}\b/g) ?? []),
	]);
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
