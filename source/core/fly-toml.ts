export type {TomlEdit} from './fly-toml/apply-toml-edit.ts';
export type {FlyConfig} from './fly-toml/config.ts';
export {editFlyToml} from './fly-toml/edit.ts';
export {findFlyTomlProblems} from './fly-toml/find-fly-toml-problems.ts';
export {findMountDestination, findMounts} from './fly-toml/find-mounts.ts';
export {parseFlyToml} from './fly-toml/parse-fly-toml.ts';
export {planFlyTomlEdits} from './fly-toml/plan-fly-toml-edits.ts';
export {type MachineSize, readMachineSize} from './fly-toml/read-machine-size.ts';
