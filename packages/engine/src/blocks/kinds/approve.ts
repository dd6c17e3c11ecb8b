/** Blocks at which a run stops until somebody says something, or until a time is over. They spend nothing. */
import {
  type Block,
  BlockError,
  defineBlock,
  type Expected,
  fail,
  fixedPrior,
  type Json,
} from '@keelson/core';

const atOnce: Expected = Object.freeze({ mean: 0, std: 0, max: null });
const free = () => fixedPrior({ ms: atOnce });

/** Asks a person. `show` makes what the person sees of the payload; the payload itself goes on where the answer is yes. */
export function approve<Payload>(
  name: string,
  show: (payload: Payload) => Json = (payload) => payload as Json,
): Block<Payload, Payload> {
  return defineBlock({
    name,
    kind: 'approve',
    effects: 'none',
    body: {
      type: 'leaf',
      plan: free,
      run: async (payload: never, scope) => {
        const answer = await scope.findAnswer();
        if (answer === undefined)
          throw fail(
            'suspended',
            'approval_required',
            { path: scope.path, show: show(payload) },
            'not_started',
          );
        const { approved, by, note = null } = answer;
        if (!approved) throw fail('denied', 'approval_denied', { by, note }, 'not_started');
        return payload;
      },
    },
  });
}

/** Waits for an event: its payload is the block's output. */
export function waitFor<Payload>(name: string, event: string): Block<Payload, Json> {
  return defineBlock({
    name,
    kind: 'wait-for',
    effects: 'none',
    body: {
      type: 'leaf',
      plan: free,
      run: async (_payload: never, scope) => {
        const answer = await scope.findAnswer();
        if (answer !== undefined) return answer.payload ?? null;
        const reason = 'event_awaited';
        throw new BlockError({
          reason,
          errorType: 'suspended',
          details: { path: scope.path, event },
          effect: 'not_started',
        });
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
        await scope.sleep(ms);
        return payload;
      },
    },
  });
}
