/** Backup and restore as others call them; what they need is loaded only then, because a server that starts has no use for it. */
import type {
  BackupCheck,
  BackupOptions,
  BackupReport,
  RestoreOptions,
  RestoreReport,
} from './backup/index.ts';
import type { StorageTarget } from './open-database.ts';

/** All that the database holds at one moment, while others go on using it. The file must not be there yet. */
export async function writeBackup(
  target: StorageTarget,
  file: string,
  options: BackupOptions,
): Promise<BackupReport> {
  return (await import('./backup/index.ts')).writeBackup(target, file, options);
}

/** Into an empty database of either engine, or over one that may be replaced; all of it or nothing. */
export async function restoreBackup(
  file: string,
  target: StorageTarget,
  options: RestoreOptions,
): Promise<RestoreReport> {
  return (await import('./backup/index.ts')).restoreBackup(file, target, options);
}

/** Whether it could be restored: reads all of it and changes nothing. */
export async function checkBackup(file: string): Promise<BackupCheck> {
  return (await import('./backup/index.ts')).checkBackup(file);
}
