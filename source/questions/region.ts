import {closedRegions} from '../core/fly/catalog.ts';
import {findLiveVolumes, proposeFromFlyToml, readPrimaryRegion} from '../core/questions/proposals.ts';
import type {Choice, Question, Situation} from '../core/questions/question.ts';
import {parseRegion} from './parse-region.ts';
import {sortByDistance} from './sort-by-distance.ts';
import {findPlace} from './time-zones.ts';

export const region: Question = {
	id: 'region',
	label: 'region',
	title: 'Region',
	why: 'Where the machine lives, and its volume if it has one. A volume cannot move later.',
	example: 'sjc',
	kind: 'choice',
	flag: {name: '--region', value: 'CODE', help: 'region of the machine and its volume'},
	help: 'Choose the one nearest to the readers: every page view travels there and back.',
	isAsked: () => true,
	describe: (value, {regions}) => describeRegion(value, regions),

	propose(situation) {
		const code = readPrimaryRegion(situation.project);
		return code !== undefined && parseRegion(code, situation).ok ? proposeFromFlyToml(code) : undefined;
	},

	suggest(situation) {
		const code = readPrimaryRegion(situation.project);
		const successor = code === undefined ? undefined : closedRegions.get(code);
		if (successor !== undefined) return {value: successor, because: `fly.toml says ${code}, which is closed`};

		const [nearest] = sortByDistance(findOpen(situation), situation.timeZone);
		return nearest !== undefined && findPlace(situation.timeZone) !== undefined
			? {value: nearest.code, because: 'nearest, by your time zone'}
			: undefined;
	},

	choices: situation => [
		...sortByDistance(findOpen(situation), situation.timeZone).map(toChoice),
		...findClosed(situation),
	],

	parse: parseRegion,

	async check(value, situation, readers) {
		const volumes = await findLiveVolumes(situation, readers);
		const [elsewhere] = volumes;
		return elsewhere === undefined || volumes.some(volume => volume.region === value)
			? undefined
			: `The volume ${elsewhere.name} is in ${elsewhere.region}, and a volume cannot move: choose ${elsewhere.region}.`;
	},
};

const findOpen = ({regions}: Situation): Situation['regions'] =>
	regions.filter(({deprecated}) => !deprecated);

const toChoice = ({code, name, requires_paid_plan}: Situation['regions'][number]): Choice => ({
	value: code,
	label: `${code}  ${name}`,
	...(requires_paid_plan ? {hint: 'needs a paid plan'} : {}),
});

function findClosed(situation: Situation): readonly Choice[] {
	const open = new Set(findOpen(situation).map(({code}) => code));
	return [...closedRegions]
		.filter(([code]) => !open.has(code))
		.map(([code, successor]) => ({value: code, label: code, disabled: `closed, use ${successor}`}));
}

function describeRegion(value: string, regions: Situation['regions']): string {
	const name = regions.find(({code}) => code === value)?.name;
	return name === undefined ? value : `${value}, ${name}`;
}
