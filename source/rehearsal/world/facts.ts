import {FlyError} from './effects.ts';

const rows = `
ams|Amsterdam, Netherlands|52.37|4.9|europe|mpg
iad|Ashburn, Virginia (US)|39.02|-77.46|north_america|mpg
ord|Chicago, Illinois (US)|41.88|-87.63|north_america|mpg
dfw|Dallas, Texas (US)|32.77|-96.79|north_america|
fra|Frankfurt, Germany|50.11|8.68|europe|mpg
jnb|Johannesburg, South Africa|-26.13|28.23|africa|
lhr|London, United Kingdom|51.5|-0.12|europe|mpg
lax|Los Angeles, California (US)|34.05|-118.24|north_america|mpg
bom|Mumbai, India|19.08|72.88|asia_pacific|
cdg|Paris, France|48.85|2.35|europe|
sjc|San Jose, California (US)|37.35|-121.95|north_america|mpg
gru|Sao Paulo, Brazil|-23.54|-46.63|south_america|mpg
ewr|Secaucus, NJ (US)|40.78|-74.06|north_america|
sin|Singapore, Singapore|1.35|103.81|asia_pacific|
arn|Stockholm, Sweden|59.33|18.07|europe|
syd|Sydney, Australia|-33.86|151.2|oceania|mpg
nrt|Tokyo, Japan|35.62|139.77|asia_pacific|mpg
yyz|Toronto, Canada|43.64|-79.38|north_america|
`;

/** The regions that are open, sorted by name; flyctl hides the closed ones. */
export const regions = rows
	.trim()
	.split('\n')
	.map(row => {
		const [code = '', name = '', latitude, longitude, geo_region = '', mpg] = row.split('|');
		return {
			code,
			name,
			latitude: Number(latitude),
			longitude: Number(longitude),
			gateway_available: code !== 'gru' && code !== 'jnb',
			requires_paid_plan: false,
			deprecated: false,
			capacity: 1000,
			geo_region,
			mpg_available: mpg === 'mpg',
		};
	});

/** @throws {FlyError} for an unknown or closed region. */
export function checkRegion(code: string): string {
	if (code === '') throw new FlyError('region code must be specified when not running interactively');
	if (!regions.some(region => region.code === code)) throw new FlyError(`region ${code} not found`);
	return code;
}

export const flySuffix = '.fly.dev';

export function stripDot(name: string): string {
	return name.toLowerCase().replace(/\.$/, '');
}

/** The version flyctl records in each machine it creates. */
export const flyVersion = '2026.11.22-rehearsal.1';

/** Whether another account has an app of that name; all of Fly shares one namespace. */
export const isTakenElsewhere = (name: string): boolean => /^(?:taken-|getwisp)/.test(name);
