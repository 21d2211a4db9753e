import type {ReportedError} from './reported-error.ts';

/**
Returns whether flyctl says that there is none. Only its exact sentences mean that; after every other failure nothing is
known.

@see docs/flyctl.md
*/
export function isAbsent(what: keyof typeof absences, {text, more}: ReportedError): boolean {
	return absences[what].test([text, more[0] ?? ''].join('\n').trimEnd());
}

/** Whole sentences, the first line below included where flyctl's error has two. */
const absences = {
	app: /^failed to get app: (Could not find App|app not found)$/,
	volume: /^failed retrieving volume: failed to get volume \S+: volume not found$/,
	bucketOfApp: /^No project found\. Provision one with 'flyctl ext tigris create'\.$/,
	bucket: /^input: addOn Could not find AddOn$/,
	configuration:
		/^failed to grab app config from existing machines, error: could not create a fly\.toml from any machines :-\(\nNo machines configured for this app$/,
} as const;

/**
Returns whether the Machines API has the app and refuses to show it, in its answer to `machine list`. It looks a name up in all
of Fly: only "not found" means that the name is free.
*/
export const isHidden = ({text}: ReportedError): boolean =>
	/^failed to list VMs: (?:unauthorized|forbidden|not authorized)$/i.test(text);

/** The whole output of `machine leases view` without a lease, which is not an error. */
export const noLease = 'No leases found';
