import {cpSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {env} from 'node:process';
import {fileURLToPath} from 'node:url';
import {listProcesses, openRehearsal, type Rehearsal} from '../helpers/rehearsal.ts';
import {fixturePath, saveState, toProjectFixture} from './saved-state.ts';
import {
	chatAnswers,
	chatEnvironment,
	type Environment,
	isDeploying,
	makeProject,
	type ProjectName,
	place,
	projectName,
	type Step,
	setUpChat,
	setUpWisp,
	wispAnswers,
} from './scenarios.ts';

/**
Rewrites the fixtures of old-states.test.ts with the build in `PHXFLY_BUILT_IN`. They contain what an earlier build wrote,
so run this only with a build whose states later builds must understand.
*/
const builtIn = env.PHXFLY_BUILT_IN ?? fileURLToPath(new URL('../../', import.meta.url));

const save = (name: string, value: unknown) =>
	writeFileSync(fixturePath(name), `${JSON.stringify(value, undefined, '\t')}\n`);

async function inRehearsal(
	project: ProjectName,
	act: (rehearsal: Rehearsal) => Promise<void>,
): Promise<void> {
	const rehearsal = openRehearsal(builtIn);
	try {
		makeProject(project, rehearsal.packageFolder, join(rehearsal.folder, projectName));
		await act(rehearsal);
	} finally {
		await rehearsal.close();
	}
}

const finished = (name: string, project: ProjectName, {argv, env}: Step) =>
	inRehearsal(project, async rehearsal => {
		const {exit, stderr} = await rehearsal.run(argv, {env: env ?? {}});
		if (exit !== 0) throw new Error(`${name} ended with ${exit}: ${stderr}`);
		save(`${name}.json`, saveState(`${name.split('-')[0]}-project`, rehearsal));
	});

const killed = (name: string, project: ProjectName, {argv, env}: Step, when: NonNullable<Step['killWhen']>) =>
	inRehearsal(project, async rehearsal => {
		const running = rehearsal.start(argv, {env: env ?? {}});
		await running.until(() => when(running, rehearsal));
		for (const pid of [running.pid, ...listProcesses(rehearsal.worldPath)]) {
			try {
				process.kill(pid, 'SIGKILL');
			} catch {
				// It has already ended.
			}
		}

		await running.ended;
		save(`${name}.json`, saveState(`${name.split('-')[0]}-project`, rehearsal));
	});

const plan = (name: string, project: ProjectName, argv: readonly string[], env: Environment) =>
	inRehearsal(project, async rehearsal => {
		await rehearsal.run(['plan', projectName, '--rehearse', ...argv, ...place(), '--out', 'plan.json'], {
			env,
		});
		cpSync(join(rehearsal.folder, 'plan.json'), fixturePath(name));
	});

mkdirSync(fixturePath(''), {recursive: true});
await inRehearsal('sample', async ({folder}) =>
	save('wisp-project.json', toProjectFixture(join(folder, projectName))),
);
await inRehearsal('chat', async ({folder}) =>
	save('phoenix-project.json', toProjectFixture(join(folder, projectName))),
);
await finished('wisp-finished', 'sample', setUpWisp());
await killed('wisp-killed', 'sample', setUpWisp('tigris', [], 40), isDeploying('add-certificate'));
await killed(
	'wisp-killed-early',
	'sample',
	setUpWisp('tigris', [], 10),
	(_, rehearsal) =>
		rehearsal.isCalling('volumes', 'create') &&
		rehearsal.world().volumes.length > 0 &&
		JSON.parse(readFileSync(join(rehearsal.stateFolder(), 'journal.json'), 'utf8')).ids['create-volume'] ===
			undefined,
);
await finished('phoenix-finished', 'chat', setUpChat());
await killed('phoenix-killed', 'chat', setUpChat([], 40), isDeploying());
await plan('wisp-plan.json', 'sample', wispAnswers.s3.args, wispAnswers.s3.env);
await plan('phoenix-plan.json', 'chat', chatAnswers, chatEnvironment);
