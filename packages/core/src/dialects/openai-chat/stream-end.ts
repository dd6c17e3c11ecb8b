/**
 * How a stream ends, well or badly: whatever is open is closed, usage is told, then the ends of the choices or the error.
 */
import { isJsonObject, type JsonObject } from '../../json/index.ts';
import { type ChatEvent, closePart, known, type Part } from '../../message/index.ts';
import type { StreamState } from './stream-state.ts';
import { endCalls } from './stream-tool-calls.ts';
import { parseUsage } from './usage.ts';

function audioPart(audio: JsonObject): Part {
  const { id, data, transcript, expires_at: expiresAt } = audio;
  return {
    type: 'audio',
    source: { kind: 'base64', data: typeof data === 'string' ? data : '' },
    ...known({
      id: typeof id === 'string' ? id : undefined,
      transcript: typeof transcript === 'string' ? transcript : undefined,
      expiresAt: typeof expiresAt === 'number' ? expiresAt : undefined,
    }),
  };
}

/** What came is closed and its usage told; the ends or an error follow. */
export function closeAll(state: StreamState, events: ChatEvent[]): void {
  state.isEnded = true;
  for (const choice of state.choices) {
    if (choice === undefined) continue;
    closePart(choice.parts, events);
    endCalls(choice, events);
    if (choice.audio === undefined) continue;
    const { parts } = choice;
    events.push({ type: 'part', ...parts.place, index: parts.count++, part: audioPart(choice.audio) });
  }
  const usage = state.usage ?? groqUsage(state.extra);
  if (usage !== undefined) events.push({ type: 'usage', usage: parseUsage(usage) });
}

/** Groq tells usage in `x_groq` of the last chunk. */
function groqUsage(extra: JsonObject): JsonObject | undefined {
  const groq = extra.x_groq;
  const usage = isJsonObject(groq) ? groq.usage : undefined;
  return isJsonObject(usage) ? usage : undefined;
}
