/**
 * What vendors refuse in a conversation: speakers out of turn, results without calls, names and ids of the wrong shape. Each
 * format has its own check of the raw body, written from the vendor's documentation and not from our dialects.
 */
import type { DialectName } from '@keelson/core';

type Wire = Readonly<Record<string, unknown>>;

/** What the vendor would complain about; nothing in a sound request. */
export function breachesIn(vendor: DialectName, body: string): readonly string[] {
  const check = checks[vendor];
  if (check === undefined) throw new Error(`Nobody has written down what \`${vendor}\` refuses.`);
  return check(JSON.parse(body) as Wire);
}

const checks: Readonly<Partial<Record<DialectName, (body: Wire) => string[]>>> = {
  'anthropic-messages': (body) =>
    checkAlternating(listOf(body.messages).map(anthropicMessage), {
      name: /^[a-zA-Z0-9_-]{1,128}$/,
      id: word,
    }),
  'bedrock-converse': (body) =>
    checkAlternating(listOf(body.messages).map(bedrockMessage), {
      name: /^[a-zA-Z0-9_-]{1,64}$/,
      id: /^[a-zA-Z0-9_-]{1,64}$/,
    }),
  'gemini-generate': (body) =>
    checkAlternating(listOf(body.contents).map(geminiContent), {
      name: /^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$/,
      id: anything,
    }),
  'openai-chat': (body) =>
    checkMessages(listOf(body.messages).map(chatMessage), {
      name: /^[a-zA-Z0-9_-]{1,64}$/,
      id: /^.{1,40}$/,
    }),
  'mistral-chat': (body) =>
    checkMessages(listOf(body.messages).map(chatMessage), {
      name: /^[a-zA-Z0-9_-]{1,64}$/,
      id: /^[a-zA-Z0-9]{9}$/,
      isUserBarredAfterResults: true,
    }),
  'cohere-chat': (body) =>
    checkMessages(listOf(body.messages).map(chatMessage), { name: /^[a-zA-Z0-9_-]+$/, id: anything }),
  // Names are free here: they go into a prompt as they are.
  'ollama-chat': (body) =>
    checkMessages(listOf(body.messages).map(chatMessage), { name: anything, id: anything }),
  'openai-responses': (body) => checkItems(listOf(body.input)),
};

const anything = /^.+$/;
const word = /^[a-zA-Z0-9_-]+$/;

interface Rule {
  readonly name: RegExp;
  readonly id: RegExp;
  readonly isUserBarredAfterResults?: boolean;
}

/** A message of any format, as far as the rules look at it. */
interface Message {
  readonly role: string;
  readonly calls: readonly { readonly id: string; readonly name: string }[];
  /** Ids of the calls that are answered. */
  readonly results: readonly string[];
  /** Places of the results among everything the message holds. */
  readonly resultPlaces: readonly number[];
  readonly isEmpty: boolean;
  /** Names under which results repeat their function, where a format does. */
  readonly resultNames?: readonly string[];
}

function listOf(value: unknown): readonly Wire[] {
  if (!Array.isArray(value)) throw new Error('A list of messages was expected.');
  return value as readonly Wire[];
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Pieces of the message under `kind`, with their places. */
function piecesOf(pieces: readonly Wire[], kind: (piece: Wire) => unknown): { at: number; piece: Wire }[] {
  return pieces.flatMap((each, at) => {
    const piece = kind(each);
    return piece === undefined ? [] : [{ at, piece: piece as Wire }];
  });
}

function anthropicMessage({ role, content }: Wire): Message {
  const blocks: readonly Wire[] =
    typeof content === 'string' ? [{ type: 'text', text: content }] : listOf(content);
  const calls = piecesOf(blocks, (block) => (block.type === 'tool_use' ? block : undefined));
  const results = piecesOf(blocks, (block) => (block.type === 'tool_result' ? block : undefined));
  const isEmptyText = blocks.some((block) => block.type === 'text' && block.text === '');
  const isUnsigned = blocks.some((block) => block.type === 'thinking' && textOf(block.signature) === '');
  return {
    role: textOf(role),
    calls: calls.map(({ piece }) => ({ id: textOf(piece.id), name: textOf(piece.name) })),
    results: results.map(({ piece }) => textOf(piece.tool_use_id)),
    resultPlaces: results.map(({ at }) => at),
    isEmpty: blocks.length === 0 || isEmptyText || isUnsigned,
  };
}

function bedrockMessage({ role, content }: Wire): Message {
  const blocks = listOf(content);
  const calls = piecesOf(blocks, (block) => block.toolUse);
  const results = piecesOf(blocks, (block) => block.toolResult);
  return {
    role: textOf(role),
    calls: calls.map(({ piece }) => ({ id: textOf(piece.toolUseId), name: textOf(piece.name) })),
    results: results.map(({ piece }) => textOf(piece.toolUseId)),
    // Results and words may be mixed here.
    resultPlaces: results.map((_, index) => index),
    isEmpty: blocks.length === 0 || blocks.some((block) => block.text === ''),
  };
}

function geminiContent({ role, parts }: Wire): Message {
  const pieces = listOf(parts);
  const calls = piecesOf(pieces, (part) => part.functionCall);
  const results = piecesOf(pieces, (part) => part.functionResponse);
  return {
    role: role === 'model' ? 'assistant' : textOf(role),
    calls: calls.map(({ piece }) => ({ id: textOf(piece.id), name: textOf(piece.name) })),
    results: results.map(({ piece }) => textOf(piece.id)),
    resultPlaces: results.map((_, index) => index),
    resultNames: results.map(({ piece }) => textOf(piece.name)),
    isEmpty: pieces.length === 0 || pieces.some(isEmptyPart),
  };
}

/** A part may have no words only if it carries a signature. */
function isEmptyPart({ text, thoughtSignature, ...rest }: Wire): boolean {
  const isSilent = text === undefined ? Object.keys(rest).length === 0 : text === '';
  return isSilent && thoughtSignature === undefined;
}

function chatMessage(message: Wire): Message {
  const { role, content, tool_calls: called, tool_call_id: answered, images } = message;
  const calls = Array.isArray(called) ? listOf(called) : [];
  const says = Array.isArray(content) ? content.length > 0 : textOf(content) !== '';
  const plans = textOf(message.tool_plan) !== '' || Array.isArray(images);
  return {
    role: textOf(role),
    calls: calls.map((call) => ({ id: textOf(call.id), name: textOf((call.function as Wire).name) })),
    results: role === 'tool' ? [textOf(answered)] : [],
    resultPlaces: [],
    isEmpty: !(says || plans) && calls.length === 0 && role !== 'tool',
  };
}

/** Formats in which user and assistant take turns, and all results of a turn stand in the message after it. */
function checkAlternating(messages: readonly Message[], rule: Rule): string[] {
  const breaches = messages.flatMap((message, index) => {
    const last = messages[index - 1];
    const found = checkShapes(message, index, rule);
    const expected = index % 2 === 0 ? 'user' : 'assistant';
    if (message.role !== expected) found.push(`message ${index} is the ${message.role}'s out of turn`);
    const wanted = (last?.calls ?? []).map(({ id }) => id);
    if (!isSame(wanted, message.results)) found.push(`message ${index} does not answer the calls before it`);
    if (message.resultPlaces.some((place, at) => place !== at))
      found.push(`message ${index} says something before its results`);
    const names = message.resultNames;
    if (
      names !== undefined &&
      !isSame(
        names,
        (last?.calls ?? []).map(({ name }) => name),
      )
    )
      found.push(`message ${index} answers under other names`);
    return found;
  });
  if (messages.at(-1)?.role !== 'user') breaches.push('the assistant has the last word');
  return breaches;
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return [...some].sort().join('\n') === [...others].sort().join('\n');
}

function checkShapes({ calls, isEmpty }: Message, index: number, { name, id }: Rule): string[] {
  const wrong = calls.flatMap((call) => [
    ...(name.test(call.name) ? [] : [`\`${call.name}\` is no name of a tool`]),
    ...(id.test(call.id) ? [] : [`\`${call.id}\` is no id of a call`]),
  ]);
  return [...wrong, ...(isEmpty ? [`message ${index} is empty`] : [])];
}

/** Formats in which every result is a message of its own, behind the message that called. */
function checkMessages(messages: readonly Message[], rule: Rule): string[] {
  const breaches: string[] = [];
  const used = new Set<string>();
  let waiting: string[] = [];
  let before = '';
  for (const [index, message] of messages.entries()) {
    const { role, calls, results } = message;
    breaches.push(...checkShapes(message, index, rule));
    if (role === 'system' && index > 0) breaches.push(`message ${index} gives instructions too late`);
    for (const id of results) {
      if (!waiting.includes(id)) breaches.push(`message ${index} answers \`${id}\`, which nobody called`);
      waiting = waiting.filter((each) => each !== id);
    }
    if (role !== 'tool' && waiting.length > 0) breaches.push(`message ${index} comes before a result`);
    if (role === before && role !== 'tool') breaches.push(`message ${index} is the ${role}'s out of turn`);
    if (rule.isUserBarredAfterResults && role === 'user' && before === 'tool')
      breaches.push(`message ${index} is the user's behind a result`);
    for (const { id } of calls) {
      if (used.has(id)) breaches.push(`\`${id}\` is used twice`);
      used.add(id);
      waiting.push(id);
    }
    before = role;
  }
  if (before !== 'user' && before !== 'tool') breaches.push('the assistant has the last word');
  return [...breaches, ...waiting.map((id) => `\`${id}\` has no result`)];
}

/** Items of the Responses format, which stand one after the other. */
function checkItems(items: readonly Wire[]): string[] {
  const breaches: string[] = [];
  const called = new Set<string>();
  const answered = new Set<string>();
  for (const [index, item] of items.entries()) {
    const id = textOf(item.call_id);
    if (item.type === 'function_call') {
      if (called.has(id)) breaches.push(`\`${id}\` is used twice`);
      if (!/^.{1,64}$/.test(id)) breaches.push(`\`${id}\` is no id of a call`);
      if (!/^[a-zA-Z0-9_-]{1,64}$/.test(textOf(item.name))) breaches.push(`\`${item.name}\` is no name`);
      called.add(id);
    } else if (item.type === 'function_call_output') {
      if (!called.has(id)) breaches.push(`item ${index} answers \`${id}\`, which nobody called`);
      answered.add(id);
    } else if (item.type === 'reasoning') {
      if (textOf(item.encrypted_content) === '') breaches.push(`item ${index} is reasoning without state`);
      if (!Array.isArray(item.summary)) breaches.push(`item ${index} is reasoning without a summary`);
    } else if (!Array.isArray(item.content) && textOf(item.content) === '')
      breaches.push(`item ${index} is empty`);
  }
  for (const id of called) if (!answered.has(id)) breaches.push(`\`${id}\` has no result`);
  return breaches;
}
