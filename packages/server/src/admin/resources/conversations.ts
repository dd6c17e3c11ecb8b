// Conversations that a project keeps: as much of them as each one's logging says, and no longer than its retention.
import { createHash } from 'node:crypto';
import { canonicalJson, type Json, KeelsonError } from '@keelson/core';
import type { Conversation, ConversationChange, NewMessage, Storage, StoredMessage } from '@keelson/engine';
import {
  type AnyApiRoute,
  type ApiCall,
  decodeCursor,
  encodeCursor,
  limitOf,
  object,
  pageOf,
  route,
  type ValueOf,
} from '../contract/index.ts';
import {
  added,
  change,
  count,
  logged,
  made,
  message,
  messages,
  old,
  pages,
  shown,
  stored,
  usualDays,
} from './conversation-shapes.ts';
import { defined } from './defined.ts';
import { projectOf } from './project.ts';
import { optionalTimeOf, toTime } from './times.ts';

export interface ConversationRoutesDeps {
  readonly storage: Pick<Storage, 'conversations' | 'tenants'>;
  readonly now: () => number;
  readonly newId: () => string;
}

const chapter = 'Conversations';
const dayMs = 86_400_000;
export function conversationRoutes(deps: ConversationRoutesDeps): readonly AnyApiRoute[] {
  return [
    listConversations(deps),
    createConversation(deps),
    logConversation(deps),
    getConversation(deps),
    updateConversation(deps),
    listMessages(deps),
    addMessage(deps),
    addMessages(deps),
    removeMessages(deps),
  ];
}

function listConversations(deps: ConversationRoutesDeps): AnyApiRoute {
  const { storage } = deps;
  return route({
    name: 'listConversations',
    method: 'GET',
    path: '/conversations',
    chapter,
    summary: 'Conversations of the project, the newest first',
    permission: 'conversations:read',
    query: pages,
    answer: pageOf('Conversations.', shown),
    example: { query: { limit: 10 } },
    handle: async (call) => {
      const [before] = decodeCursor(call.query.cursor, ['string']) ?? [];
      const most = limitOf(call.query);
      const found = await storage.conversations.list({
        workspace: await projectOf(call, storage),
        limit: most + 1,
        ...(before !== undefined && { before }),
      });
      const data = found.slice(0, most).map(show);
      const last = data.at(-1);
      return {
        data,
        next_cursor: found.length > most && last !== undefined ? encodeCursor([last.id]) : null,
      };
    },
  });
}

function createConversation(deps: ConversationRoutesDeps): AnyApiRoute {
  return route({
    name: 'createConversation',
    method: 'POST',
    path: '/conversations',
    chapter,
    summary: 'Begins a conversation',
    permission: 'conversations:write',
    body: made,
    answer: shown,
    isMaking: true,
    action: 'conversations.create',
    example: { body: { title: 'a conversation', model_alias: 'fast', logging: 'full' } },
    handle: async (call) => show(await begin(call, call.body, deps)),
  });
}

function logConversation(deps: ConversationRoutesDeps): AnyApiRoute {
  return route({
    name: 'logConversation',
    method: 'POST',
    path: '/conversations/log',
    chapter,
    summary: 'Keeps what was said elsewhere, in a new conversation or in one that there is',
    permission: 'conversations:write',
    body: logged,
    answer: added,
    isMaking: true,
    action: 'conversations.log',
    example: {
      body: {
        title: 'a talk',
        logging: 'full',
        messages: [
          { role: 'user', content: 'Hello!' },
          { role: 'assistant', content: 'Hello.', output_tokens: 2 },
        ],
      },
    },
    handle: async (call) => {
      const { conversation_id, messages: new_, ...fields } = call.body;
      const id = conversation_id ?? (await begin(call, fields, deps)).id;
      return append(call, { id, messages: new_ }, deps);
    },
  });
}

function getConversation(deps: ConversationRoutesDeps): AnyApiRoute {
  return route({
    name: 'getConversation',
    method: 'GET',
    path: '/conversations/{id}',
    chapter,
    summary: 'One conversation',
    permission: 'conversations:read',
    answer: shown,
    example: {},
    handle: async (call) => show(await find(call, deps)),
  });
}

function updateConversation(deps: ConversationRoutesDeps): AnyApiRoute {
  const { storage, now } = deps;
  return route({
    name: 'updateConversation',
    method: 'PATCH',
    path: '/conversations/{id}',
    chapter,
    summary: 'Changes a conversation',
    description: 'What its logging or its retention does not allow any more goes at once.',
    permission: 'conversations:write',
    body: change,
    answer: shown,
    action: 'conversations.update',
    example: { body: { title: 'another title', logging: 'metadata' } },
    handle: async (call) => {
      const former = await find(call, deps);
      const { workspace, id } = former;
      const changed = changeOf(call.body, former);
      return show((await storage.conversations.update({ workspace, id }, changed, now())) ?? nothing(id));
    },
  });
}

function listMessages(deps: ConversationRoutesDeps): AnyApiRoute {
  const { storage } = deps;
  return route({
    name: 'listMessages',
    method: 'GET',
    path: '/conversations/{id}/messages',
    chapter,
    summary: 'Messages of a conversation, in order',
    permission: 'conversations:read',
    query: pages,
    answer: pageOf('Messages.', stored),
    example: { query: { limit: 10 } },
    handle: async (call) => {
      const { id } = await find(call, deps);
      const [after] = decodeCursor(call.query.cursor, ['number']) ?? [];
      const most = limitOf(call.query);
      const found = await storage.conversations.messages({
        conversation: id,
        limit: most + 1,
        ...(after !== undefined && { after }),
      });
      const data = found.slice(0, most).map(showMessage);
      const last = data.at(-1);
      return {
        data,
        next_cursor: found.length > most && last !== undefined ? encodeCursor([last.seq]) : null,
      };
    },
  });
}

function addMessage(deps: ConversationRoutesDeps): AnyApiRoute {
  return route({
    name: 'addMessage',
    method: 'POST',
    path: '/conversations/{id}/messages',
    chapter,
    summary: 'Adds a message',
    permission: 'conversations:write',
    body: message,
    answer: added,
    isMaking: true,
    action: 'conversations.append',
    example: { body: { role: 'user', content: 'Hello!' } },
    handle: async (call) => append(call, { id: call.params.id ?? '', messages: [call.body] }, deps),
  });
}

function addMessages(deps: ConversationRoutesDeps): AnyApiRoute {
  return route({
    name: 'addMessages',
    method: 'POST',
    path: '/conversations/{id}/messages/batch',
    chapter,
    summary: 'Adds several messages, all or none',
    permission: 'conversations:write',
    body: object({ messages }),
    answer: added,
    isMaking: true,
    action: 'conversations.append',
    example: { body: { messages: [{ role: 'user', content: 'Hello!' }] } },
    handle: async (call) => append(call, { id: call.params.id ?? '', messages: call.body.messages }, deps),
  });
}

function removeMessages(deps: ConversationRoutesDeps): AnyApiRoute {
  const { storage } = deps;
  return route({
    name: 'removeMessages',
    method: 'DELETE',
    path: '/conversations/{id}/messages',
    chapter,
    summary: 'Removes old messages, or all',
    permission: 'conversations:write',
    query: old,
    answer: object({ removed: count('How many messages were removed.') }),
    action: 'conversations.remove_messages',
    example: { query: { before: '2026-01-31T12:00:00Z' } },
    handle: async (call) => {
      const { id } = await find(call, deps);
      return { removed: await storage.conversations.removeMessages(id, optionalTimeOf(call.query.before)) };
    },
  });
}

async function begin(
  call: ApiCall<unknown, unknown>,
  fields: ValueOf<typeof made>,
  { storage, now, newId }: ConversationRoutesDeps,
): Promise<Conversation> {
  const workspace = await projectOf(call, storage);
  const at = now();
  const days = fields.retention_days ?? usualDays;
  const level = fields.logging ?? 'metadata';
  const conversation: Conversation = {
    ...{ id: newId(), workspace, createdAt: at, createdBy: call.caller.keyId, updatedAt: at },
    ...{ logging: level, retentionDays: days, expiresAt: at + days * dayMs },
    ...{ messages: 0, inputTokens: 0, outputTokens: 0 },
    settings: defined({ temperature: fields.temperature, max_tokens: fields.max_tokens }),
    ...defined({ title: fields.title, modelAlias: fields.model_alias }),
    ...(level === 'full' && defined({ systemPrompt: fields.system_prompt })),
  };
  await storage.conversations.insert(conversation);
  return conversation;
}

/** What stands elsewhere is not told apart from what is not there. */
async function find(
  call: ApiCall<unknown, unknown>,
  { storage }: ConversationRoutesDeps,
): Promise<Conversation> {
  const { id = '' } = call.params;
  const workspace = await projectOf(call, storage);
  return (await storage.conversations.find(workspace, id)) ?? nothing(id);
}

function nothing(id: string): never {
  throw new KeelsonError('not_found', `There is no conversation \`${id.slice(0, 64)}\`.`, {
    hint: 'GET /api/v1/conversations lists those that there are; those whose time is over are gone.',
  });
}

async function append(
  call: ApiCall<unknown, unknown>,
  what: { readonly id: string; readonly messages: readonly ValueOf<typeof message>[] },
  { storage, now }: ConversationRoutesDeps,
) {
  const place = { workspace: await projectOf(call, storage), id: what.id };
  const done = await storage.conversations.append(place, what.messages.map(toMessage), now());
  if (done === undefined) return nothing(what.id);
  return { conversation: show(done.conversation), first_seq: done.firstSeq, added: what.messages.length };
}

function toMessage(one: ValueOf<typeof message>): NewMessage {
  return {
    role: one.role,
    content: one.content as Json,
    contentSha256: hashOf(one.content),
    ...defined({
      toolCalls: one.tool_calls as Json | undefined,
      inputTokens: one.input_tokens,
      outputTokens: one.output_tokens,
    }),
  };
}

function hashOf(said_: unknown): string {
  const words = typeof said_ === 'string' ? said_ : canonicalJson(said_);
  return createHash('sha256').update(words).digest('hex');
}

function changeOf(body: ValueOf<typeof change>, former: Conversation): ConversationChange {
  const { temperature: heat, max_tokens } = body;
  const settings = Object.fromEntries(
    Object.entries({
      ...former.settings,
      ...(heat !== undefined && { temperature: heat }),
      ...(max_tokens !== undefined && { max_tokens }),
    }).filter(([, value]) => value !== null),
  );
  return {
    settings,
    ...defined({
      title: body.title,
      systemPrompt: body.system_prompt,
      modelAlias: body.model_alias,
      logging: body.logging,
      retentionDays: body.retention_days,
    }),
  };
}

function show(one: Conversation): ValueOf<typeof shown> {
  return {
    id: one.id,
    title: one.title,
    system_prompt: one.systemPrompt,
    model_alias: one.modelAlias,
    temperature: one.settings.temperature as number | undefined,
    max_tokens: one.settings.max_tokens as number | undefined,
    logging: one.logging,
    retention_days: one.retentionDays,
    created_at: toTime(one.createdAt),
    created_by: one.createdBy,
    updated_at: toTime(one.updatedAt),
    expires_at: toTime(one.expiresAt),
    message_count: one.messages,
    input_tokens: one.inputTokens,
    output_tokens: one.outputTokens,
  };
}

function showMessage(one: StoredMessage): ValueOf<typeof stored> {
  return {
    seq: one.seq,
    role: one.role,
    content: one.content as never,
    content_hash: one.contentSha256,
    tool_calls: one.toolCalls as never,
    input_tokens: one.inputTokens,
    output_tokens: one.outputTokens,
    at: toTime(one.at),
  };
}
