// Vendors as forms, and the way of bytes to them and back. Wire formats do not belong here; they are core's dialects.
export { providerForms } from './forms/index.ts';
export {
  createProvider,
  type Provider,
  type ProviderCall,
  type ProviderConfig,
  type Speech,
} from './provider.ts';
export type { ChatSpeech, EmbedSpeech, ProviderForm, RerankSpeech } from './provider-form.ts';
export { isSuccess, type ReplyHandler, type ReplyHeaders, type Sending, type Timeouts } from './transport.ts';
