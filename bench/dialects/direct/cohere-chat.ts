/** Cohere's chat, read by hand. */
import { type Direct, type DirectEvent, readData } from './direct.ts';

interface Message {
  content?: { text?: string }[];
  tool_calls?: unknown[];
}

interface StreamedMessage {
  content?: { text?: string };
  tool_calls?: unknown;
}

interface Event {
  type: string;
  index: number;
  delta?: { message?: StreamedMessage; usage?: unknown; finish_reason?: string };
}

export const cohereChat: Direct = {
  stream(reads) {
    const events: DirectEvent[] = [];
    readData(reads, (data) => {
      if (data === '[DONE]') return;
      const { type, index, delta } = JSON.parse(data) as Event;
      if (type === 'content-delta')
        events.push({ type: 'text', index, value: delta?.message?.content?.text });
      else if (type === 'tool-call-start' || type === 'tool-call-delta')
        events.push({ type: 'tool', index, value: delta?.message?.tool_calls });
      else if (type === 'message-end') {
        events.push({ type: 'usage', index: 0, value: delta?.usage });
        events.push({ type: 'end', index: 0, value: delta?.finish_reason });
      }
    });
    return events;
  },
  answer(body) {
    const {
      message,
      usage,
      finish_reason: finish,
    } = JSON.parse(body) as {
      message: Message;
      usage: unknown;
      finish_reason: string;
    };
    return [
      ...(message.content ?? []).map(
        ({ text }, index): DirectEvent => ({ type: 'text', index, value: text }),
      ),
      ...(message.tool_calls ?? []).map((value, index): DirectEvent => ({ type: 'tool', index, value })),
      { type: 'usage', index: 0, value: usage },
      { type: 'end', index: 0, value: finish },
    ];
  },
};
