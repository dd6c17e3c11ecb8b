/** Legacy completions, read by hand. */
import { type Direct, type DirectEvent, readData } from './direct.ts';

interface Body {
  choices: { text: string; index: number; finish_reason: string | null }[];
  usage?: unknown;
}

function readBody(text: string, events: DirectEvent[]): void {
  const { choices, usage } = JSON.parse(text) as Body;
  const [choice] = choices;
  if (choice?.text) events.push({ type: 'text', index: 0, value: choice.text });
  if (usage) events.push({ type: 'usage', index: 0, value: usage });
  if (choice?.finish_reason) events.push({ type: 'end', index: 0, value: choice.finish_reason });
}

export const openAiCompletions: Direct = {
  stream(reads) {
    const events: DirectEvent[] = [];
    readData(reads, (data) => {
      if (data !== '[DONE]') readBody(data, events);
    });
    return events;
  },
  answer(body) {
    const events: DirectEvent[] = [];
    readBody(body, events);
    return events;
  },
};
