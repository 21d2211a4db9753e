import type {Command} from '../arguments/invocation.ts';
import {deploy} from '../deploy/deploy.ts';
import {login, orgsList, platformRegions, tokensCreateDeploy, version, whoami} from './account.ts';
import {appsCreate, appsDestroy, appsList, appsOpen} from './apps.ts';
import {certsAdd, certsCheck, certsList, certsRemove, certsSetup} from './certs.ts';
import {configShow, configValidate} from './config.ts';
import {ipsAllocateV4, ipsAllocateV6, ipsList, ipsRelease} from './ips.ts';
import {
	machineDestroy,
	machineExec,
	machineLeasesClear,
	machineLeasesView,
	machineList,
	machineRestart,
	machineStart,
	machineStop,
} from './machine.ts';
import {scaleCount, scaleShow} from './scale.ts';
import {secretsDeploy, secretsImport, secretsList, secretsSet, secretsSync, secretsUnset} from './secrets.ts';
import {sshConsole} from './ssh.ts';
import {checksList, logs, releases, status} from './status.ts';
import {storageCreate, storageDestroy, storageList, storageStatus} from './storage.ts';
import {
	volumesCreate,
	volumesDestroy,
	volumesExtend,
	volumesList,
	volumesShow,
	volumesSnapshotsList,
} from './volumes.ts';

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
	'apps open': appsOpen,
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
	'machine start': machineStart,
	'machine stop': machineStop,
	'machine restart': machineRestart,
	'machine destroy': machineDestroy,
	'machine leases view': machineLeasesView,
	'machine leases clear': machineLeasesClear,
	'scale show': scaleShow,
	'scale count': scaleCount,
	'checks list': checksList,
	logs,
	'tokens create deploy': tokensCreateDeploy,
	'ssh console': sshConsole,
	releases,
};
