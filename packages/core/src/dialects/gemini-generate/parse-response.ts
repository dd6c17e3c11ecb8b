/** A whole answer becomes the events that a stream of it would give. */
import type { Json, JsonObject } from '../../json/index.ts';
import {
  type AnswerFacts,
  type ChatChoice,
  type ChatEvent,
  type ChatMessage,
  checkBound,
  hasErrorBody,
  inventCallId,
  known,
  type Part,
  replyValue,
  type TokenLogprob,
  unfold,
  WireObject,
  type WireReply,
} from '../../message/index.ts';
import { attachCitations } from './citations.ts';
import { errorFromBody } from './error.ts';
import { blockedStop, hasCalls, parseStop, reasonWord } from './finish-reason.ts';
import { parseParts } from './parts.ts';
import { parseUsage } from './usage.ts';
import { candidateDetails, name } from './wire.ts';

type Forms = Record<string, string>;

export function parseResponse(reply: WireReply): ChatEvent[] {
  const body = replyValue(reply.body);
  const object = Array.isArray(body) ? ((body as readonly Json[])[0] ?? null) : body;
  if (hasErrorBody(object)) return [{ type: 'error', error: errorFromBody(reply, body) }];
  const wire = WireObject.open(object, '', 'lenient');
  return unfold(wire.has('totalTokens') ? parseCount(wire) : parseMessage(wire));
}

function parseMessage(wire: WireObject): ChatMessage {
  const forms: Forms = {};
  const candidates = wire.list('candidates');
  if (candidates === undefined) forms.candidates = 'absent';
  checkBound('choices', candidates?.length ?? 0, 'candidates', 'invalid_response');
  const facts = parseFacts(wire, forms);
  const [first, ...alternatives] = (candidates ?? []).map((candidate, at) =>
    parseCandidate(candidate, at, facts),
  );
  const usage = wire.record('usageMetadata');
  const answer = wire.annotations(name, forms);
  return {
    dialect: name,
    facts,
    ...(first ?? { parts: [], stop: parseBlocked(facts) }),
    ...(alternatives.length > 0 && { alternatives }),
    ...(usage !== undefined && { usage: parseUsage(usage) }),
    ...(Object.keys(answer).length > 0 && { answer }),
  };
}

/** What is around the candidates. The time is kept in seconds, and as it was written. */
function parseFacts(wire: WireObject, forms: Forms): AnswerFacts {
  const created = wire.string('createTime');
  if (created !== undefined) forms.createTime = created;
  const createdAt = created === undefined ? Number.NaN : Math.floor(Date.parse(created) / 1000);
  return known({
    id: wire.string('responseId'),
    model: wire.string('modelVersion'),
    createdAt: Number.isFinite(createdAt) ? createdAt : undefined,
    promptFeedback: wire.record('promptFeedback'),
    modelStatus: wire.record('modelStatus'),
  });
}

/** Without a candidate the reason stands with the prompt. */
export function parseBlocked({ promptFeedback }: AnswerFacts): ChatChoice['stop'] {
  const reason = reasonWord((promptFeedback as JsonObject | undefined)?.blockReason);
  return reason === undefined ? { unified: 'unknown' } : blockedStop(reason);
}

function parseCandidate(value: Json, at: number, { id }: AnswerFacts): ChatChoice {
  const wire = WireObject.open(value, `candidates[${at}]`, 'lenient');
  const forms: Forms = {};
  const content = wire.object('content');
  content?.constant('role', 'model');
  if (content !== undefined && !content.has('role')) forms.role = 'absent';
  const list = content?.list('parts');
  if (list === undefined) forms.content = content === undefined ? 'absent' : 'bare';
  const parts = fillIds(parseParts(list ?? [], `candidates[${at}].content.parts`, 'lenient'), id);
  const index = wire.number('index');
  if (index !== at) forms.index = index === undefined ? 'absent' : String(index);
  const raw = parseReason(wire, forms);
  const details = parseDetails(wire);
  const logprobs = parseLogprobs(wire);
  return {
    parts: details === undefined ? parts : attachCitations(parts, details),
    stop: parseStop(raw, hasCalls(parts)),
    ...known({ logprobs: logprobs && { content: logprobs }, details }),
    ...wire.annotations(name, forms),
  };
}

/** Calls without an id get one that is the same in a stream of the answer. */
function fillIds(parts: readonly Part[], answerId: string | undefined): readonly Part[] {
  let calls = 0;
  return parts.map((part) => {
    if (part.type !== 'tool-call') return part;
    const id = part.id === '' ? inventCallId(answerId, calls) : part.id;
    calls++;
    return id === part.id ? part : { ...part, id };
  });
}

function parseReason(wire: WireObject, forms: Forms): string | undefined {
  const reason = wire.json('finishReason');
  if (typeof reason === 'number') forms.finishReason = String(reason);
  return reasonWord(reason);
}

function parseDetails(wire: WireObject): JsonObject | undefined {
  let details: Record<string, Json> | undefined;
  for (const field of candidateDetails) {
    const value = wire.json(field);
    if (value === undefined) continue;
    details ??= {};
    details[field] = value;
  }
  return details;
}

/** Chosen tokens, each with the alternatives at its place. */
function parseLogprobs(wire: WireObject): TokenLogprob[] | undefined {
  const result = wire.object('logprobsResult');
  const chosen = result?.list('chosenCandidates');
  if (chosen === undefined) return undefined;
  const top = result?.list('topCandidates') ?? [];
  return readTokens(chosen, top);
}

export function readTokens(chosen: readonly Json[], top: readonly Json[]): TokenLogprob[] {
  return chosen.map((value, at) => {
    const others = top[at] as JsonObject | undefined;
    const list = others?.candidates;
    const alternatives = Array.isArray(list) ? (list as readonly Json[]).map(readToken) : undefined;
    return { ...readToken(value), ...known({ top: alternatives }) };
  });
}

function readToken(value: Json): TokenLogprob {
  const wire = WireObject.open(value, 'logprobsResult', 'lenient');
  return {
    token: wire.string('token') ?? '',
    // Zero is left out on this wire: it is certain.
    logprob: wire.number('logProbability') ?? 0,
    ...known({ id: wire.number('tokenId') }),
    ...wire.annotations(name, wire.has('logProbability') ? undefined : { logprob: 'absent' }),
  };
}

/** The answer of `countTokens`: the size of the prompt, by kind where the vendor says so. */
function parseCount(wire: WireObject): ChatMessage {
  const total = wire.required('totalTokens', wire.number('totalTokens'));
  const cacheRead = wire.number('cachedContentTokenCount');
  return {
    dialect: name,
    facts: {},
    parts: [],
    stop: { unified: 'unknown' },
    usage: { input: { total, ...known({ cacheRead }) }, output: {} },
    ...wire.annotations(name),
  };
}
