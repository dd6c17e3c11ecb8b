/**
 * What two calls must have in common to be given the same answer, as one hash: who may share it, who is asked, in which format
 * the answer goes out, and everything in the request that can change it.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '@keelson/core';
import type { Plan, Target } from '../routing/index.ts';
import type { AnyDialect } from './asked-call.ts';
import type { ReadCall } from './open-call.ts';

/** Raised whenever a format starts to say any answer in another way, so that old answers are not given any more. */
const version = 1;

/** Fields of each format that tell the vendor who asks and what for, and change no answer. All others count. */
const fieldsBeside: Readonly<Record<string, readonly string[]>> = {
  'openai-chat': ['metadata', 'prompt_cache_key', 'safety_identifier', 'user'],
  'openai-completions': ['user'],
  'openai-embeddings': ['user'],
  'anthropic-messages': ['metadata'],
  'gemini-generate': ['labels'],
  'bedrock-converse': ['requestMetadata'],
};

/** Undefined where no two requests are the same: their answers are not for others. */
export function hashRequest({ asked, isStream }: ReadCall, plan: Plan): string | undefined {
  const { dialect, endpoint, identity, wire } = asked;
  const body = canonicalBody(wire.body, fieldsBeside[dialect.name] ?? none);
  if (body === undefined) return undefined;
  const { provider, model, speech } = plan.targets[0] as Target;
  const facts = [
    identity.workspace,
    version,
    `${provider.name}:${model}`,
    speech.dialect,
    dialect.name,
    endpoint,
    isStream,
    plan.policy.lossPolicy,
    wire.path,
    Object.entries(wire.query).toSorted(byName),
    countedHeaders(dialect as AnyDialect, wire.headers),
    ...(plan.defaults === undefined ? none : [plan.defaults]),
  ];
  return createHash('sha256').update(JSON.stringify(facts)).update('\n').update(body).digest('hex');
}

const none: readonly string[] = [];

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}

/** Those that go on to a provider. */
function countedHeaders({ relay }: AnyDialect, headers: Readonly<Record<string, string>>): unknown {
  return relay?.headers?.map((name) => [name, headers[name] ?? null]) ?? none;
}

type Reviver = (name: string, value: unknown, context: { readonly source?: string }) => unknown;

function canonicalBody(text: string, beside: readonly string[]): string | undefined {
  try {
    const body = JSON.parse(text, asWritten as Parameters<typeof JSON.parse>[1]) as Record<string, unknown>;
    if (changesState(body)) return undefined;
    for (const name of beside) delete body[name];
    return canonicalJson(body);
  } catch {
    return undefined;
  }
}

/** Two numbers are the same only if they are written alike: what a double cannot tell apart, a provider may. */
const asWritten: Reviver = (_name, value, { source }) =>
  typeof value === 'number' && source !== undefined ? { '\0': source } : value;

/** Conversations that the vendor keeps go on with every call, and what runs in the background has no answer yet. */
function changesState({ conversation, background }: Record<string, unknown>): boolean {
  return (conversation !== undefined && conversation !== null) || background === true;
}
