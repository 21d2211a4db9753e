export type {AddedTable, TomlEdit} from './fly-toml/apply-toml-edit.ts';
export {type EditedToml, editFlyToml} from './fly-toml/edit-fly-toml.ts';
export {type FlyTomlProblem, findFlyTomlProblems} from './fly-toml/find-fly-toml-problems.ts';
export {
	findDatabasePath,
	findMachines,
	findMountDestination,
	findMounts,
	findServices,
	type Placed,
} from './fly-toml/find-mounts.ts';
export type {
	FlyCheck,
	FlyConfig,
	FlyHttpService,
	FlyMount,
	FlyService,
	FlyVm,
} from './fly-toml/fly-config.ts';
export {type FlyTomlReading, findFlyTomlLine, parseFlyToml} from './fly-toml/parse-fly-toml.ts';
export {type FlyTomlWishes, planFlyTomlEdits} from './fly-toml/plan-fly-toml-edits.ts';
export {type MachineSize, readMachineSize} from './fly-toml/read-machine-size.ts';
export type {TomlPath, TomlScalar} from './fly-toml/toml-document.ts';
