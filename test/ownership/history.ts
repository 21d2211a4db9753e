import {describeTrouble, type Trouble} from './trouble.ts';

/** Names that an answer may give to an app. The last one is also an organization. */
export const appNames = ['blog-1', 'shop-2', 'personal'] as const;
export type AppName = (typeof appNames)[number];

export type Org = 'personal' | 'acme';
/** The computer at which phxfly runs. Both have the project in the same folder, each with its own journal. */
export type Desk = 0 | 1;

/** Answers of a setup, besides app and organization. */
export type Answers = {
	readonly region: 'sjc' | 'fra';
	readonly sizeGb: 1 | 3;
	/** `own` is named after the app. */
	readonly bucket: 'own' | 'precious-data';
	readonly domain: 'own' | 'www.example.com' | 'none';
};

/** One change that another person, or the user with flyctl, makes in the account. */
export type Hand =
	| {readonly makes: 'app'; readonly app: AppName; readonly org: Org; readonly holds: readonly Part[]}
	/** Destroys the app and makes one with the same name. */
	| {readonly makes: 'app again'; readonly app: AppName; readonly org: Org; readonly holds: readonly Part[]}
	| {readonly makes: 'part'; readonly app: AppName; readonly part: Part}
	/** A bucket without an app. */
	| {readonly makes: 'bucket'; readonly name: 'own' | 'precious-data'; readonly app: AppName}
	/** Destroys the app's bucket, makes another for the app, and removes its keys from the app's secrets. */
	| {readonly makes: 'another bucket'; readonly app: AppName; readonly name: 'own' | 'precious-data'}
	/** Destroys a volume, and Fly gives its id to a new one. */
	| {readonly makes: 'volume with a used id'; readonly app: AppName; readonly name: 'wisp_data' | 'uploads'}
	| {readonly destroys: 'app' | 'volume' | 'bucket' | 'certificate' | 'address'; readonly app: AppName};

/** What an app can hold. */
export type Part =
	| {
			readonly is: 'volume';
			readonly name: 'wisp_data' | 'uploads';
			readonly region: 'sjc' | 'fra';
			readonly sizeGb: 1 | 3;
	  }
	| {readonly is: 'address'; readonly type: 'v6' | 'v4' | 'shared_v4'}
	| {readonly is: 'certificate'; readonly domain: 'own' | 'www.example.com'}
	| {readonly is: 'bucket'; readonly name: 'own' | 'precious-data'}
	/** Deploys: a machine on a volume, and a release. */
	| {readonly is: 'machine'};

/** `restore` puts back the last `copy`. `take` copies the other computer's journal. `forget` is the command. */
export type JournalChange = 'forget' | 'lose' | 'copy' | 'restore' | 'take';

export type Step =
	| {
			readonly does: 'setup';
			readonly at: Desk;
			readonly app: AppName;
			readonly org: Org;
			readonly adopts: boolean;
			readonly answers: Answers;
			readonly trouble: Trouble | undefined;
	  }
	| {
			readonly does: 'destroy';
			readonly at: Desk;
			readonly app: AppName;
			readonly trouble: Trouble | undefined;
	  }
	| {readonly does: 'change journal'; readonly how: JournalChange; readonly at: Desk}
	/** The project as its author wrote it: a fresh clone. */
	| {readonly does: 'lose files'; readonly at: Desk}
	| {readonly does: 'wait'; readonly minutes: 1 | 20 | 1500}
	| {readonly does: 'by hand'; readonly hand: Hand};

export type History = {
	readonly profile: 'wisp' | 'phoenix';
	readonly steps: readonly Step[];
};

/** Returns a step in words, on one line. */
export function describeStep(step: Step): string {
	switch (step.does) {
		case 'setup': {
			const {app, org, adopts, answers, trouble} = step;
			const {region, sizeGb, bucket, domain} = answers;
			const flags = [
				`--app ${app} --org ${org}`,
				...(adopts ? ['--adopt'] : []),
				`--region ${region} --volume-size ${sizeGb} --bucket ${bucket} --domain ${domain}`,
			];
			return `setup ${flags.join(' ')}${atDesk(step.at)}${describeTrouble(trouble)}`;
		}

		case 'destroy':
			return `destroy --app ${step.app} --yes${atDesk(step.at)}${describeTrouble(step.trouble)}`;
		case 'wait':
			return `${step.minutes} minutes pass`;
		case 'by hand':
			return `by hand: ${describeHand(step.hand)}`;
		case 'change journal':
			return `${step.how} the journal${atDesk(step.at)}`;
		case 'lose files':
			return `lose the project's files${atDesk(step.at)}`;
	}
}

const atDesk = (desk: Desk) => (desk === 0 ? '' : ' (on the other computer)');

function describeHand(hand: Hand): string {
	if ('destroys' in hand) return `destroys the ${hand.destroys} of ${hand.app}`;
	switch (hand.makes) {
		case 'app':
		case 'app again':
			return `makes ${hand.makes} ${hand.app} in ${hand.org} with ${hand.holds.map(describePart).join(', ') || 'nothing'}`;
		case 'part':
			return `makes ${describePart(hand.part)} in ${hand.app}`;
		case 'bucket':
			return `makes bucket ${hand.name} (of ${hand.app}) without an app`;
		default:
			return `makes ${hand.makes} named ${hand.name} in ${hand.app}`;
	}
}

function describePart(part: Part): string {
	switch (part.is) {
		case 'volume':
			return `volume ${part.name} (${part.sizeGb} GB, ${part.region})`;
		case 'address':
			return `address ${part.type}`;
		case 'certificate':
			return `certificate ${part.domain}`;
		case 'bucket':
			return `bucket ${part.name}`;
		case 'machine':
			return 'a deployed machine';
	}
}
