import type {Command} from '../arguments/invocation.ts';
import {deploy} from '../deploy/deploy.ts';
import {version} from './account.ts';
import {appsCreate} from './apps.ts';
import {appsDestroy} from './apps-destroy.ts';
import {appsList} from './apps-list.ts';
import {login, whoami} from './auth.ts';
import {certsAdd, certsCheck, certsList, certsRemove, certsSetup} from './certs.ts';
import {checksList} from './checks-list.ts';
import {configShow, configValidate} from './config.ts';
import {ipsAllocateV4, ipsAllocateV6, ipsList, ipsRelease} from './ips.ts';
import {logs} from './logs.ts';
import {machineDestroy, machineLeasesClear, machineLeasesView, machineRestart} from './machine.ts';
import {machineExec} from './machine-exec.ts';
import {machineList} from './machine-list.ts';
import {orgsList} from './orgs-list.ts';
import {platformRegions} from './platform-regions.ts';
import {releases} from './releases.ts';
import {scaleCount, scaleShow} from './scale.ts';
import {secretsDeploy, secretsImport, secretsSet, secretsSync, secretsUnset} from './secrets.ts';
import {secretsList} from './secrets-list.ts';
import {status} from './status.ts';
import {storageDestroy, storageList, storageStatus} from './storage.ts';
import {storageCreate} from './storage-create.ts';
import {volumesCreate} from './volumes.ts';
import {volumesDestroy} from './volumes-destroy.ts';
import {volumesExtend} from './volumes-extend.ts';
import {volumesList} from './volumes-list.ts';
import {volumesShow} from './volumes-show.ts';
import {volumesSnapshotsList} from './volumes-snapshots-list.ts';

/** Every command by its words, one for each line of the command table. */
export const commands: Readonly<Record<string, Command>> = {
	version,
	'auth whoami': whoami,
	'auth login': login,
	'orgs list': orgsList,
	'platform regions': platformRegions,
	'apps list': appsList,
	'apps create': appsCreate,
	'apps destroy': appsDestroy,
	'apps releases': releases,
	status,
	'volumes list': volumesList,
	'volumes create': volumesCreate,
	'volumes show': volumesShow,
	'volumes snapshots list': volumesSnapshotsList,
	'volumes extend': volumesExtend,
	'volumes destroy': volumesDestroy,
	'secrets list': secretsList,
	'secrets set': secretsSet,
	'secrets import': secretsImport,
	'secrets unset': secretsUnset,
	'secrets deploy': secretsDeploy,
	'secrets sync': secretsSync,
	'storage create': storageCreate,
	'storage list': storageList,
	'storage status': storageStatus,
	'storage destroy': storageDestroy,
	'certs add': certsAdd,
	'certs list': certsList,
	'certs check': certsCheck,
	'certs setup': certsSetup,
	'certs remove': certsRemove,
	'ips list': ipsList,
	'ips allocate-v4': ipsAllocateV4,
	'ips allocate-v6': ipsAllocateV6,
	'ips release': ipsRelease,
	'config validate': configValidate,
	'config show': configShow,
	deploy,
	'machine list': machineList,
	'machine exec': machineExec,
	'machine restart': machineRestart,
	'machine destroy': machineDestroy,
	'machine leases view': machineLeasesView,
	'machine leases clear': machineLeasesClear,
	'scale show': scaleShow,
	'scale count': scaleCount,
	'checks list': checksList,
	logs,
	releases,
};
