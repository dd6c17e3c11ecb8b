/**
 * A copy of a call for a target that is being tried out. Its answer goes to nobody, its record says whose shadow it is, and
 * it is billed to no caller's key.
 */
import type { Plan, Routing } from '../routing/index.ts';
import type { AskedCall, Caller } from './asked-call.ts';
import type { EngineParts } from './engine-parts.ts';

/** In the record, in place of the caller's key. */
const shadowKey = 'shadow';
/** The tag that names the call it copies. */
const shadowTag = 'shadow-of';

type Handle = (asked: AskedCall, caller: Caller, parts: EngineParts) => Promise<unknown>;

/** Nobody waits for it, and it cannot fail: `handle` never rejects. */
export function sendShadow(asked: AskedCall, plan: Plan, parts: EngineParts, handle: Handle): void {
  if (plan.shadow === undefined) return;
  const { identity } = asked;
  const { cache: _wish, ...controls } = asked.controls;
  const copy: AskedCall = {
    ...asked,
    id: parts.newId(),
    identity: { ...identity, keyId: shadowKey },
    controls: { ...controls, tags: { ...controls.tags, [shadowTag]: asked.id } },
  };
  const { answers: _answers, cache: _known, ...others } = parts;
  void handle(copy, createNobody(), { ...others, routing: onlyShadow(plan, parts.routing) });
}

function onlyShadow({ shadow, ...plan }: Plan, routing: Routing): Routing {
  const { cacheTtlMs: _ttl, ...kept } = plan.policy;
  const targets = shadow === undefined ? [] : [shadow];
  const policy = { ...kept, maxAttempts: 1, retries: 0, mayHedge: false };
  return {
    plan: () => ({ ...plan, targets, policy, escalations: {} }),
    nextStep: (...question) => routing.nextStep(...question),
    mayTry: (target) => routing.mayTry(target),
    learn: (lesson) => routing.learn(lesson),
    hedgeAfterMs: () => undefined,
  };
}

function createNobody(): Caller {
  return {
    start: () => {},
    write: () => true,
    end: () => {},
    onDrain: () => {},
    hasLeft: false,
    onLeave: () => {},
  };
}
