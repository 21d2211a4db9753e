import type {Inventory} from '../../source/core/fly/inventory.ts';

export const buildMachine = (id: string, isManaged = true): Inventory['machines'][number] => ({
	...{id, state: 'started', region: 'sjc', host_status: 'ok', created_at: '2026-11-22T10:00:00Z'},
	config: {
		image: 'registry.fly.io/blog-1',
		guest: {cpu_kind: 'shared', cpus: 1, memory_mb: 1024},
		metadata: isManaged ? {fly_process_group: 'app'} : {},
	},
});

export const buildVolume = (
	id: string,
	sizeGb: number,
	machineId: string | null,
): Inventory['volumes'][number] => ({
	...{id, name: 'wisp_data', state: 'created', size_gb: sizeGb, region: 'sjc'},
	created_at: '2026-11-22T10:00:00Z',
	...{host_status: 'ok', attached_machine_id: machineId, auto_backup_enabled: true},
});

export const buildCertificate = (hostname: string): Inventory['certificates'][number] => ({
	...{hostname, status: 'active', configured: true},
	...{has_fly_certificate: true, has_custom_certificate: false, created_at: '2026-11-22T10:00:00Z'},
});

/** Returns an app as a finished setup leaves it. */
export const inventory: Inventory = {
	app: 'blog-1',
	status: {
		...{Name: 'blog-1', Hostname: 'blog-1.fly.dev', Deployed: true, Status: 'deployed', Machines: []},
		...{Organization: {Slug: 'personal'}, Version: 3},
	},
	release: {ID: 'r3', Version: 3, Status: 'complete', ImageRef: '', CreatedAt: '2026-11-22T10:00:00Z'},
	machines: [buildMachine('m1')],
	volumes: [buildVolume('vol_1', 1, 'm1')],
	bucket: 'blog-1-store',
	addresses: [
		{ID: 'a', Address: '2a09::1', Type: 'v6', Region: '', CreatedAt: '2026-11-22T10:00:00Z'},
		{ID: '', Address: '66.1.1.1', Type: 'shared_v4', Region: '', CreatedAt: '0001-01-01T00:00:00Z'},
	],
	certificates: [buildCertificate('blog.example.com')],
	secrets: [{name: 'SECRET_KEY_BASE', digest: 'd1', status: 'Deployed'}],
	unread: [],
};
