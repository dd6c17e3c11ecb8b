/** Gives a call what its plan gives to requests that leave it open. Such a call has to be understood, so its bytes cannot pass. */
import { applyDefaults, type ChatRequest } from '@keelson/core';
import type { Plan } from '../routing/index.ts';
import type { ReadCall } from './open-call.ts';
import { isChat } from './whole-answer.ts';

/** Of an earlier plan, nothing stays. */
export function applyPlan(call: ReadCall, { defaults }: Plan): ReadCall {
  const { plain = call } = call;
  if (defaults === undefined || !isChat(call.asked.endpoint)) return plain;
  const { relayed: _bytes, ...understood } = plain;
  let request: ChatRequest | undefined;
  return {
    ...understood,
    plain,
    request: () => {
      request ??= applyDefaults(plain.request(), defaults);
      return request;
    },
  };
}
