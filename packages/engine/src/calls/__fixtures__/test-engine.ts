/** An engine of the tests: two providers that are the simulator under other names, and a way to ask as any caller. */
import { type DialectName, dialects, type Json } from '@keelson/core';
import type { Simulator } from '@keelson/simulator';
import { type CallRecord, createIds, silentLog, systemClock, systemRandom } from '../../observability/index.ts';
import { createProvider, type Provider, providerForms } from '../../providers/index.ts';
import { createRouting } from '../../routing/index.ts';
import { Secret } from '../../secrets/index.ts';
import type { AnyDialect, CallControls, Identity } from '../asked-call.ts';
import type { EngineParts } from '../engine-parts.ts';
import { handleCall } from '../handle-call.ts';
import { createTestCaller, type TestCaller } from './test-caller.ts';

interface Asked {
  readonly model?: string;
  readonly text?: string;
  readonly stream?: boolean;
  readonly dialect?: DialectName;
  readonly body?: string;
  /** In place of the usual one of the dialect. */
  readonly path?: string;
  readonly more?: Readonly<Record<string, Json>>;
  readonly controls?: Partial<CallControls>;
  readonly workspace?: string;
  /** What else is known of the caller. */
  readonly identity?: Partial<Identity>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly caller?: TestCaller;
}

interface Answered {
  readonly caller: TestCaller;
  readonly record: CallRecord;
}

export interface TestEngine {
  readonly parts: EngineParts;
  readonly records: CallRecord[];
  ask(asked: Asked): Promise<Answered>;
  close(): Promise<void>;
}

export function createTestEngine(
  simulator: Pick<Simulator, 'url'>,
  changes: Partial<EngineParts> = {},
  routing: Partial<Parameters<typeof createRouting>[0]> = {},
): TestEngine {
  const open = (name: string): Provider =>
    createProvider({ name, form: providerForms.get(name)!, address: simulator.url, key: new Secret('sk-canary') });
  const providers = new Map(['openai', 'anthropic'].map((name) => [name, open(name)]));
  const records: CallRecord[] = [];
  const parts: EngineParts = {
    clock: systemClock,
    log: silentLog,
    newId: createIds(systemClock, systemRandom),
    routing: createRouting({
      providers,
      aliases: {
        first: { targets: ['openai:one', 'anthropic:two'], retries: 0 },
        same: { targets: ['openai:one', 'openai:two'], retries: 0 },
      },
      clock: systemClock,
      random: systemRandom,
      // The tests of a file share one engine and fail again and again on purpose.
      circuit: { failuresInRow: 1e9, minCalls: 1e9 },
      ...routing,
    }),
    costOf: (_, usage) => ({
      status: 'priced',
      nanoDollars: (usage.input.total ?? 0) + 10 * (usage.output.total ?? 0),
      priceVersion: 'test',
    }),
    onRecord: (record) => records.push(record),
    ...changes,
  };
  return {
    parts,
    records,
    ask: async (asked) => {
      const caller = asked.caller ?? createTestCaller();
      return { caller, record: await handleCall(askedCall(asked, parts), caller, parts) };
    },
    close: async () => {
      for (const provider of providers.values()) await provider.close();
    },
  };
}

const paths: Partial<Record<DialectName, string>> = {
  'openai-chat': '/v1/chat/completions',
  'anthropic-messages': '/v1/messages',
};

function askedCall({ dialect = 'openai-chat', controls, ...asked }: Asked, parts: EngineParts) {
  const { model = 'openai:one', text = 'Hello.', stream, more = {}, workspace = 'w1', headers = {} } = asked;
  const body = {
    model,
    ...(dialect === 'anthropic-messages' && { max_tokens: 1000 }),
    ...(stream !== undefined && { stream }),
    messages: [{ role: 'user', content: text }],
    ...more,
  };
  return {
    id: parts.newId(),
    endpoint: 'chat' as const,
    dialect: dialects[dialect] as unknown as AnyDialect,
    identity: { keyId: 'k1', workspace, ...asked.identity },
    controls: { tags: {}, ...controls },
    wire: {
      method: 'POST' as const,
      path: asked.path ?? (paths[dialect] as string),
      query: {},
      headers,
      body: asked.body ?? JSON.stringify(body),
    },
  };
}
