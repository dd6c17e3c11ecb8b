/** The engine in this process, asked in our own format as a gateway is: what `local` loads with its first call. */
import { KeelsonError, ownDialects } from '@keelson/core';
import type { AskedCall, CallControls, Engine, LocalEngine } from '@keelson/engine';
import type { Backend, ExplainQuestion, Explanation, Question } from './backend.ts';
import { cancelled } from './call-error.ts';
import { controlHeaders } from './control-headers.ts';
import type { LocalOptions } from './local.ts';
import { LocalCaller } from './local-caller.ts';
import { completeCall } from './recorded-call.ts';
import type { Reply } from './reply.ts';

type EngineModule = typeof import('@keelson/engine');

async function loadEngine(): Promise<EngineModule> {
  try {
    // Bundlers must leave it alone: applications without `local` have no engine.
    return await import(/* webpackIgnore: true */ /* @vite-ignore */ '@keelson/engine');
  } catch (cause) {
    throw notInstalled(cause);
  }
}

function notInstalled(cause: unknown): KeelsonError {
  return new KeelsonError('configuration_invalid', 'The engine cannot be loaded.', {
    hint: 'Install it beside the SDK: `npm install @keelson/engine`. It needs Node 22.18 or later.',
    cause,
  });
}

/** Opens the engine when it is first needed; what failed may be tried again. */
class EngineDoor {
  readonly #options: LocalOptions;
  #opening: Promise<LocalEngine> | undefined;

  constructor(options: LocalOptions) {
    this.#options = options;
  }

  open(): Promise<LocalEngine> {
    const { opened, ...settings } = this.#options;
    if (opened !== undefined) return Promise.resolve(opened);
    this.#opening ??= loadEngine()
      .then(({ openLocalEngine }) => openLocalEngine(settings))
      .catch((error: unknown) => {
        this.#opening = undefined;
        throw error;
      });
    return this.#opening;
  }

  async close(): Promise<void> {
    const engine = await this.#opening?.catch(() => undefined);
    this.#opening = undefined;
    await engine?.close();
  }
}

export function createLocalBackend(options: LocalOptions): Backend {
  return createBackend(options, new EngineDoor(options));
}

function createBackend(options: LocalOptions, door: EngineDoor): Backend {
  const { profile } = options;
  const engine = async (): Promise<Engine> => (await door.open()).engine;
  return {
    address: 'the engine in this process',
    ask: async (question) => {
      const [module, opened] = await Promise.all([loadEngine(), door.open()]);
      return ask(opened.engine, question, { module, profile });
    },
    models: async () =>
      (await engine()).models(profile).map(({ name, provider }) => ({ name, ...(provider && { provider }) })),
    explain: async (question) => explain(await engine(), question, profile),
    proofOf: async (id) => {
      const [{ proveReceipt }, { storage }] = await Promise.all([loadEngine(), door.open()]);
      if (storage === undefined) throw keepsNothing('receipts');
      const proof = await proveReceipt(storage.receipts, id);
      if (proof !== undefined) return proof;
      throw new KeelsonError('not_found', `There is no receipt \`${id}\`.`, {
        hint: 'One is there a tenth of a second after its call.',
      });
    },
    receiptKeys: async () => {
      const { storage } = await door.open();
      if (storage === undefined) throw keepsNothing('receipts');
      return storage.receipts.listKeys();
    },
    record: async (call) => {
      await (await engine()).reportCall({ workspace: 'local', keyId: 'local', ...completeCall(call) });
    },
    conversations: async () => {
      throw new KeelsonError(
        'configuration_invalid',
        'A conversation is kept by a server, and this client has none.',
        {
          hint: 'Name one: `keelson.conversation({ server: new ServerClient({ url, key }) })`; or `connect` to it.',
          details: { field: 'server' },
        },
      );
    },
    withProfile: (name) => createBackend({ ...options, profile: name }, door),
    close: () => door.close(),
  };
}

function keepsNothing(what: string): KeelsonError {
  return new KeelsonError('configuration_invalid', `This client keeps no ${what}.`, {
    hint: 'Name a folder for them: `local({ data: "./keelson-data" })`; or `connect` to a server.',
    details: { field: 'data' },
  });
}

const kinds = {
  '/keelson/v1/chat': 'chat',
  '/keelson/v1/embed': 'embed',
  '/keelson/v1/rerank': 'rerank',
} as const;

interface Asking {
  readonly module: EngineModule;
  readonly profile: string | undefined;
}

function ask(engine: Engine, { path, body, options }: Question, { module, profile }: Asking): Promise<Reply> {
  const { signal } = options;
  if (signal?.aborted) return Promise.reject(cancelled(signal));
  const endpoint = kinds[path as keyof typeof kinds];
  const asked: AskedCall = {
    id: engine.newId(),
    endpoint,
    dialect: ownDialects[endpoint] as AskedCall['dialect'],
    identity: { keyId: 'local', workspace: 'local' },
    controls: readControls(controlHeaders(options, profile), module),
    wire: { method: 'POST', path, query: {}, headers: {}, body: JSON.stringify(body) },
  };
  const caller = new LocalCaller(signal);
  void module.callAndReport(engine, asked, caller);
  return caller.reply;
}

/** As the gateway reads them from headers, so that both refuse the same. */
function readControls(
  headers: Readonly<Record<string, string>>,
  { readControl }: EngineModule,
): CallControls {
  let controls: CallControls = { tags: {} };
  for (const [name, value] of Object.entries(headers)) {
    const control = name.slice('x-keelson-'.length).replaceAll('-', '_');
    controls = { ...controls, ...readControl(control, value, { field: control, says: `\`${control}\`` }) };
  }
  return controls;
}

function explain({ routing }: Engine, question: ExplainQuestion, profile: string | undefined): Explanation {
  const { model, endpoint = 'chat', needs = [], tags = {}, session, stream = false } = question;
  const { inputTokens = 0, maxOutputTokens } = question;
  const facts = {
    inputTokens,
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    hasTools: needs.includes('tools'),
    hasImages: needs.includes('images'),
    hasDocuments: needs.includes('documents'),
    hasAudio: needs.includes('audio'),
    wantsSchema: needs.includes('schema'),
    wantsReasoning: needs.includes('reasoning'),
    metadata: {},
  };
  const explained: unknown = routing.explain({
    endpoint,
    model,
    dialect: 'openai-chat',
    isStream: stream,
    tags,
    ...(session !== undefined && { sessionId: session }),
    ...(profile !== undefined && { profile }),
    facts: () => facts,
  });
  return explained as Explanation;
}
