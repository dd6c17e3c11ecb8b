/**
 * The real gateway for the journeys, over a real socket: one provider that speaks one format and nothing else, at the
 * simulator, behind the name of the model that all clients ask for. Nothing of the gateway is replaced.
 */
import type { AddressInfo } from 'node:net';
import type { DialectName } from '@keelson/core';
import {
  type CallRecord,
  type Engine,
  type EngineSettings,
  type FlowModels,
  type Identity,
  openEngine,
  type ProviderConfig,
  providerForms,
  Secret,
} from '@keelson/engine';
import { createApp, createKeyRing, hashKey } from '@keelson/server';
import { model } from './samples.ts';

export interface Gateway {
  readonly url: string;
  readonly engine: Engine;
  /** Of every call so far, once all of them are over; a caller may have its answer a little before. */
  records(): Promise<readonly CallRecord[]>;
  close(): Promise<void>;
}

export interface GatewayOptions {
  readonly provider: ProviderConfig;
  /** What the caller must show; all clients of the journeys show `test`. */
  readonly callerKey?: string;
  /** What clients ask for, and where it leads. */
  readonly aliases?: NonNullable<EngineSettings['aliases']>;
  /** Whoever opened it closes it. */
  readonly cache?: NonNullable<EngineSettings['cache']>;
  /** What the journey needs of the engine besides; whoever opened a storage closes it. */
  readonly engine?: Partial<EngineSettings>;
  /** Keys beside the usual one, with whose they are. */
  readonly keys?: Readonly<Record<string, Identity>>;
  readonly flows?: FlowModels;
}

export async function startGateway({
  provider,
  callerKey = 'test',
  ...more
}: GatewayOptions): Promise<Gateway> {
  const aliases = more.aliases ?? { [model]: { targets: [`${provider.name}:${model}`], retries: 0 } };
  // These vendors fail again and again on purpose.
  const circuit = { failuresInRow: 1e9, minCalls: 1e9 };
  const cache = more.cache === undefined ? {} : { cache: more.cache };
  const engine = openEngine({ providers: [provider], aliases, circuit, ...cache, ...more.engine });
  const calls: Promise<CallRecord | undefined>[] = [];
  const keeping: typeof engine = {
    ...engine,
    call: (...asked) => {
      const call = engine.call(...asked);
      calls.push(call);
      return call;
    },
  };
  const known: Record<string, Identity> = { [callerKey]: { keyId: 'k1', workspace: 'w1' }, ...more.keys };
  const keys = createKeyRing(new Map(Object.entries(known).map(([key, whose]) => [hashKey(key), whose])));
  const uptimeSeconds = (): number => process.uptime();
  const flows = more.flows === undefined ? {} : { flows: more.flows };
  const options = {
    version: '1.0.0',
    uptimeSeconds,
    engine: keeping,
    keys,
    maxBodyBytes: 1_000_000,
    ...flows,
  };
  const app = createApp(options);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    engine,
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    records: async () => {
      const records = await Promise.all(calls);
      if (records.includes(undefined)) throw new Error('A call has no record.');
      return records as CallRecord[];
    },
    close: async () => {
      app.server.closeAllConnections();
      await app.close();
      await engine.close();
    },
  };
}

/** The vendor of each format, and what stands before the form's own paths where the simulator serves many vendors. */
const vendors: Readonly<Record<DialectName, { readonly form: string; readonly prefix?: string }>> = {
  'anthropic-messages': { form: 'anthropic' },
  'bedrock-converse': { form: 'bedrock' },
  'cohere-chat': { form: 'cohere' },
  'gemini-generate': { form: 'gemini' },
  'mistral-chat': { form: 'mistral', prefix: '/mistral' },
  'ollama-chat': { form: 'ollama' },
  'ollama-generate': { form: 'ollama' },
  'openai-chat': { form: 'openai' },
  'openai-completions': { form: 'openai' },
  'openai-responses': { form: 'openai' },
};

/** The vendor's own form, left with a single format where it has several. */
export function vendorOf(dialect: DialectName, url: string): ProviderConfig {
  const { form: name, prefix = '' } = vendors[dialect];
  const form = formNamed(name);
  const only = { ...form, chat: form.chat.filter((speech) => speech.dialect === dialect) };
  return configure(only, url + prefix);
}

/** Any vendor's form at the simulator. */
export function vendorNamed(name: string, url: string): ProviderConfig {
  return configure(formNamed(name), url);
}

function formNamed(name: string): ProviderConfig['form'] {
  const form = providerForms.get(name);
  if (form === undefined) throw new Error(`No provider form is called \`${name}\`.`);
  return form;
}

function configure(form: ProviderConfig['form'], address: string): ProviderConfig {
  return { name: 'vendor', form, address, key: new Secret('sk-vendor'), settings: { region: 'us-east-1' } };
}
