import {autoStop} from '../checks/doctor/auto-stop.ts';
import {awsShadowing} from '../checks/doctor/aws-shadowing.ts';
import {checkOrigin} from '../checks/doctor/check-origin.ts';
import {closedRegion} from '../checks/doctor/closed-region.ts';
import {clustering} from '../checks/doctor/clustering.ts';
import {databaseOutsideVolume} from '../checks/doctor/database-outside-volume.ts';
import {deployStrategy} from '../checks/doctor/deploy-strategy.ts';
import {entrypointIgnoresArguments} from '../checks/doctor/entrypoint-ignores-arguments.ts';
import {entrypointNoExec} from '../checks/doctor/entrypoint-no-exec.ts';
import {entrypointNoRestore} from '../checks/doctor/entrypoint-no-restore.ts';
import {excludeMisplaced} from '../checks/doctor/exclude-misplaced.ts';
import {flyTomlSyntax} from '../checks/doctor/fly-toml-syntax.ts';
import {forceHttps} from '../checks/doctor/force-https.ts';
import {forceSslAtRuntime} from '../checks/doctor/force-ssl-at-runtime.ts';
import {healthCheckRedirect} from '../checks/doctor/health-check-redirect.ts';
import {heartbeatIgnored} from '../checks/doctor/heartbeat-ignored.ts';
import {hostTwice} from '../checks/doctor/host-twice.ts';
import {killSignal} from '../checks/doctor/kill-signal.ts';
import {killTimeout} from '../checks/doctor/kill-timeout.ts';
import {listensOnLoopback} from '../checks/doctor/listens-on-loopback.ts';
import {litestreamDefault} from '../checks/doctor/litestream-default.ts';
import {litestreamPragmas} from '../checks/doctor/litestream-pragmas.ts';
import {litestreamReplicaKey} from '../checks/doctor/litestream-replica-key.ts';
import {litestreamStart} from '../checks/doctor/litestream-start.ts';
import {litestreamTwoReplicas} from '../checks/doctor/litestream-two-replicas.ts';
import {litestreamUnused} from '../checks/doctor/litestream-unused.ts';
import {litestreamVersion} from '../checks/doctor/litestream-version.ts';
import {migrationsNeverRun} from '../checks/doctor/migrations-never-run.ts';
import {mountMismatch} from '../checks/doctor/mount-mismatch.ts';
import {noDockerignore} from '../checks/doctor/no-dockerignore.ts';
import {noHealthCheck} from '../checks/doctor/no-health-check.ts';
import {noMixLock} from '../checks/doctor/no-mix-lock.ts';
import {noRestartPolicy} from '../checks/doctor/no-restart-policy.ts';
import {noVm} from '../checks/doctor/no-vm.ts';
import {poolCacheMemory} from '../checks/doctor/pool-cache-memory.ts';
import {poolSize} from '../checks/doctor/pool-size.ts';
import {portMismatch} from '../checks/doctor/port-mismatch.ts';
import {processGroups} from '../checks/doctor/process-groups.ts';
import {redirectLoop} from '../checks/doctor/redirect-loop.ts';
import {releaseCommandDatabase} from '../checks/doctor/release-command-database.ts';
import {requiredVariable} from '../checks/doctor/required-variable.ts';
import {sampleHost} from '../checks/doctor/sample-host.ts';
import {sampleReplica} from '../checks/doctor/sample-replica.ts';
import {secretCommitted} from '../checks/doctor/secret-committed.ts';
import {secretInImage} from '../checks/doctor/secret-in-image.ts';
import {secretShadowsSetting} from '../checks/doctor/secret-shadows-setting.ts';
import {secretUnread} from '../checks/doctor/secret-unread.ts';
import {tooLittleMemory} from '../checks/doctor/too-little-memory.ts';
import {twoMounts} from '../checks/doctor/two-mounts.ts';
import {unknownKey} from '../checks/doctor/unknown-key.ts';
import {unreadable} from '../checks/doctor/unreadable.ts';
import {unreplicatedDatabase} from '../checks/doctor/unreplicated-database.ts';
import {unreplicatedFiles} from '../checks/doctor/unreplicated-files.ts';
import {uploadsNotKept} from '../checks/doctor/uploads-not-kept.ts';
import {urlHost} from '../checks/doctor/url-host.ts';
import {wrongType} from '../checks/doctor/wrong-type.ts';
import type {Rule} from '../core/doctor/rule.ts';

/** What `doctor` checks, grouped by file. */
export const rules: readonly Rule[] = [
	unreadable,
	flyTomlSyntax,
	wrongType,
	unknownKey,
	closedRegion,
	twoMounts,
	processGroups,
	deployStrategy,
	clustering,
	portMismatch,
	listensOnLoopback,
	forceHttps,
	redirectLoop,
	forceSslAtRuntime,
	excludeMisplaced,
	checkOrigin,
	urlHost,
	sampleHost,
	hostTwice,
	secretShadowsSetting,
	secretUnread,
	requiredVariable,
	noHealthCheck,
	healthCheckRedirect,
	autoStop,
	noRestartPolicy,
	killSignal,
	killTimeout,
	noVm,
	tooLittleMemory,
	poolSize,
	poolCacheMemory,
	databaseOutsideVolume,
	mountMismatch,
	unreplicatedDatabase,
	unreplicatedFiles,
	uploadsNotKept,
	migrationsNeverRun,
	releaseCommandDatabase,
	entrypointNoRestore,
	entrypointNoExec,
	entrypointIgnoresArguments,
	litestreamStart,
	litestreamVersion,
	litestreamReplicaKey,
	litestreamTwoReplicas,
	litestreamDefault,
	litestreamUnused,
	litestreamPragmas,
	heartbeatIgnored,
	sampleReplica,
	awsShadowing,
	secretInImage,
	secretCommitted,
	noDockerignore,
	noMixLock,
];
