/** Whether an absolute path lies in a folder; `..` in it counts as leading out. */
export const isBelow = (path: string, folder: string): boolean =>
	path.startsWith(`${folder.replace(/\/+$/, '')}/`) && !path.split('/').includes('..');
