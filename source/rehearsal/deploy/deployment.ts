import type {AppConfig, Guest, Json} from '../app-config/app-config.ts';
import type {Context} from '../arguments/invocation.ts';

/** What one deploy carries along. */
export type Deployment = {
	readonly context: Context;
	readonly config: AppConfig;
	readonly guest: Guest;
	readonly region: string;
	readonly image: string;
	readonly version: number;
	readonly releaseId: string;
	readonly definition: Json;
	/** Simulated milliseconds. */
	readonly waitTimeoutMs: number;
	readonly hasLitestream: boolean;
	/** The newest migration of its code. */
	readonly migration?: string | undefined;
};

export const groupName = 'app';
