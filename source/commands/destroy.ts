import type {Cli, Command, Project} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import type {Inventory} from '../core/fly/inventory.ts';
import {planRemoval, type Removal} from '../core/inventory/removal.ts';
import {writeRows} from '../core/inventory/status-text.ts';
import type {JournalState} from '../core/journal.ts';
import type {Stop} from '../core/run/ports.ts';
import {quoteForShell} from '../core/text/text.ts';
import {listExisting} from '../engine/inventory.ts';
import {findLeftovers, removeEntries} from '../engine/remove.ts';
import {requireSameAccount} from '../setup/preflight.ts';
import {withProject} from '../setup/project.ts';

const usualWidth = 80;

/** Removes what this project's journal made, and nothing else. */
export const destroy: Command = {
	async run(cli) {
		const removal = await withProject(cli, {mode: 'write'}, async (project, guard) => {
			const app = requireKnownApp(cli, project);
			const {email} = await project.readers.fly.whoAmI();
			requireSameAccount(project.journal.read().account?.email, email);
			const {steps} = cli.registry;
			const remains = await findLeftovers(project, app, steps, cli.emit);
			requireSameOrg(remains.inventory, remains.journal);
			const planned = planRemoval(remains.inventory, remains.journal, steps, {
				keepsData: cli.options.keepData,
				outlived: remains.outlived,
			});
			cli.print(writeRemoval(app, planned, cli.host.stdout.columns ?? usualWidth));
			if (planned.entries.length > 0 && !(await isWanted(cli, app))) {
				cli.say('Nothing was removed.');
				return undefined;
			}

			await remove(cli, project, app, planned, guard());
			return planned;
		});
		if (!removal) return exitCodes.interrupted;
		return finish(cli, removal, removal.isWhole ? await cli.dropJournal() : undefined);
	},
};

/** @throws {Failure} `app-not-known` (exit 7) for an app that no journal says anything of. */
function requireKnownApp({options}: Cli, {journal, journalView, facts}: Project): string {
	const known = journalView.app();
	const named = options.flags.get('app') ?? facts.flyToml?.config.app ?? known;
	if (named !== undefined && journalView.isOurApp(named)) return named;
	const why = journal.archived
		? `The journal is not used: ${journal.archived.why}.`
		: known === undefined
			? 'There is no journal of this project that says what was made.'
			: `This project's journal is about ${known}, and ${named} is named here.`;
	throw new Failure('app-not-known', `${why} Nothing was removed.`, {
		hint: known
			? `phxfly destroy --app ${known} removes what the journal is about; for another app: fly apps destroy NAME.`
			: `phxfly status shows what is there; fly apps destroy ${named ?? 'NAME'} removes an app by hand.`,
	});
}

/** @throws {Failure} `app-in-another-org` (exit 2): an app of that name that is not the one the journal is about. */
function requireSameOrg({app, status}: Inventory, {account}: JournalState): void {
	const slug = status?.Organization.Slug;
	if (slug === undefined || account === undefined || slug === account.org) return;
	throw new Failure(
		'app-in-another-org',
		`${app} is in ${slug}, and the journal is about one in ${account.org}. Nothing was removed.`,
		{hint: `fly apps destroy ${app} removes it by hand; phxfly forget drops the journal.`},
	);
}

function writeRemoval(app: string, {entries, stays}: Removal, width: number): string {
	const rows = entries.map(({kind, id, detail}) => [kind, id, detail]);
	const head =
		entries.length > 0
			? [`This removes, for good, what was made for ${app}:`, '', ...writeRows(rows, width)]
			: [`Nothing is left of what was made for ${app}.`];
	return `${[...head, '', ...stays].join('\n')}\n`;
}

/** @throws {Failure} `input-needed` (exit 5) where nobody can be asked and nobody said yes. */
async function isWanted({options, person, host, emit}: Cli, app: string): Promise<boolean> {
	if (options.yes) return true;
	if (person) return (await person.ask('Type the name of the app to remove all this: ')).trim() === app;
	const next = ['phxfly', ...host.argv, '--yes'].map(quoteForShell).join(' ');
	const message = 'Nobody can be asked whether to remove this, and nobody said so.';
	emit({type: 'input-needed', question: 'destroy', flag: '--yes', message, values: [], next});
	throw new Failure('input-needed', `${message} Nothing was removed.`, {hint: next});
}

async function remove(
	cli: Cli,
	project: Project,
	app: string,
	{entries}: Removal,
	stop: Stop,
): Promise<void> {
	try {
		// Here an empty list is what is wanted, so lists are not doubted but looked at twice.
		const run = {emit: cli.emit, stop, waiting: {waitMs: 0}};
		await removeEntries(entries, cli.registry.steps, project, run);
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		throw error.withExisting(await listExisting(project.readers, {app}));
	}
}

function finish({emit, say}: Cli, {entries, isWhole}: Removal, aside: string | undefined): number {
	if (aside) say(`The journal is put aside as ${aside}.`);
	if (!isWhole)
		say('The journal stays: phxfly sets up again on what was kept, phxfly destroy removes that too.');
	emit({
		type: 'finished',
		exit: exitCodes.done,
		url: undefined,
		resources: entries.map(({kind, id}) => ({kind, id, detail: 'removed'})),
	});
	return exitCodes.done;
}
