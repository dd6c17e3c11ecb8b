/** Chat completions, read by hand. */
import { type Direct, type DirectEvent, readData } from './direct.ts';

interface OpenAiChoice {
  delta: {
    content?: string;
    tool_calls?: { index: number; function?: { name?: string; arguments?: string } }[];
  };
  message: { content?: string; tool_calls?: { function: { name: string; arguments: string } }[] };
  finish_reason: string | null;
}

interface OpenAiBody {
  choices: OpenAiChoice[];
  usage?: { prompt_tokens: number; completion_tokens: number } | null;
}

export const openAiChat: Direct = {
  stream(reads) {
    const events: DirectEvent[] = [];
    readData(reads, (data) => {
      if (data === '[DONE]') return;
      const chunk = JSON.parse(data) as OpenAiBody;
      const choice = chunk.choices[0];
      if (choice?.delta.content) events.push({ type: 'text', index: 0, value: choice.delta.content });
      for (const call of choice?.delta.tool_calls ?? [])
        events.push({ type: 'tool', index: call.index, value: call.function });
      if (choice?.finish_reason) events.push({ type: 'end', index: 0, value: choice.finish_reason });
      if (chunk.usage) events.push({ type: 'usage', index: 0, value: chunk.usage });
    });
    return events;
  },
  answer(body) {
    const { choices, usage } = JSON.parse(body) as OpenAiBody;
    const { message, finish_reason: finish } = choices[0] as OpenAiChoice;
    return [
      { type: 'text', index: 0, value: message.content },
      ...(message.tool_calls ?? []).map(
        (call, index) => ({ type: 'tool', index, value: call.function }) as const,
      ),
      { type: 'usage', index: 0, value: usage },
      { type: 'end', index: 0, value: finish },
    ];
  },
};
