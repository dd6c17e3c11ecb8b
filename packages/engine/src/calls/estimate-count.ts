/**
 * How long a prompt is, for a target whose format has no such question. Asking the model itself would cost as much as an
 * answer, so the count is estimated here and said to be that.
 */
import { dialects, type Loss } from '@keelson/core';
import type { Target } from '../routing/index.ts';
import type { AnyDialect } from './asked-call.ts';
import type { CallState } from './call-state.ts';
import type { ReadCall } from './open-call.ts';

/** Whether the target's format can be asked for the length alone. */
export function canCount({ speech }: Target): boolean {
  const { relay } = (dialects as unknown as Readonly<Record<string, AnyDialect>>)[speech.dialect] ?? {};
  return Object.values(relay?.ways ?? {}).some(({ purpose }) => purpose === 'count-tokens');
}

/** Four characters a token, which is near the truth for most text. */
const charactersPerToken = 4;

export const estimatedCount: Loss = {
  field: 'purpose',
  action: 'emulated',
  detail: 'The target cannot count tokens; the count is an estimate.',
};

export function answerEstimate(
  { asked, caller, call }: CallState,
  headers: Readonly<Record<string, string>>,
): void {
  const { body } = asked.wire;
  const total = Math.ceil(body.length / charactersPerToken);
  const message = {
    parts: [],
    stop: { unified: 'stop' },
    facts: {},
    usage: { input: { total }, output: {} },
  } as const;
  const { value } = (asked.dialect as AnyDialect).inbound.renderResponse(
    message,
    (call as ReadCall).request(),
  );
  const text = JSON.stringify(value);
  caller.start(200, {
    'content-type': 'application/json',
    'content-length': String(text.length),
    ...headers,
  });
  caller.end(text);
}
