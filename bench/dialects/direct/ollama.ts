/** Ollama's chat and generate, read by hand. */
import { type Direct, type DirectEvent, readLines } from './direct.ts';

interface Line {
  message?: { content?: string; tool_calls?: unknown[] };
  response?: string;
  done: boolean;
  done_reason?: string;
  prompt_eval_count?: number;
  eval_count?: number;
}

function readLine(text: string, events: DirectEvent[]): void {
  const line = JSON.parse(text) as Line;
  const said = line.message?.content ?? line.response;
  if (said) events.push({ type: 'text', index: 0, value: said });
  for (const value of line.message?.tool_calls ?? []) events.push({ type: 'tool', index: 0, value });
  if (!line.done) return;
  events.push({ type: 'usage', index: 0, value: [line.prompt_eval_count, line.eval_count] });
  events.push({ type: 'end', index: 0, value: line.done_reason });
}

export const ollama: Direct = {
  stream(reads) {
    const events: DirectEvent[] = [];
    readLines(reads, (line) => readLine(line, events));
    return events;
  },
  answer(body) {
    const events: DirectEvent[] = [];
    readLine(body, events);
    return events;
  },
};
