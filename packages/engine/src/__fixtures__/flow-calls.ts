/** Flows of the tests, kept in a table, and a way to ask for them in any format, answered in our words. */
import {
  type AnyBlock,
  type ChatEvent,
  type ChatMessage,
  type ChatRequest,
  createFrameReader,
  dialects,
  fold,
  KeelsonError,
  ownDialects,
} from '@keelson/core';
import { createEnvironment } from '../blocks/index.ts';
import type { AnyDialect, AskedCall, CallControls, Caller, Identity } from '../calls/index.ts';
import { createOpenFlow, type FlowModel, type FlowModels } from '../flows/index.ts';
import type { CallRecord } from '../observability/index.ts';
import type { SmallEngine } from './small-engine.ts';

export type FlowTable = Readonly<Record<string, { readonly block: AnyBlock; readonly takes?: FlowModel['takes'] }>>;

/** Of the workspace `w` alone. */
function flowsOf(table: FlowTable): FlowModels {
  const own = (identity: Identity): FlowTable => (identity.workspace === 'w' ? table : {});
  return {
    find: async (name, identity) => {
      const { block, takes = 'text' } = own(identity)[name] ?? {};
      return block && { block, takes, environment: createEnvironment() };
    },
    list: async (identity) => Object.keys(own(identity)).map((name) => ({ name, createdAt: 1_700_000_000_000 })),
  };
}

interface FlowAsked {
  readonly request?: Partial<ChatRequest>;
  readonly dialect?: keyof typeof dialects | 'keelson';
  readonly controls?: Partial<CallControls>;
  readonly identity?: Partial<Identity>;
  readonly traceId?: string;
  readonly caller?: FlowCaller;
  readonly endpoint?: 'chat' | 'embed';
}

interface FlowAnswered {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly record: CallRecord;
  readonly events: readonly ChatEvent[];
  readonly message: ChatMessage;
  /** Of an answer that is an error, or a stream that ended with one. */
  readonly error: KeelsonError | undefined;
}

export class FlowCaller implements Caller {
  status: number | undefined;
  headers: Readonly<Record<string, string>> = {};
  readonly pieces: Buffer[] = [];
  hasLeft = false;
  /** Told after each piece; false is a full socket. */
  onPiece: () => boolean = () => true;
  #leave = (): void => {};
  drain = (): void => {};

  start(status: number, headers: Readonly<Record<string, string>>): void {
    if (this.status !== undefined) throw new Error('The answer was begun twice.');
    Object.assign(this, { status, headers });
  }

  write(bytes: Uint8Array | string): boolean {
    this.pieces.push(Buffer.from(bytes as Uint8Array));
    return this.onPiece();
  }

  end(bytes?: Uint8Array | string): void {
    if (bytes !== undefined) this.pieces.push(Buffer.from(bytes as Uint8Array));
  }

  onDrain(run: () => void): void {
    this.drain = run;
  }

  onLeave(run: () => void): void {
    this.#leave = run;
  }

  leave(): void {
    this.hasLeft = true;
    this.#leave();
  }
}

export const say = (text: string): ChatRequest['turns'] => [{ role: 'user', parts: [{ type: 'text', text }] }];

export function createFlowAsker(small: SmallEngine, table: FlowTable) {
  const { engine } = small;
  const openFlow = createOpenFlow({ flows: flowsOf(table), call: engine.call, newId: engine.newId });
  return async (name: string, asked: FlowAsked = {}): Promise<FlowAnswered> => {
    const dialect = (asked.dialect === 'keelson'
      ? ownDialects.chat
      : dialects[asked.dialect ?? 'openai-chat']) as unknown as AnyDialect;
    const request: ChatRequest = { turns: say('Hello.'), ...asked.request, model: `flow:${name}` };
    const { value } = dialect.outbound.renderRequest(request, dialect.quirks);
    const caller = asked.caller ?? new FlowCaller();
    const call: AskedCall = {
      id: engine.newId(),
      endpoint: asked.endpoint ?? 'chat',
      dialect,
      identity: { keyId: 'k', workspace: 'w', ...asked.identity },
      controls: { tags: {}, ...asked.controls },
      wire: { ...value, method: 'POST', headers: {}, body: JSON.stringify(value.body) },
      openFlow,
      ...(asked.traceId !== undefined && { traceId: asked.traceId }),
    };
    const record = await engine.call(call, caller);
    if (record === undefined) throw new Error('The call left no record.');
    const { status, headers } = caller;
    return { status, headers, record, body: Buffer.concat(caller.pieces).toString(), ...readAnswer(dialect, caller) };
  };
}

function readAnswer(dialect: AnyDialect, { status = 0, headers, pieces }: FlowCaller) {
  const bytes = Buffer.concat(pieces);
  const nothing = { events: [], message: fold([]) };
  if (status !== 200) {
    const error = status === 0 ? undefined : dialect.outbound.parseError({ status, headers, body: bytes.toString() });
    return { ...nothing, error };
  }
  const isWhole = headers['content-length'] !== undefined;
  const events = isWhole
    ? dialect.outbound.parseResponse({ status, headers, body: bytes.toString() })
    : readStream(dialect, bytes);
  const message = fold(events);
  return { events, message, error: message.error };
}

function readStream(dialect: AnyDialect, bytes: Buffer): ChatEvent[] {
  const reader = createFrameReader(dialect.framing);
  const parser = dialect.outbound.createStreamParser(dialect.quirks);
  const frames = [...reader.push(bytes), ...reader.end()];
  return [...frames.flatMap((frame) => parser.push(frame)), ...parser.end()];
}
