/** Converse, read by hand: the lengths in front of each message and its event type, no checksums. */
import type { Direct, DirectEvent } from './direct.ts';

interface Block {
  text?: string;
  toolUse?: unknown;
}

const decoder = new TextDecoder();

interface Payload {
  delta?: Block;
  start?: Block;
  contentBlockIndex: number;
  usage?: unknown;
  stopReason?: string;
}

function readMessages(reads: readonly Uint8Array[], push: (payload: Payload) => void): void {
  let rest = new Uint8Array(0);
  for (const read of reads) {
    const bytes = new Uint8Array(rest.length + read.length);
    bytes.set(rest);
    bytes.set(read, rest.length);
    let at = 0;
    const view = new DataView(bytes.buffer);
    while (bytes.length - at >= 12) {
      const length = view.getUint32(at);
      if (bytes.length - at < length) break;
      const headers = view.getUint32(at + 4);
      push(JSON.parse(decoder.decode(bytes.subarray(at + 12 + headers, at + length - 4))) as Payload);
      at += length;
    }
    rest = bytes.slice(at);
  }
}

export const bedrockConverse: Direct = {
  stream(reads) {
    const events: DirectEvent[] = [];
    readMessages(reads, ({ delta, start, contentBlockIndex: index, usage, stopReason }) => {
      if (delta?.text !== undefined) events.push({ type: 'text', index, value: delta.text });
      else if (delta?.toolUse !== undefined) events.push({ type: 'tool', index, value: delta.toolUse });
      else if (start?.toolUse !== undefined) events.push({ type: 'tool', index, value: start.toolUse });
      else if (usage !== undefined) events.push({ type: 'usage', index: 0, value: usage });
      else if (stopReason !== undefined) events.push({ type: 'end', index: 0, value: stopReason });
    });
    return events;
  },
  answer(body) {
    const { output, usage, stopReason } = JSON.parse(body) as {
      output: { message: { content: Block[] } };
      usage: unknown;
      stopReason: string;
    };
    return [
      ...output.message.content.map(
        ({ text, toolUse }, index): DirectEvent =>
          text === undefined ? { type: 'tool', index, value: toolUse } : { type: 'text', index, value: text },
      ),
      { type: 'usage', index: 0, value: usage },
      { type: 'end', index: 0, value: stopReason },
    ];
  },
};
