// Backups: all of a database at one moment in a file of our own, and back into a database of either engine.
export {
  type BackupCheck,
  checkBackup,
  type RestoreOptions,
  type RestoreReport,
  restoreBackup,
} from './restore-backup.ts';
export { type BackupOptions, type BackupProgress, type BackupReport, writeBackup } from './write-backup.ts';
