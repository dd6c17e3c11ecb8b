/** Blocks at which a run stops until somebody says something, or until a time is over. They spend nothing. */
import { type Block, defineBlock, type Expected, fail, fixedPrior, type Json } from '@keelson/core';

const atOnce: Expected = Object.freeze({ mean: 0, std: 0, max: null });
const free = () => fixedPrior({ ms: atOnce });

const usualExpiry = 7 * 86_400_000;

export interface ApproveSettings<Payload> {
  /** What the person sees; the payload itself, which goes on where the answer is yes, when left out. */
  readonly show?: (payload: Payload) => Json;
  /** After it, the answer is no; 7 days when left out. */
  readonly expiresInMs?: number;
}

/** Asks a person, about exactly this payload. */
export function approve<Payload>(
  name: string,
  { show = (payload) => payload as Json, expiresInMs = usualExpiry }: ApproveSettings<Payload> = {},
): Block<Payload, Payload> {
  return defineBlock({
    name,
    kind: 'approve',
    effects: 'none',
    body: {
      type: 'leaf',
      plan: free,
      run: async (payload: never, scope) => {
        const asked = { input: (payload ?? null) as Json, show: show(payload) };
        const { approved, by, note = null } = await scope.waitFor({ for: 'approval', ...asked, expiresInMs });
        if (!approved) throw fail('denied', 'approval_denied', { by, note }, 'not_started');
        return payload;
      },
    },
  });
}

/** Waits for an event: its payload is the block's output. */
export function waitFor<Payload>(
  name: string,
  event: string,
  { expiresInMs }: { readonly expiresInMs?: number } = {},
): Block<Payload, Json> {
  return defineBlock({
    name,
    kind: 'wait-for',
    effects: 'none',
    body: {
      type: 'leaf',
      plan: free,
      run: async (_payload: never, scope) => {
        const bound = expiresInMs === undefined ? {} : { timeoutMs: expiresInMs };
        const { payload = null } = await scope.waitFor({ for: 'event', name: event, ...bound });
        return payload;
      },
    },
  });
}

/** Waits so long, then passes its payload on. */
export function pause<Payload>(name: string, ms: number): Block<Payload, Payload> {
  return defineBlock({
    name,
    kind: 'pause',
    effects: 'none',
    body: {
      type: 'leaf',
      plan: () => fixedPrior({ ms: { mean: ms, std: 0, max: null } }),
      run: async (payload: never, scope) => {
        await scope.waitFor({ for: 'time', ms });
        return payload;
      },
    },
  });
}
