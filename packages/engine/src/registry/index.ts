// Where registry files come from: bundled, folders, the web with a cache on disk. What stands in them belongs to core.
export { assertFresh } from './assert-fresh.ts';
export { buildManifest } from './build-manifest.ts';
export { bundledSource } from './bundled-source.ts';
export {
  approveDraftFile,
  createRegistryFolder,
  type DraftFileRequest,
  draftRegistryFile,
  listDrafts,
  promoteDraftFile,
  type RegistryFolder,
  readApproval,
  reviewDraftFile,
} from './curate-folder.ts';
export {
  type LoadedRegistry,
  loadRegistry,
  openRegistrySource,
  type RegistrySettings,
} from './open-registry.ts';
export type { RegistrySource, SourcedFile } from './registry-source.ts';
export { type FolderFile, validateRegistryFolder, validateRegistryPath } from './validate-folder.ts';
export { writeWhole } from './write-whole.ts';
