/** Messages of the vendor's API, read by hand: text, calls, usage and the end. */
import { type Direct, type DirectEvent, readData } from './direct.ts';

interface AnthropicBlock {
  type: string;
  text?: string;
  input?: unknown;
}

interface AnthropicEvent {
  type: string;
  index: number;
  delta: { text?: string; partial_json?: string; stop_reason?: string };
  content_block: AnthropicBlock;
  usage?: unknown;
}

export const anthropicMessages: Direct = {
  stream(reads) {
    const events: DirectEvent[] = [];
    readData(reads, (data) => {
      const event = JSON.parse(data) as AnthropicEvent;
      const { type, index } = event;
      if (type === 'content_block_delta') {
        const { text, partial_json: input } = event.delta;
        if (text !== undefined) events.push({ type: 'text', index, value: text });
        else if (input !== undefined) events.push({ type: 'tool', index, value: input });
      } else if (type === 'content_block_start') {
        if (event.content_block.type === 'tool_use')
          events.push({ type: 'tool', index, value: event.content_block });
      } else if (type === 'message_delta') {
        events.push({ type: 'usage', index: 0, value: event.usage });
        events.push({ type: 'end', index: 0, value: event.delta.stop_reason });
      }
    });
    return events;
  },
  answer(body) {
    const {
      content,
      usage,
      stop_reason: stop,
    } = JSON.parse(body) as {
      content: AnthropicBlock[];
      usage: unknown;
      stop_reason: string;
    };
    return [
      ...content.map((block, index) =>
        block.type === 'text'
          ? ({ type: 'text', index, value: block.text } as const)
          : ({ type: 'tool', index, value: block.input } as const),
      ),
      { type: 'usage', index: 0, value: usage },
      { type: 'end', index: 0, value: stop },
    ];
  },
};
