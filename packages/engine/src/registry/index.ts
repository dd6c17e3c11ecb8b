// Where registry files come from: bundled, folders, the web with a cache on disk. What stands in them belongs to core.
export { buildManifest } from './build-manifest.ts';
export { bundledSource } from './bundled-source.ts';
export {
  createRegistryFolder,
  type DraftFileRequest,
  draftRegistryFile,
  type FolderFile,
  listDrafts,
  promoteDraftFile,
  type RegistryFolder,
  reviewDraftFile,
  validateRegistryFolder,
} from './curate-folder.ts';
export {
  type LoadedRegistry,
  loadRegistry,
  openRegistrySource,
  type RegistrySettings,
} from './open-registry.ts';
export type { RegistrySource, SourcedFile } from './registry-source.ts';
