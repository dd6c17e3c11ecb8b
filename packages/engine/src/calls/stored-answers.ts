/**
 * Conversations that a caller goes on with by the id of an earlier answer. A provider that was asked in the caller's own
 * format keeps its answers itself; for all others they are kept here, so that the next turn may go to anybody.
 */
import {
  type ChatEvent,
  type ChatMessage,
  type ChatRequest,
  fold,
  isJsonObject,
  type Json,
} from '@keelson/core';
import type { Clock } from '../observability/index.ts';
import type { Responses, StoredResponse } from '../storage/index.ts';
import type { AnyDialect } from './asked-call.ts';
import type { CallState } from './call-state.ts';
import type { EngineParts } from './engine-parts.ts';
import type { ReadCall } from './open-call.ts';
import { keepingDialect } from './outgoing.ts';

/** As long as the vendor of the format keeps them. */
const keptForMs = 30 * 24 * 3600 * 1000;

/** The call with the conversation that it continues, when it was kept here. */
export async function continueStored(call: ReadCall, { answers, clock }: EngineParts): Promise<ReadCall> {
  const { asked, relayed } = call;
  const id = relayed?.body.previous_response_id;
  if (answers === undefined || asked.dialect.name !== keepingDialect || typeof id !== 'string') return call;
  const stored = await findSoon(answers, clock, asked.identity.workspace, id);
  if (stored === undefined) return call;
  const joined = join(
    stored.request as unknown as ChatRequest,
    stored.message as unknown as ChatMessage,
    call.request(),
  );
  const { relayed: _relayed, ...rest } = call;
  return { ...rest, request: () => joined };
}

/** Once more after a moment: a stream may have ended for its caller just before it was kept. */
async function findSoon(
  answers: Responses,
  clock: Clock,
  workspace: string,
  id: string,
): Promise<StoredResponse | undefined> {
  const found = await answers.find(workspace, id);
  if (found !== undefined) return found;
  await clock.sleep(100);
  return answers.find(workspace, id);
}

function join(before: ChatRequest, answer: ChatMessage, request: ChatRequest): ChatRequest {
  const { previousResponseId: _id, ...service } = request.service ?? {};
  const said = { role: 'assistant', parts: answer.parts } as const;
  return { ...request, service, turns: [...before.turns, said, ...request.turns] };
}

/** Keeps the answer that the caller was given, under the id that it was told. */
export async function keepAnswer(state: CallState): Promise<void> {
  const { winner } = state;
  if (winner?.answered === undefined || winner.outcome !== 'answered') return;
  await keepEvents(state, winner.answered);
}

/** The same of a flow's answer, where its caller may go on with it. */
export async function keepFlowAnswer(state: CallState, events: readonly ChatEvent[]): Promise<void> {
  const { asked, call } = state;
  if (asked.dialect.name !== keepingDialect || (call as ReadCall).request().service?.store === false) return;
  await keepEvents(state, events);
}

async function keepEvents({ asked, call, parts }: CallState, events: readonly ChatEvent[]): Promise<void> {
  const { answers, clock, log } = parts;
  if (answers === undefined) return;
  const request = (call as ReadCall).request();
  const message = fold(events);
  const { value } = (asked.dialect as AnyDialect).inbound.renderResponse(message, request);
  const id = isJsonObject(value as Json) ? (value as { id?: unknown }).id : undefined;
  if (typeof id !== 'string') return;
  const { workspace, keyId } = asked.identity;
  const now = clock.now();
  const kept = { request: request as unknown as Json, message: message as unknown as Json };
  try {
    await answers.insert({ id, workspace, keyId, createdAt: now, expiresAt: now + keptForMs, ...kept });
  } catch (error) {
    // The caller has the answer; only going on by its id is not possible.
    log.warn('An answer could not be kept.', { call: asked.id, error });
  }
}
