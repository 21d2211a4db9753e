import type {Cli, Command, Project} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import {readKnownAnswer} from '../core/inventory/inventory.ts';
import {planRemoval, type Removal, sayNotMadeHere} from '../core/inventory/removal.ts';
import {writeRows} from '../core/inventory/status-text.ts';
import {type AppSection, hasRecords} from '../core/journal.ts';
import type {Stop} from '../core/run/ports.ts';
import {listExisting} from '../engine/inventory.ts';
import {findLeftovers, removeEntries} from '../engine/remove.ts';
import {requireConsent} from '../setup/consent.ts';
import {requireSameAccount} from '../setup/preflight.ts';
import {sayStateProblems, withProject} from '../setup/project.ts';

const usualWidth = 80;

/** Deletes everything phxfly created for this project, and only that. */
export const destroy: Command = {
	async run(cli) {
		const removal = await withProject(cli, {mode: 'write'}, async (project, guard) => {
			if (project.journal.movedFrom !== undefined || project.logProblem !== undefined)
				sayStateProblems(cli, project, 'write');
			const app = requireKnownApp(cli, project);
			const {journal, readers} = project;
			const {account, answers} = journal.read();
			const {email} = await readers.fly.whoAmI();
			requireSameAccount(account?.email, email);
			const {steps} = cli.registry;
			requireSameOrg(app, (await readers.fly.status(app))?.Organization.Slug, journal.section());
			const {inventory, section, outlived, asked} = await findLeftovers(project, app, steps, cli.emit);
			const planned = planRemoval(inventory, section, steps, {
				...{keepsData: cli.options.keepData, outlived, asked},
				domain: answers.app?.value === app ? readKnownAnswer({answers}, 'domain') : undefined,
			});
			cli.print(writeRemoval(app, planned, cli.host.stdout.columns ?? usualWidth));
			if (planned.entries.length > 0 && !(await isConfirmed(cli, app))) {
				cli.say('Nothing was deleted.');
				return undefined;
			}

			await remove(cli, project, app, planned, guard());
			const others = journal
				.read()
				.apps.filter(each => each !== journal.section())
				.filter(hasRecords);
			if (planned.isWhole && others.length > 0) journal.forgetSection();
			return {app, planned, others};
		});
		if (!removal) return exitCodes.interrupted;
		const {app, planned, others} = removal;
		const archive = planned.isWhole && others.length === 0 ? await cli.archiveJournal() : undefined;
		return finish(cli, app, planned, {archive, others});
	},
};

/**
Opens the section of the app to remove, which need not be the latest one.

@throws {Failure} `app-not-known` (exit 7) for an app that the journal does not have.
*/
function requireKnownApp({options}: Cli, {journal, facts}: Project): string {
	const sections = journal.read().apps.filter(hasRecords);
	const known = journal.otherFlyToml === undefined ? sections[0]?.app : undefined;
	const named = options.flags.get('app') ?? facts.flyToml?.config.app ?? known;
	const org = options.flags.get('org');
	const section = sections.find(each => each.app === named && (org === undefined || each.org === org));
	if (section) {
		journal.openSection(section.app, section.org);
		return section.app;
	}

	const why = journal.archived
		? `Ignoring the journal: ${journal.archived.why}.`
		: known === undefined
			? 'phxfly has no record of this project, so it cannot tell what it created.'
			: `This project's journal is for ${sections.map(showApp).join(' and ')}, not for ${named}${org === undefined ? '' : ` in ${org}`}.`;
	throw new Failure('app-not-known', `${why} Nothing was deleted.`, {
		hint: known
			? `Run phxfly destroy --app ${known}, or delete another app yourself: fly apps destroy NAME`
			: `Run phxfly status to see what exists. To delete an app yourself: fly apps destroy ${named ?? 'NAME'}`,
	});
}

const showApp = ({app, org}: AppSection) => (org === '' ? app : `${app} in ${org}`);

/** @throws {Failure} `app-in-another-org` (exit 2) when the app is not the one in the journal. */
function requireSameOrg(app: string, slug: string | undefined, {org}: AppSection): void {
	if (slug === undefined || org === '' || slug === org) return;
	throw new Failure(
		'app-in-another-org',
		`${app} is in ${slug}, but the journal is for an app in ${org}. Nothing was deleted.`,
		{hint: `To delete the app yourself: fly apps destroy ${app}. To archive the journal: phxfly forget`},
	);
}

function writeRemoval(app: string, {entries, stays}: Removal, width: number): string {
	const rows = entries.map(({kind, id, detail}) => [kind, id, detail]);
	const head =
		entries.length > 0
			? [`This permanently deletes everything phxfly created for ${app}:`, '', ...writeRows(rows, width)]
			: [`Nothing left to delete for ${app}.`];
	const isLosing = entries.some(({kind}) => kind === 'volume');
	const copy = isLosing
		? ['To keep a copy of the database on this computer, run this first: phxfly pull']
		: [];
	return `${[...head, '', ...stays, ...copy].join('\n')}\n`;
}

/** @throws {Failure} `input-needed` (exit 5) without `--yes` where phxfly cannot ask. */
async function isConfirmed(cli: Cli, app: string): Promise<boolean> {
	requireConsent(cli, 'Pass --yes to delete without asking.');
	const {person, say} = cli;
	if (!person) return true;
	const question = 'Type the app name to confirm: ';
	const typed = (await person.ask(question)).trim();
	if (typed === app || typed === '') return typed === app;
	say(`That is not ${app}. Type it once more, or press enter to keep everything.`);
	return (await person.ask(question)).trim() === app;
}

async function remove(
	cli: Cli,
	project: Project,
	app: string,
	{entries}: Removal,
	stop: Stop,
): Promise<void> {
	try {
		// Deleting is meant to leave empty lists, so they need no confirmation. Each step looks twice instead.
		const run = {emit: cli.emit, stop, waiting: {waitMs: 0}};
		await removeEntries(entries, cli.registry.steps, project, run);
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		throw error.withExisting(await listExisting(project.readers, {app}));
	}
}

function finish(
	{emit, say, options}: Cli,
	app: string,
	{entries, blocking}: Removal,
	{archive, others}: {readonly archive: string | undefined; readonly others: readonly AppSection[]},
): number {
	if (archive) say(`Moved the journal to ${archive}.`);
	for (const {app: other, org} of others) {
		const which = other === app ? ` --org ${org}` : '';
		say(
			`The journal also has records of ${other}${which && ` in ${org}`}. To delete what phxfly created there: phxfly destroy --app ${other}${which}`,
		);
	}

	if (options.keepData)
		say('Kept the volume and bucket. Run phxfly to set up again, or phxfly destroy to delete them too.');
	if (blocking.length > 0) throw notMadeHere(app, blocking);
	emit({
		type: 'finished',
		exit: exitCodes.done,
		url: undefined,
		resources: entries.map(({kind, id}) => ({kind, id, detail: 'removed'})),
	});
	return exitCodes.done;
}

function notMadeHere(app: string, blocking: Removal['blocking']): Failure {
	const {message, hint} = sayNotMadeHere(app, blocking);
	const exists = [`app ${app}`, ...blocking.map(({kind, id}) => `${kind} ${id}`)];
	return new Failure('not-made-here', message, {exists, hint});
}
