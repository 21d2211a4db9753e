import type {Command, Context} from '../arguments/invocation.ts';
import {formatCertificate, formatCertificateEntry} from '../output/certificate.ts';
import {formatTable, printJson, wantsJson} from '../output/print.ts';
import {ask, change, type Flow, FlyError, log, look, print, wait} from '../world/effects.ts';
import {findApp} from '../world/find.ts';
import {formatRequestId, makeStableHex} from '../world/make.ts';
import type {Certificate, World} from '../world/world.ts';

/** @throws {FlyError} if the app has no certificate of that name. */
function findCertificate(
	world: World,
	app: string,
	hostname: string,
	doing = 'failed to check certificate',
): Certificate {
	const found = world.certificates.find(
		entry => entry.app === app && entry.hostname === hostname.toLowerCase(),
	);
	if (!found) throw new FlyError(`${doing}: hostname not found ${formatRequestId()}`);
	return found;
}

/** Only this question has a separate error without a terminal. */
function* confirmRemoval(context: Context, hostname: string): Flow<boolean> {
	if (context.flags.bool('yes')) return true;
	if (!context.isInteractive) throw new FlyError('prompt: non interactive');
	const answer = yield* ask(`? Remove certificate ${hostname} from app ${context.app}? (y/N) `);
	return /^y/i.test(answer.trim());
}

/** Requests a certificate without waiting for it. */
export const certsAdd: Command = function* (context) {
	const {app, args} = context;
	const hostname = (args[0] ?? '').toLowerCase().replace(/\.$/, '');
	yield* log(`POST /v1/apps/${app}/certificates {"hostname":"${hostname}"}`);
	yield* wait(800);
	const {json, hasAddress} = yield* change((world, nowMs) => {
		findApp(world, app, 'machines');
		checkHostname(world, app, hostname);
		world.certificates.push({app, hostname, status: 'pending_validation', createdAt: nowMs});
		return {
			json: formatCertificate(world, findCertificate(world, app, hostname)),
			hasAddress: world.addresses.some(entry => entry.app === app),
		};
	});
	yield* wait(700);
	if (wantsJson(context)) yield* printJson(context, json);
	else {
		yield* print(`✓ Certificate created for ${hostname}\n`);
		if (!hasAddress)
			yield* print('! Your app has no public IP addresses.\nRun fly ips allocate to allocate IPs.\n');
		yield* print(`Run fly certs check ${hostname} to check validation progress.`);
		yield* print(`Run fly certs setup ${hostname} for alternative DNS setups.`);
	}
	return 0;
};

export const certsList: Command = function* (context) {
	const certificates = yield* look(world => {
		findApp(world, context.app, 'machines');
		return world.certificates.filter(({app}) => app === context.app);
	});
	if (wantsJson(context)) yield* printJson(context, certificates.map(formatCertificateEntry));
	else {
		const rows = certificates.map(({hostname, status}) => [hostname, 'just now', status]);
		yield* print(formatTable(['Host Name', 'Added', 'Status'], rows));
	}
	return 0;
};

export const certsCheck: Command = function* (context) {
	const {app, args} = context;
	const {certificate, json} = yield* look(world => {
		const found = findCertificate(world, app, args[0] ?? '');
		return {certificate: found, json: formatCertificate(world, found)};
	});
	if (wantsJson(context)) {
		yield* printJson(context, json);
		return 0;
	}
	yield* print(`  Status                  = ${certificate.status === 'active' ? 'Issued' : 'Issuing...'}`);
	yield* print(`  Hostname                = ${certificate.hostname}`);
	yield* print('  Added to App            = 5 seconds ago\n');
	if (certificate.status === 'active')
		yield* print(`Your certificate for ${certificate.hostname} has been issued.`);
	else yield* print(`Run fly certs setup ${certificate.hostname} to view DNS setup instructions.`);
	return 0;
};

/** Text only; accepts and ignores `--json`. */
export const certsSetup: Command = function* ({app, args}) {
	const {hostname, addresses} = yield* look(world => ({
		hostname: findCertificate(world, app, args[0] ?? '').hostname,
		addresses: world.addresses.filter(entry => entry.app === app),
	}));
	const id = makeStableHex(app, 7);
	const v4 = addresses
		.filter(({type}) => type.endsWith('v4'))
		.map(({address}) => `     A    ${hostname} → ${address}`);
	const v6 = addresses
		.filter(({type}) => type === 'v6')
		.map(({address}) => `     AAAA ${hostname} → ${address}`);
	yield* print(
		[
			`DNS Setup Options for ${hostname}\n`,
			'Route traffic to your app with one of:\n',
			'  1. A and AAAA Records (recommended)',
			...v4,
			...v6,
			'\n  2. CNAME Record',
			`     CNAME ${hostname} → ${id}.${app}.fly.dev\n`,
			'Additional DNS records:\n',
			'  ACME DNS Challenge',
			`     CNAME _acme-challenge.${hostname} → ${hostname}.${id}.flydns.net`,
			'     Only needed if you want to generate the certificate before directing traffic to your application.\n',
			'  Ownership TXT Record',
			`     TXT _fly-ownership.${hostname} → app-${id}`,
			"     Required if your app doesn't have an IPv6 address, or if traffic is routed through a CDN or proxy.\n",
		].join('\n'),
	);
	return 0;
};

export const certsRemove: Command = function* (context) {
	const {app, args} = context;
	const hostname = args[0] ?? '';
	if (!(yield* confirmRemoval(context, hostname))) return 0;
	yield* wait(700);
	yield* change(world => {
		const certificate = findCertificate(world, app, hostname, 'failed to delete certificate');
		world.certificates = world.certificates.filter(entry => entry !== certificate);
	});
	yield* wait(500);
	yield* print(`✓ Certificate ${hostname} deleted from app ${app}`);
	return 0;
};

function checkHostname(world: World, app: string, hostname: string): void {
	const refuse = (why: string) =>
		new FlyError(`failed to create ACME certificate: ${why} ${formatRequestId()}`);
	if (!/^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}$/.test(hostname))
		throw refuse('Hostname is invalid');
	const owner = world.certificates.find(entry => entry.hostname === hostname);
	if (owner?.app === app) throw refuse('Hostname already exists on app');
	const isForeign = /(?:^|\.)(?:elsewhere\.example|owned\.elsewhere\.com)$/.test(hostname);
	if (owner || isForeign) throw refuse('Hostname already in use by another app');
}
