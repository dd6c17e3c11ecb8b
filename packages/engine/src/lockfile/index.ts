// The lockfile as a file: found, read, and written so that no writer loses what another wrote. What stands in it belongs to
// core.
export { type ChangeOptions, changeLockfile, type WrittenLockfile } from './change-lockfile.ts';
export { acquireFileLock, type LockfileDeps } from './file-lock.ts';
export { type FindOptions, type FoundLockfile, findLockfile, lockfileNames } from './find-lockfile.ts';
export { loadInstalledPackages } from './load-installed-packages.ts';
export { type MigratedFile, migrateLockfileFile } from './migrate-lockfile-file.ts';
export { type OpenedLockfile, openLockfile } from './open-lockfile.ts';
export { type ReadLockfileFile, readLockfileFile } from './read-lockfile-file.ts';
