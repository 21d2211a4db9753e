import type {ExitName} from '../errors/codes.ts';
import type {
	AppStatus,
	FlyAddress,
	FlyCertificate,
	FlyMachine,
	FlyRelease,
	FlySecret,
	FlyVolume,
} from './output.ts';

/** Everything an app has in the account, as Fly lists it now. */
export type Inventory = {
	/** As it was asked for. */
	readonly app: string;
	/** `undefined` when flyctl cannot find it; then there is nothing else either. */
	readonly status: AppStatus | undefined;
	readonly release: FlyRelease | undefined;
	/** Without those that Fly is destroying. */
	readonly machines: readonly FlyMachine[];
	/** Without those that wait for their end. */
	readonly volumes: readonly FlyVolume[];
	/** The app's Tigris bucket. */
	readonly bucket: string | undefined;
	readonly addresses: readonly FlyAddress[];
	readonly certificates: readonly FlyCertificate[];
	readonly secrets: readonly FlySecret[];
	readonly unread: readonly Unread[];
};

/** What could not be read, so that its absence says nothing. */
export type Unread = {readonly kind: string; readonly why: string; readonly exit: ExitName};
