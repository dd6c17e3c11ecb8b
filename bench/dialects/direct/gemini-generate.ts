/** Gemini's answers, read by hand. */
import { type Direct, type DirectEvent, readData } from './direct.ts';

interface Body {
  candidates: {
    content?: { parts?: { text?: string; functionCall?: unknown }[] };
    finishReason?: string;
  }[];
  usageMetadata?: unknown;
}

function readBody(text: string, events: DirectEvent[]): void {
  const { candidates, usageMetadata } = JSON.parse(text) as Body;
  for (const part of candidates[0]?.content?.parts ?? []) {
    if (part.text !== undefined) events.push({ type: 'text', index: 0, value: part.text });
    else if (part.functionCall !== undefined)
      events.push({ type: 'tool', index: 0, value: part.functionCall });
  }
  if (usageMetadata !== undefined) events.push({ type: 'usage', index: 0, value: usageMetadata });
  const reason = candidates[0]?.finishReason;
  if (reason !== undefined) events.push({ type: 'end', index: 0, value: reason });
}

export const geminiGenerate: Direct = {
  stream(reads) {
    const events: DirectEvent[] = [];
    readData(reads, (data) => readBody(data, events));
    return events;
  },
  answer(body) {
    const events: DirectEvent[] = [];
    readBody(body, events);
    return events;
  },
};
