import {replica} from '../../source/checks/verify/replica.ts';
import {openLocalMachine} from '../helpers/local-machine.ts';
import type {ProtectedApp} from '../helpers/protected-app.ts';

/**
 * A phxfly that a test stops and continues: runs the check, and prints what it says. Its limits pass faster by `speed`, on both sides.
 */
const [given = '{}'] = process.argv.slice(2);
const {app, endpoint, speed, sabotage} = JSON.parse(given) as {
	app: Pick<ProtectedApp, 'databasePath' | 'environment' | 'folder'>;
	endpoint: string;
	speed: number;
	sabotage: string;
};
const {plan, readers} = openLocalMachine({...app, output: () => ''} as unknown as ProtectedApp, {
	endpoint,
	sabotage,
});
const {clock} = readers;
process.stdout.write('begun\n');
const said = await replica.check(plan, {
	...readers,
	clock: {...clock, elapsed: () => clock.elapsed() * speed},
});
process.stdout.write(`${JSON.stringify(said)}\n`);
