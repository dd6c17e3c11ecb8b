/**
 * The engine in this process behind the same interface as a gateway: no server, no port, no framework. All of it is loaded with
 * the first call.
 */
import type { LocalEngine, LocalSettings } from '@keelson/engine';
import type { Backend } from './backend.ts';
import { type Client, createClient } from './client.ts';

export interface LocalOptions extends LocalSettings {
  /** An engine that is open already; whoever opened it closes it. */
  readonly opened?: LocalEngine;
}

/**
 * @example
 * const keelson = local({ lockfile: './keelson.lock' });
 * const { text, cost } = await keelson.chat({ model: 'fast', prompt: 'Say ahoy.' });
 */
export function local(options: LocalOptions = {}): Client {
  return createClient(createLazy(options));
}

function createLazy(options: LocalOptions): Backend {
  let loading: Promise<Backend> | undefined;
  const load = (): Promise<Backend> => {
    loading ??= import('./local-backend.ts').then(({ createLocalBackend }) => createLocalBackend(options));
    return loading;
  };
  return forward(load);
}

function forward(load: () => Promise<Backend>): Backend {
  return {
    address: 'the engine in this process',
    ask: async (question) => (await load()).ask(question),
    models: async (signal) => (await load()).models(signal),
    explain: async (question, signal) => (await load()).explain(question, signal),
    proofOf: async (id, signal) => (await load()).proofOf(id, signal),
    receiptKeys: async (signal) => (await load()).receiptKeys(signal),
    record: async (call) => (await load()).record(call),
    conversations: async () => (await load()).conversations(),
    withProfile: (name) => forward(async () => (await load()).withProfile(name)),
    close: async () => (await load()).close(),
  };
}
