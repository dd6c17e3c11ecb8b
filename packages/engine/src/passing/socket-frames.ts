/**
 * Messages of a WebSocket (RFC 6455) as a server sends them, read beside their passing, and the few that are written here. Only
 * texts are read; what is too long to hold is passed over.
 */

const mostTextBytes = 4 * 1024 * 1024;
const text = 1;
const continuation = 0;
const close = 8;

interface Head {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly start: number;
  readonly length: number;
}

export class SocketFrames {
  #pending: Buffer = Buffer.alloc(0);
  #message: Buffer[] = [];
  #messageBytes = 0;
  #isText = false;
  /** Of a frame that is too long to hold: bytes that are still to come. */
  #skipping = 0;

  /** The texts that are complete now. */
  push(bytes: Uint8Array): string[] {
    const texts: string[] = [];
    let left = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#skipping > 0) {
      const skipped = Math.min(this.#skipping, left.length);
      this.#skipping -= skipped;
      left = left.subarray(skipped);
    }
    this.#pending = this.#pending.length === 0 ? left : Buffer.concat([this.#pending, left]);
    for (let head = readHead(this.#pending); head !== undefined; head = readHead(this.#pending)) {
      const end = head.start + head.length;
      if (head.length > mostTextBytes) {
        this.#skipping = Math.max(0, end - this.#pending.length);
        this.#forget();
      } else if (this.#pending.length < end) break;
      else this.#take(head, this.#pending.subarray(head.start, end), texts);
      this.#pending = this.#pending.subarray(end);
    }
    // A copy, because a part would hold on to all of it.
    if (this.#pending.length > 0) this.#pending = Buffer.from(this.#pending);
    return texts;
  }

  #take({ opcode, isLast }: Head, payload: Buffer, texts: string[]): void {
    if (opcode > 2) return;
    if (opcode !== continuation) {
      this.#forget();
      this.#isText = opcode === text;
    }
    if (!this.#isText) return;
    this.#messageBytes += payload.length;
    if (this.#messageBytes > mostTextBytes) this.#forget();
    else this.#message.push(payload);
    if (!isLast || !this.#isText) return;
    texts.push(Buffer.concat(this.#message).toString('utf8'));
    this.#forget();
  }

  #forget(): void {
    this.#message = [];
    this.#messageBytes = 0;
    this.#isText = false;
  }
}

/** Undefined where not all of it is there yet. A server masks nothing. */
function readHead(bytes: Buffer): Head | undefined {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  const short = second & 0x7f;
  const masked = (second & 0x80) === 0 ? 0 : 4;
  const head = { opcode: first & 0x0f, isLast: (first & 0x80) !== 0 };
  if (short < 126) return { ...head, start: 2 + masked, length: short };
  if (short === 126)
    return bytes.length < 4 ? undefined : { ...head, start: 4 + masked, length: bytes.readUInt16BE(2) };
  if (bytes.length < 10) return undefined;
  return { ...head, start: 10 + masked, length: Number(bytes.readBigUInt64BE(2)) };
}

/** An event, and the close behind it: as a server tells that it goes no further. */
export function farewell(event: unknown, reason: string): Buffer {
  const code = Buffer.alloc(2);
  // Policy violation (RFC 6455, section 7.4.1).
  code.writeUInt16BE(1008);
  const closing = Buffer.concat([code, Buffer.from(reason).subarray(0, 120)]);
  return Buffer.concat([frame(text, Buffer.from(JSON.stringify(event))), frame(close, closing)]);
}

function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([0x80 | opcode, length]), payload]);
  const head = Buffer.alloc(4);
  head.writeUInt8(0x80 | opcode, 0);
  head.writeUInt8(126, 1);
  head.writeUInt16BE(Math.min(length, 0xffff), 2);
  return Buffer.concat([head, payload.subarray(0, 0xffff)]);
}
