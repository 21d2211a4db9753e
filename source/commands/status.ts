import type {Cli, Command, Project} from '../core/command/context.ts';
import {exitCodes} from '../core/errors/codes.ts';
import {Failure} from '../core/errors/failure.ts';
import type {Unread} from '../core/fly/inventory.ts';
import {compareConfig} from '../core/fly-toml/differences.ts';
import {changed, compareInventory} from '../core/inventory/compare.ts';
import {listInventory, readKnownAnswer} from '../core/inventory/inventory.ts';
import {planRemoval, type Removal, type RemovalEntry, settleByInventory} from '../core/inventory/removal.ts';
import {describeJournal, type StatusView, writeStatusText} from '../core/inventory/status-text.ts';
import {type AppSection, hasRecords, type JournalState} from '../core/journal.ts';
import {showPrice, sumCosts} from '../core/plan/cost.ts';
import {readPlannedLitestream} from '../core/plan/litestream.ts';
import {findKept} from '../core/plan/retention.ts';
import type {Step} from '../core/plan/step.ts';
import type {Readers} from '../core/readers.ts';
import {siteUrl} from '../core/verify/report.ts';
import {confirmEmptyLists} from '../engine/confirm-lists.ts';
import {readInventory} from '../engine/inventory.ts';
import {findLeft} from '../engine/remove.ts';
import {readGiven} from '../setup/gather.ts';
import {appMissing, findApp} from '../setup/inspect.ts';
import {sayStateProblems, withProject} from '../setup/project.ts';

/** Without a terminal. Columns. */
const usualWidth = 80;

/** Shows what exists now, next to what the journal says. Changes nothing. */
export const status: Command = {
	async run(cli) {
		const given = await readGiven(cli);
		return withProject(cli, {mode: 'read', given}, async project => {
			sayStateProblems(cli, project, 'read');
			const app = findApp(project);
			if (app === undefined) throw appMissing(app);
			return report(cli, app, await look(cli, project, app));
		});
	},
};

async function look({registry}: Cli, project: Project, app: string): Promise<StatusView> {
	const {facts, readers, journalView} = project;
	const {fly} = confirmEmptyLists(project);
	const account = await fly.whoAmI();
	const inventory = await readInventory(fly, app);
	const journal = project.journal.read();
	const section = journal.apps.find(each => each.app === app && hasRecords(each));
	const known = section && journalView.isOurApp(app) ? {...journal, ...section} : undefined;
	if (!inventory.status && !known) throw appMissing(app);
	const config = inventory.status?.Deployed
		? await readConfigDifferences(app, facts.flyToml?.path ?? 'fly.toml', {...readers, fly})
		: {differences: [], unread: []};
	const image = readKnownAnswer(known, 'image');
	const kept = findKept(readPlannedLitestream({facts, files: [], image}));
	const resources = listInventory(inventory, known, registry.providers, kept);
	const where = inventory.status ? `in ${inventory.status.Organization.Slug}` : 'does not exist on Fly';
	return {
		headline: `${app} ${where} (logged in as ${account.email})`,
		resources,
		cost: sumCosts(
			resources.flatMap(({cost}) => cost ?? []),
			readers.clock.now(),
		),
		remembered: [
			...(known
				? describeJournal(
						known,
						registry.steps.filter(({resource}) => resource).map(({id}) => id),
					)
				: ['phxfly has no journal for this app; showing only what exists on Fly.']),
			...(await describeLeftovers(
				journal.apps.filter(each => each !== section),
				registry.steps,
				{...readers, fly},
			)),
		],
		differences: [
			...compareAccount(account.email, known),
			...compareInventory(inventory, known, registry.steps, config.differences),
		],
		unread: [...inventory.unread, ...config.unread],
	};
}

/** Returns what a deploy of fly.toml would change, or why that cannot be told. */
async function readConfigDifferences(
	app: string,
	flyTomlPath: string,
	readers: Pick<Readers, 'fly' | 'files'>,
): Promise<{readonly differences: readonly string[]; readonly unread: readonly Unread[]}> {
	try {
		return {differences: await compareConfig(app, flyTomlPath, readers), unread: []};
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		return {differences: [], unread: [{kind: 'configuration', why: error.message, exit: error.exit}]};
	}
}

/** Names what phxfly created for other apps of this project and still exists. */
async function describeLeftovers(
	sections: readonly AppSection[],
	steps: readonly Step[],
	readers: Readers,
): Promise<readonly string[]> {
	const found = await Promise.all(
		sections.filter(hasRecords).map(async section => {
			const {app} = section;
			const next = `To delete it: phxfly destroy --app ${app}`;
			const left = await listRemovals(section, steps, readers);
			if (!left)
				return [`An earlier setup used ${app}. phxfly could not read what exists there now. ${next}`];
			const describe = (entries: readonly RemovalEntry[]) =>
				entries.map(({kind, id}) => `${kind} ${id}`).join(', ');
			const {entries, lost} = left;
			return [
				...(entries.length === 0
					? []
					: [`Left from an earlier setup of ${app}: ${describe(entries)}. ${next}`]),
				...lost.map(
					({kind, id, command}) =>
						`An earlier setup created the ${kind} ${id} for ${app}, which no longer has it. If it is still that one, to delete it: ${command}`,
				),
			];
		}),
	);
	return found.flat();
}

/** Returns what `destroy` would delete, or `undefined` if that cannot be read. */
async function listRemovals(
	section: AppSection,
	steps: readonly Step[],
	readers: Readers,
): Promise<Pick<Removal, 'entries' | 'lost'> | undefined> {
	try {
		const inventory = await readInventory(readers.fly, section.app);
		if (inventory.unread.length > 0) return undefined;
		const settled = settleByInventory(section, inventory, steps);
		const outlived = await findLeft(settled.made, inventory, steps, readers);
		const options = {keepsData: false, outlived, domain: undefined};
		return planRemoval(inventory, settled, steps, options);
	} catch (error) {
		if (!(error instanceof Failure)) throw error;
		return undefined;
	}
}

function compareAccount(email: string, known: Pick<JournalState, 'account'> | undefined) {
	const earlier = known?.account?.email;
	if (earlier === undefined || earlier === email) return [];
	return [changed('account', email, `setup started as ${earlier}`, `log in as ${earlier} (fly auth login)`)];
}

function report({options, host, print, emit}: Cli, app: string, view: StatusView): number {
	const {differences, unread, resources, cost} = view;
	const exit =
		exitCodes[differences.length > 0 ? 'drift' : (unread.find(({exit}) => exit !== 'done')?.exit ?? 'done')];
	if (!options.json) {
		print(writeStatusText(view, host.stdout.columns ?? usualWidth));
		return exit;
	}

	for (const {kind, id, is, detail, next} of differences) {
		emit({
			type: 'check-changed',
			id: kind,
			status: 'wrong',
			detail: `${id}: ${is}; ${detail}; next: ${next}`,
		});
	}

	for (const {kind, why} of unread) {
		emit({type: 'check-changed', id: kind, status: 'could-not-tell', detail: why});
	}

	const priced = resources.map(({kind, id, detail, cost: item}) => ({
		...{kind, id},
		detail: item ? `${detail}, ${showPrice(item)}/month` : detail,
	}));
	const total = {kind: 'cost', id: cost.pricesOf, detail: `about $${cost.monthlyUsd.toFixed(2)}/month`};
	const all = priced.length > 0 ? [...priced, total] : [];
	emit({type: 'finished', exit, url: all.length > 0 ? siteUrl({app}) : undefined, resources: all});
	return exit;
}
