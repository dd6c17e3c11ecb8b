/** Conversations and their messages: as much of them as whoever made one wants kept, and no longer. */
import type { Json } from '@keelson/core';
import { type Kysely, sql, type Transaction } from 'kysely';
import { fromJsonText, known, toJsonText, toOptionalText, toText } from './columns.ts';
import type { Schema } from './schema.ts';
import type { ConversationRow, MessageRow } from './sync-schema.ts';

/** `none`: only counts. `metadata`: who said something, how long, and the hash of it. `full`: everything. */
export type ConversationLogging = 'none' | 'metadata' | 'full';

export interface Conversation {
  readonly id: string;
  readonly workspace: string;
  readonly title?: string;
  /** Content: kept where the logging is `full`. */
  readonly systemPrompt?: string;
  readonly modelAlias?: string;
  /** What requests get, as JSON. */
  readonly settings: Readonly<Record<string, Json>>;
  readonly logging: ConversationLogging;
  readonly retentionDays: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly createdBy: string;
  readonly updatedAt: number;
  readonly expiresAt: number;
  /** All there ever were, kept or not. */
  readonly messages: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface NewMessage {
  readonly role: string;
  readonly content: Json;
  readonly contentSha256: string;
  readonly toolCalls?: Json;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

export interface StoredMessage extends Omit<NewMessage, 'content'> {
  readonly conversation: string;
  /** From 1; numbers of messages that are gone stay free. */
  readonly seq: number;
  readonly content?: Json;
  readonly at: number;
}

export interface ConversationChange {
  readonly title?: string | null;
  readonly systemPrompt?: string | null;
  readonly modelAlias?: string | null;
  readonly settings?: Readonly<Record<string, Json>>;
  readonly logging?: ConversationLogging;
  readonly retentionDays?: number;
}

export interface Conversations {
  insert(conversation: Conversation): Promise<void>;
  /** Never one of another workspace. */
  find(workspace: string, id: string): Promise<Conversation | undefined>;
  /** The newest first, by when they were made. */
  list(listing: {
    readonly workspace: string;
    readonly before?: string;
    readonly limit: number;
  }): Promise<readonly Conversation[]>;
  /** What is not to be kept any more is removed with the change. Undefined where there is none. */
  update(
    place: { readonly workspace: string; readonly id: string },
    change: ConversationChange,
    now: number,
  ): Promise<Conversation | undefined>;
  /** Undefined where there is none; else how many messages there are now, and the numbers of those that were added. */
  append(
    place: { readonly workspace: string; readonly id: string },
    messages: readonly NewMessage[],
    now: number,
  ): Promise<{ readonly conversation: Conversation; readonly firstSeq: number } | undefined>;
  /** In order. */
  messages(listing: {
    readonly conversation: string;
    readonly after?: number;
    readonly limit: number;
  }): Promise<readonly StoredMessage[]>;
  /** How many were removed: those older than this, or all. */
  removeMessages(conversation: string, before?: number): Promise<number>;
}

const dayMs = 86_400_000;

export function createConversations(db: Kysely<Schema>): Conversations {
  return {
    insert: async (conversation) => {
      await db.insertInto('conversations').values(toRow(conversation)).execute();
    },
    find: async (workspace, id) => {
      const row = await db
        .selectFrom('conversations')
        .selectAll()
        .where('id', '=', toText(id))
        .where('workspace', '=', toText(workspace))
        .executeTakeFirst();
      return row && fromRow(row);
    },
    list: async ({ workspace, before, limit }) => {
      let query = db.selectFrom('conversations').selectAll().where('workspace', '=', toText(workspace));
      if (before !== undefined) query = query.where('id', '<', toText(before));
      return (await query.orderBy('id', 'desc').limit(limit).execute()).map(fromRow);
    },
    update: (place, change, now) =>
      db.transaction().execute((transaction) => update(transaction, place, { change, now })),
    append: (place, messages, now) =>
      db.transaction().execute((transaction) => append(transaction, place, { messages, now })),
    messages: async ({ conversation, after = 0, limit }) => {
      const rows = await db
        .selectFrom('conversation_messages')
        .selectAll()
        .where('conversation', '=', toText(conversation))
        .where('seq', '>', after)
        .orderBy('seq')
        .limit(limit)
        .execute();
      return rows.map(fromMessageRow);
    },
    removeMessages: async (conversation, before) => {
      let query = db.deleteFrom('conversation_messages').where('conversation', '=', toText(conversation));
      if (before !== undefined) query = query.where('at', '<', before);
      return Number((await query.executeTakeFirst()).numDeletedRows);
    },
  };
}

interface Place {
  readonly workspace: string;
  readonly id: string;
}

async function update(
  db: Transaction<Schema>,
  { workspace, id }: Place,
  { change, now }: { readonly change: ConversationChange; readonly now: number },
): Promise<Conversation | undefined> {
  const { settings, logging, retentionDays, title, systemPrompt, modelAlias } = change;
  const row = await db
    .updateTable('conversations')
    .set({
      updated_at: now,
      ...(title !== undefined && { title: title === null ? null : toText(title) }),
      ...(systemPrompt !== undefined && {
        system_prompt: systemPrompt === null ? null : toText(systemPrompt),
      }),
      ...(modelAlias !== undefined && { model_alias: modelAlias === null ? null : toText(modelAlias) }),
      ...(settings !== undefined && { settings: toJsonText(settings) }),
      ...(logging !== undefined && { logging }),
      ...(retentionDays !== undefined && { retention_days: retentionDays }),
    })
    .where('id', '=', toText(id))
    .where('workspace', '=', toText(workspace))
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  await applyLogging(db, row);
  if (retentionDays !== undefined) {
    const kept = retentionDays * dayMs;
    await db
      .updateTable('conversation_messages')
      .set({ expires_at: sql`at + ${kept}` })
      .where('conversation', '=', row.id)
      .execute();
  }
  return fromRow(await settle(db, row));
}

/** What the logging does not allow any more goes at once. */
async function applyLogging(db: Transaction<Schema>, row: ConversationRow): Promise<void> {
  if (row.logging === 'full') return;
  if (row.logging === 'none') {
    await db.deleteFrom('conversation_messages').where('conversation', '=', row.id).execute();
    return;
  }
  await db
    .updateTable('conversation_messages')
    .set({ content: null, tool_calls: null })
    .where('conversation', '=', row.id)
    .execute();
}

/** The time at which it goes, and that nothing of its content is kept where none is to be. */
async function settle(db: Transaction<Schema>, row: ConversationRow): Promise<ConversationRow> {
  const changed = {
    expires_at: row.updated_at + row.retention_days * dayMs,
    ...(row.logging !== 'full' && { system_prompt: null }),
  };
  await db.updateTable('conversations').set(changed).where('id', '=', row.id).execute();
  return { ...row, ...changed };
}

async function append(
  db: Transaction<Schema>,
  { workspace, id }: Place,
  { messages, now }: { readonly messages: readonly NewMessage[]; readonly now: number },
): Promise<{ conversation: Conversation; firstSeq: number } | undefined> {
  const sum = (count: (message: NewMessage) => number | undefined): number =>
    messages.reduce((total, message) => total + (count(message) ?? 0), 0);
  const row = await db
    .updateTable('conversations')
    .set({
      updated_at: now,
      expires_at: sql`${now} + retention_days * ${dayMs}`,
      last_seq: sql`last_seq + ${messages.length}`,
      messages: sql`messages + ${messages.length}`,
      input_tokens: sql`input_tokens + ${sum(({ inputTokens }) => inputTokens)}`,
      output_tokens: sql`output_tokens + ${sum(({ outputTokens }) => outputTokens)}`,
    })
    .where('id', '=', toText(id))
    .where('workspace', '=', toText(workspace))
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const firstSeq = row.last_seq - messages.length + 1;
  const rows = messages.map((message, at) => toMessageRow(message, { row, seq: firstSeq + at, now }));
  if (row.logging !== 'none' && rows.length > 0)
    await db.insertInto('conversation_messages').values(rows).execute();
  return { conversation: fromRow(row), firstSeq };
}

function toMessageRow(
  { role, content, contentSha256, toolCalls, inputTokens, outputTokens }: NewMessage,
  { row, seq, now }: { readonly row: ConversationRow; readonly seq: number; readonly now: number },
): MessageRow {
  const isFull = row.logging === 'full';
  return {
    conversation: row.id,
    seq,
    role: toText(role),
    content: isFull ? toJsonText(content) : null,
    content_sha256: contentSha256,
    tool_calls: isFull && toolCalls !== undefined ? toJsonText(toolCalls) : null,
    input_tokens: inputTokens ?? null,
    output_tokens: outputTokens ?? null,
    at: now,
    expires_at: now + row.retention_days * dayMs,
  };
}

function toRow(conversation: Conversation): ConversationRow {
  const { logging, systemPrompt } = conversation;
  return {
    id: toText(conversation.id),
    workspace: toText(conversation.workspace),
    title: toOptionalText(conversation.title),
    system_prompt: logging === 'full' ? toOptionalText(systemPrompt) : null,
    model_alias: toOptionalText(conversation.modelAlias),
    settings: toJsonText(conversation.settings),
    logging,
    retention_days: conversation.retentionDays,
    created_at: conversation.createdAt,
    created_by: toText(conversation.createdBy),
    updated_at: conversation.updatedAt,
    expires_at: conversation.expiresAt,
    last_seq: conversation.messages,
    messages: conversation.messages,
    input_tokens: conversation.inputTokens,
    output_tokens: conversation.outputTokens,
  };
}

function fromRow(row: ConversationRow): Conversation {
  return {
    id: row.id,
    workspace: row.workspace,
    settings: fromJsonText<Record<string, Json>>(row.settings),
    logging: row.logging as ConversationLogging,
    retentionDays: row.retention_days,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
    expiresAt: row.expires_at,
    messages: row.messages,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    ...known({ title: row.title, systemPrompt: row.system_prompt, modelAlias: row.model_alias }),
  };
}

function fromMessageRow(row: MessageRow): StoredMessage {
  return {
    conversation: row.conversation,
    seq: row.seq,
    role: row.role,
    contentSha256: row.content_sha256,
    at: row.at,
    ...(row.content !== null && { content: fromJsonText(row.content) }),
    ...(row.tool_calls !== null && { toolCalls: fromJsonText(row.tool_calls) }),
    ...known({ inputTokens: row.input_tokens, outputTokens: row.output_tokens }),
  };
}
