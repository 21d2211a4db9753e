import type {Cli, Project} from '../core/command/context.ts';
import {detectProfile} from '../core/project/profile.ts';
import type {SessionState} from '../core/session/session.ts';
import {readGiven} from '../setup/gather.ts';
import {sayStateProblems, withProject} from '../setup/project.ts';
import {withScreen} from './controller.ts';

/** Runs the wizard: questions, review, run, and the way back to a question whose answer was rejected. */
export async function runWizard(cli: Cli, draw: NonNullable<Cli['person']>['draw']): Promise<number> {
	const {options} = cli;
	const given = await readGiven(cli);
	// Shows a screen before the project is open.
	let now = () => performance.now();
	const start: SessionState = {
		app: undefined,
		profile: options.profile ?? '',
		folder: options.folder ?? '.',
		isRehearsal: options.isRehearsal,
		screen: {
			kind: 'looking',
			items: [{label: 'project', state: 'busy', detail: '', startedAtMs: undefined}],
			canStop: false,
		},
	};
	let opened: Project | undefined;
	try {
		return await withScreen(
			cli,
			draw,
			start,
			() => now(),
			controller =>
				withProject(cli, {mode: 'write', given}, async project => {
					opened = project;
					const {readers, facts, shownFolder: folder} = project;
					now = () => readers.clock.elapsed();
					const profile = options.profile ?? detectProfile(cli.registry.profiles, facts)?.id ?? '';
					controller.update(state => ({...state, profile, folder}));
					// What plans and runs is loaded while the person sees the first screen.
					const {talk} = await import('./dialog.ts');
					return talk(cli, project, controller);
				}),
		);
	} finally {
		if (opened) sayStateProblems(cli, opened, 'write');
	}
}
