/**
 * Converse, read by hand: the lengths in front of each message, both of its checksums (without them a reader of this framing
 * is wrong, and the vendor's own verifies them too), the headers, and the JSON.
 */
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

const crcTable = Int32Array.from({ length: 256 }, (_, index) => {
  let entry = index;
  for (let bit = 0; bit < 8; bit++) entry = entry & 1 ? (entry >>> 1) ^ 0xedb88320 : entry >>> 1;
  return entry;
});

function crc32(bytes: Uint8Array, from: number, to: number): number {
  let crc = -1;
  for (let at = from; at < to; at++)
    crc = (crcTable[(crc ^ (bytes[at] as number)) & 0xff] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Strings alone, whose names and values are ASCII here: one decoded text is cut at the lengths in it. */
function readEventType(block: Uint8Array): string {
  const text = decoder.decode(block);
  let type = '';
  for (let at = 0; at < text.length; ) {
    const nameEnd = at + 1 + text.charCodeAt(at);
    const valueStart = nameEnd + 3;
    const valueEnd = valueStart + text.charCodeAt(nameEnd + 1) * 256 + text.charCodeAt(nameEnd + 2);
    const name = text.slice(at + 1, nameEnd);
    if (name === ':event-type') type = text.slice(valueStart, valueEnd);
    else if (name === ':exception-type') throw new Error(text.slice(valueStart, valueEnd));
    at = valueEnd;
  }
  return type;
}

function readMessages(reads: readonly Uint8Array[], push: (type: string, payload: Payload) => void): void {
  let rest = new Uint8Array(0);
  for (const read of reads) {
    const bytes = new Uint8Array(rest.length + read.length);
    bytes.set(rest);
    bytes.set(read, rest.length);
    let at = 0;
    const view = new DataView(bytes.buffer);
    while (bytes.length - at >= 12) {
      if (crc32(bytes, at, at + 8) !== view.getUint32(at + 8)) throw new Error('prelude checksum');
      const length = view.getUint32(at);
      if (bytes.length - at < length) break;
      const end = at + length - 4;
      if (crc32(bytes, at, end) !== view.getUint32(end)) throw new Error('message checksum');
      const payload = at + 12 + view.getUint32(at + 4);
      const type = readEventType(bytes.subarray(at + 12, payload));
      push(type, JSON.parse(decoder.decode(bytes.subarray(payload, end))) as Payload);
      at += length;
    }
    rest = bytes.slice(at);
  }
}

export const bedrockConverse: Direct = {
  stream(reads) {
    const events: DirectEvent[] = [];
    readMessages(reads, (type, { delta, start, contentBlockIndex: index, usage, stopReason }) => {
      if (type === 'contentBlockDelta') {
        if (delta?.text !== undefined) events.push({ type: 'text', index, value: delta.text });
        else if (delta?.toolUse !== undefined) events.push({ type: 'tool', index, value: delta.toolUse });
      } else if (type === 'contentBlockStart') events.push({ type: 'tool', index, value: start?.toolUse });
      else if (type === 'metadata') events.push({ type: 'usage', index: 0, value: usage });
      else if (type === 'messageStop') events.push({ type: 'end', index: 0, value: stopReason });
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
