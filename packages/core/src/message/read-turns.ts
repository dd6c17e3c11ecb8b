/** A list of messages becomes turns, for formats in which each message has a role of its own. */
import type { Json } from '../json/index.ts';
import { pairCalls } from './call-ids.ts';
import type { TextPart, ToolResultPart } from './parts.ts';
import type { ChatRequest, Turn } from './request.ts';

type SystemTurn = Extract<Turn, { role: 'system' }>;

/** What a format knows of its messages. */
export interface MessageReading {
  readonly parse: (message: Json, path: string) => Turn;
  /** The first message as instructions, unless it says more than instructions can hold. */
  readonly leadingSystem: (turn: SystemTurn) => readonly TextPart[] | undefined;
}

export function readTurns(
  messages: readonly Json[],
  { parse, leadingSystem }: MessageReading,
): Pick<ChatRequest, 'system' | 'turns'> {
  const turns: Turn[] = [];
  let system: readonly TextPart[] | undefined;
  for (const [index, message] of messages.entries()) {
    const turn = parse(message, `messages[${index}]`);
    if (index === 0 && turn.role === 'system') system = leadingSystem(turn);
    if (index > 0 || system === undefined) pushTurn(turns, turn);
  }
  return { ...(system !== undefined && { system }), turns: pairCalls(turns) };
}

/** Results of one round of tool calls are one turn here, though each is a message on the wire. */
function pushTurn(turns: Turn[], turn: Turn): void {
  const last = turns.at(-1);
  // The list that was begun grows, because a copy for each of many results would take a time that is their square.
  if (turn.role === 'tool' && last?.role === 'tool') (last.parts as ToolResultPart[]).push(...turn.parts);
  else turns.push(turn.role === 'tool' ? { ...turn, parts: [...turn.parts] } : turn);
}
