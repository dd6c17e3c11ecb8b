/** The canonical answer to a request, by its script: content, limits, stop reason, usage, choices, log probabilities. */
import {
  type ChatChoice,
  type ChatMessage,
  type ChatRequest,
  checkBound,
  type Logprobs,
  type Part,
  type StopReason,
  type TokenLogprob,
} from '@keelson/core';
import { hashText } from '../random.ts';
import type { Script } from '../script/index.ts';
import { splitText } from '../words.ts';
import { applyLimits } from './apply-limits.ts';
import { type Composing, composeContent } from './compose-content.ts';
import { countUsage } from './count-usage.ts';

/** What only the outside knows of an answer. */
export interface AnswerPlace {
  readonly id: string;
  readonly requestId: string;
  /** Seconds since 1970. */
  readonly createdAt: number;
}

export function composeAnswer(
  script: Script,
  composing: Composing,
  { id, createdAt }: AnswerPlace,
): ChatMessage {
  const { request } = composing;
  const { choices = 1 } = request.sampling ?? {};
  checkBound('choices', choices, 'choices');
  const limited = applyLimits(composeContent(script.content, composing), request);
  const choice = withLogprobs(request, {
    parts: limited.parts,
    stop: script.stop ?? limited.stop ?? stopOf(limited.parts),
  });
  return {
    // No dialect's words, so that each renderer fills in whatever its format demands.
    dialect: 'simulator',
    facts: { id, createdAt, model: script.model ?? request.model },
    ...choice,
    ...(choices > 1 && { alternatives: Array.from({ length: choices - 1 }, () => choice) }),
    usage: countUsage(request, limited.parts, script.usage),
  };
}

function stopOf(parts: readonly Part[]): StopReason {
  if (parts.some(({ type }) => type === 'refusal')) return { unified: 'refusal' };
  return { unified: parts.some(({ type }) => type === 'tool-call') ? 'tool-calls' : 'stop' };
}

function withLogprobs({ sampling }: ChatRequest, choice: ChatChoice): ChatChoice {
  if (sampling?.logprobs !== true) return choice;
  const tokens = choice.parts.flatMap((part) => (part.type === 'text' ? splitText(part.text) : []));
  const logprobs: Logprobs = { content: tokens.map((token) => rateToken(token, sampling.topLogprobs ?? 0)) };
  return { ...choice, logprobs };
}

/** The likelihood of a token is made from its text; each alternative is less likely than the one before. */
function rateToken(token: string, alternatives: number): TokenLogprob {
  const logprob = -(hashText(token) % 1000) / 1000;
  const top = Array.from({ length: Math.min(alternatives, 20) }, (_, rank) =>
    describeToken(rank === 0 ? token : `${token}~${rank}`, logprob - rank),
  );
  return { ...describeToken(token, logprob), ...{ top } };
}

function describeToken(token: string, logprob: number): TokenLogprob {
  return { token, logprob, bytes: [...Buffer.from(token)] };
}
