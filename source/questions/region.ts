import {accepted, type Parsed, refused} from '../core/answer.ts';
import {closedRegions} from '../core/fly/catalog.ts';
import type {FlyRegion} from '../core/fly/output.ts';
import {findPlace, type Place} from '../core/fly/time-zones.ts';
import {findLiveVolumes, proposeFromFlyToml, readPrimaryRegion} from '../core/questions/proposals.ts';
import type {AnswerState, Choice, Question} from '../core/questions/question.ts';

/** Parses a region code. Suggests the code for a city name or a closed region. */
function parseRegion(typed: string, {account: {regions}}: Pick<AnswerState, 'account'>): Parsed<string> {
	const code = typed.trim().toLowerCase();
	if (code === '') return refused('Enter a region code, for example sjc.');

	const found = regions.find(region => region.code === code && !region.deprecated);
	if (found) return accepted(code, found.requires_paid_plan ? `${code} needs a paid plan.` : undefined);

	const successor = closedRegions.get(code);
	if (successor !== undefined) return refused(`Fly.io closed ${code}; use ${successor}.`, successor);

	if (regions.length === 0 && /^[a-z]{3}$/.test(code)) return accepted(code);

	const named = regions.find(region => region.name.toLowerCase().startsWith(code) && !region.deprecated);
	const codes = regions.map(region => region.code).sort();
	return named && code.length >= 3
		? refused(`Use the region code: ${named.name} is ${named.code}.`, named.code)
		: refused(`Unknown region. Available: ${codes.join(', ')}.`);
}

/** Sorts regions by distance, or by code if the time zone has no known place. */
function sortByDistance(regions: readonly FlyRegion[], timeZone: string): readonly FlyRegion[] {
	const place = findPlace(timeZone);
	const byCode = [...regions].sort((a, b) => a.code.localeCompare(b.code));
	if (place === undefined) return byCode;

	const distance = ({latitude, longitude}: FlyRegion): number => measureAngle(place, [latitude, longitude]);
	return byCode.sort((a, b) => distance(a) - distance(b));
}

/** Returns the angle between two places as seen from the center of the earth, in radians. */
function measureAngle(from: Place, to: Place): number {
	const [fromLatitude, toLatitude] = [toRadians(from[0]), toRadians(to[0])];
	const longitudes = toRadians(from[1] - to[1]);
	const cosine =
		Math.sin(fromLatitude) * Math.sin(toLatitude) +
		Math.cos(fromLatitude) * Math.cos(toLatitude) * Math.cos(longitudes);
	return Math.acos(Math.min(1, Math.max(-1, cosine)));
}

const toRadians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Where nothing tells a better one. */
const usualRegion = 'iad';

export const region: Question = {
	id: 'region',
	label: 'region',
	title: 'Region',
	why: 'Where the machine and its volume run. A volume cannot move later.',
	example: 'sjc',
	kind: 'choice',
	flag: {name: '--region', value: 'CODE', help: 'region of the machine and its volume'},
	help: 'Choose the region closest to your visitors. Every page view travels there and back.',
	isPreference: true,
	fixes: ['region-refused', 'volume-in-another-region'],
	samples: {good: ['sjc'], bad: ['zzz']},
	applies: () => true,
	finding: state => explainUnused(state),
	describe: (value, {account: {regions}}) => describeRegion(value, regions),

	default(state) {
		const code = readPrimaryRegion(state.facts);
		return code !== undefined && parseRegion(code, state).ok
			? proposeFromFlyToml(code, state.facts)
			: undefined;
	},

	suggestion(state) {
		const code = readPrimaryRegion(state.facts);
		const successor = code === undefined ? undefined : closedRegions.get(code);
		if (successor !== undefined)
			return {value: successor, because: `${state.facts.flyToml?.path} says ${code}, which is closed`};

		const open = findOpen(state);
		const isPlaced = findPlace(state.account.timeZone) !== undefined;
		const [first] = sortByDistance(open, state.account.timeZone);
		if (isPlaced) return first && {value: first.code, because: 'closest to your time zone'};
		const usual = open.find(({code}) => code === usualRegion) ?? first;
		return usual && {value: usual.code, because: 'default: your time zone names no place'};
	},

	choices: state => [
		...sortByDistance(findOpen(state), state.account.timeZone).map(toChoice),
		...findClosed(state),
	],

	parse: parseRegion,

	async check(value, state, readers) {
		const volumes = await findLiveVolumes(state, readers);
		const [elsewhere] = volumes;
		return elsewhere === undefined || volumes.some(volume => volume.region === value)
			? undefined
			: `The volume ${elsewhere.name} is in ${elsewhere.region}, and a volume cannot move. Choose ${elsewhere.region}.`;
	},
};

/** Tells why the region of fly.toml does not count. */
function explainUnused(state: AnswerState): string | undefined {
	const code = readPrimaryRegion(state.facts);
	if (code === undefined || parseRegion(code, state).ok) return undefined;
	const successor = closedRegions.get(code.toLowerCase());
	const why =
		successor === undefined
			? "which is not in Fly's list of regions"
			: `which Fly closed; ${successor} took over`;
	return `${state.facts.flyToml?.path} says primary_region = ${JSON.stringify(code)}, ${why}.`;
}

const findOpen = ({account: {regions}}: AnswerState): readonly FlyRegion[] =>
	regions.filter(({deprecated}) => !deprecated);

const toChoice = ({code, name, requires_paid_plan}: FlyRegion): Choice => ({
	value: code,
	label: `${code}  ${name}`,
	...(requires_paid_plan ? {hint: 'needs a paid plan'} : {}),
});

function findClosed(state: AnswerState): readonly Choice[] {
	const open = new Set(findOpen(state).map(({code}) => code));
	return [...closedRegions]
		.filter(([code]) => !open.has(code))
		.map(([code, successor]) => ({value: code, label: code, disabled: `closed, use ${successor}`}));
}

function describeRegion(value: string, regions: readonly FlyRegion[]): string {
	const name = regions.find(({code}) => code === value)?.name;
	return name === undefined ? value : `${value}, ${name}`;
}
