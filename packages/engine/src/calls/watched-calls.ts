/** How the engine runs a call: counted while it is under way, listened to where bodies are kept, and never rejecting. */
import type { CallRecord, Log } from '../observability/index.ts';
import type { AskedCall, Caller } from './asked-call.ts';
import type { BodyLog } from './body-log.ts';
import type { CallWatch } from './call-watch.ts';
import type { EngineParts } from './engine-parts.ts';
import { handleCall } from './handle-call.ts';

interface Handling {
  readonly parts: EngineParts;
  readonly bodies: BodyLog | undefined;
  readonly watch: CallWatch;
}

/** Undefined where the call could not be recorded. */
export async function handleWatched(
  asked: AskedCall,
  caller: Caller,
  { parts, bodies, watch }: Handling,
): Promise<CallRecord | undefined> {
  watch.underWay += 1;
  try {
    return await (bodies === undefined
      ? handleCall(asked, caller, parts)
      : handleListened(asked, caller, { parts, bodies }));
  } catch (error) {
    parts.log.error('A call could not be recorded.', { call: asked.id, error });
    return undefined;
  } finally {
    watch.underWay -= 1;
  }
}

async function handleListened(
  asked: AskedCall,
  caller: Caller,
  { parts, bodies }: { readonly parts: EngineParts; readonly bodies: BodyLog },
): Promise<CallRecord> {
  const listened = bodies.listen(caller);
  const record = await handleCall(asked, listened, parts);
  bodies.keep(asked, listened, record);
  return record;
}

export function logCall(log: Log, record: CallRecord): void {
  const {
    id: call,
    traceId: trace,
    keyId: key,
    requestedModel: asked,
    provider,
    model,
    status,
    error,
    durationMs,
  } = record;
  log.info('call', { call, trace, key, asked, provider, model, status, error, ms: Math.round(durationMs) });
}
