import {expect, test} from 'vitest';
import {isFromLaunch} from '../../../source/core/fly/lease.ts';

const createdAtMs = Date.parse('2026-11-22T03:06:33.512Z');

type Case = {
	readonly name: string;
	readonly owner?: string;
	readonly created_at?: string;
	readonly leaseSeconds?: number;
	readonly isOurs: boolean;
};

const cases: readonly Case[] = [
	{name: 'the lease of the machine that we created', isOurs: true},
	{name: 'the owner in other letters', owner: 'Dev@Example.com', isOurs: true},
	{name: 'a lease that Fly dates a second later', leaseSeconds: 301, isOurs: true},
	{name: 'the lease of another account', owner: 'other@example.com', isOurs: false},
	{name: 'a lease without an owner', owner: '', isOurs: false},
	{name: 'the lease of an update, which lasts 13 s', leaseSeconds: 13, isOurs: false},
	{name: 'a lease taken a minute after the machine was created', leaseSeconds: 360, isOurs: false},
	{name: 'a lease for longer than ours', leaseSeconds: 1200, isOurs: false},
	{name: 'a machine whose age Fly does not say', created_at: '', isOurs: false},
];

test.each(cases)('$name is ours: $isOurs', given => {
	const {owner = 'dev@example.com', leaseSeconds = 300, isOurs} = given;
	const {created_at = new Date(createdAtMs).toISOString()} = given;
	const lease = {owner, expiresAtMs: createdAtMs + leaseSeconds * 1000};
	expect(isFromLaunch(lease, {created_at}, 'dev@example.com')).toBe(isOurs);
});
