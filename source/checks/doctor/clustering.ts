import type {DoctorFacts} from '../../core/doctor/facts.ts';
import {reportInToml} from '../../core/doctor/findings.ts';
import type {Rule} from '../../core/doctor/rule.ts';
import {findServices} from '../../core/fly-toml/config.ts';

export const clustering: Rule = {
	id: 'clustering',
	title: 'fly.toml asks for more than one machine',
	why: 'Without a cluster, two machines act as two separate apps: a LiveView on one cannot see processes on the other. Two writers of one SQLite database destroy its replica.',
	isFixable: true,

	check(facts) {
		const {flyToml, hasSqlite, usesLitestream, liteFs} = facts;
		if (!flyToml || liteFs) return [];
		return findServices(flyToml.config).flatMap(({path, entry: {min_machines_running: minimum = 0}}) => {
			if (minimum < 2) return [];
			const place = [...path, 'min_machines_running'];
			if (hasSqlite || usesLitestream) {
				const edits = [{path: place, value: 1, reason: 'SQLite runs on one machine'}];
				return [
					reportInToml(
						flyToml,
						place,
						`min_machines_running is ${minimum}, but the database is on one machine's volume.`,
						'min_machines_running = 1',
						edits,
					),
				];
			}

			const missing = listMissing(facts);
			if (missing.length === 0) {
				const message = `min_machines_running is ${minimum} and the app can form a cluster. phxfly cannot tell whether its processes share their state.`;
				return [
					{
						...reportInToml(
							flyToml,
							place,
							message,
							'Check the GenServers. Keep their state in one process for the whole cluster, or in a database.',
						),
						status: 'could-not-tell' as const,
					},
				];
			}

			return [
				reportInToml(
					flyToml,
					place,
					`min_machines_running is ${minimum}, but the app cannot form a cluster. Missing: ${missing.join('; ')}.`,
					'min_machines_running = 1 until you add all of these and processes share their state.',
				),
			];
		});
	},
};

/** Returns what a cluster on Fly needs and the app does not have. */
function listMissing({dependencies, elixir, flyToml, secrets, files}: DoctorFacts): readonly string[] {
	const isStarted = elixir?.started.some(module => /^(?:DNSCluster|Cluster\.Supervisor)$/.test(module));
	const release = [...files]
		.filter(([path]) => path.endsWith('.eex'))
		.map(([, text]) => text)
		.join('\n');
	const isSet = (name: string) =>
		flyToml?.config.env?.[name] !== undefined ||
		secrets?.has(name) === true ||
		new RegExp(`\\b${name}=`).test(release);
	return [
		...(dependencies.has('dns_cluster') || dependencies.has('libcluster') ? [] : ['dns_cluster in mix.exs']),
		...(isStarted ? [] : ['DNSCluster in the supervision tree']),
		...(isSet('DNS_CLUSTER_QUERY') ? [] : ['DNS_CLUSTER_QUERY = "<app>.internal" in [env]']),
		...(isSet('RELEASE_NODE') ? [] : ['RELEASE_NODE in rel/env.sh.eex']),
		...(isSet('RELEASE_COOKIE') || /\bcookie:/.test(files.get('mix.exs') ?? '')
			? []
			: ['one RELEASE_COOKIE for all machines']),
	];
}
