/** The provider for the AI SDK, an entry point of its own: applications without the AI SDK load none of it. */
export {
  createEarlierKeelson,
  createKeelson,
  type EarlierKeelsonProvider,
  type KeelsonProvider,
  type KeelsonSettings,
} from './create-keelson.ts';
export type { KeelsonOptions } from './render-call.ts';
