// How a registry file comes to its next version: drafted, reviewed, approved by a person, promoted, and looked at as a whole.
export {
  type DraftRequest,
  draftRegistry,
  type RegistryDraft,
  readDraft,
  renderDraft,
} from './draft.ts';
export { type ExportForm, exportForms, exportRegistry } from './export-registry.ts';
export { type Approval, type Promotion, promoteDraft } from './promote.ts';
export { type ProviderStats, type RegistryStats, registryStats, type SourceStats } from './registry-stats.ts';
export { type DraftReview, type FieldChange, type ModelReview, reviewDraft } from './review.ts';
export { type RegistryValidation, validateRegistry } from './validate-registry.ts';
