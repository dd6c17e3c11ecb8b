/**
 * The least that can be done by hand: split the bytes, parse the JSON, read the fields of plain text and tool calls. No
 * bounds, no unknown fields, no second layout, no errors. This is the reference that the dialects are measured against.
 */
export interface DirectEvent {
  readonly type: 'text' | 'tool' | 'end' | 'usage';
  readonly index: number;
  readonly value: unknown;
}

export interface Direct {
  readonly stream: (reads: readonly Uint8Array[]) => DirectEvent[];
  readonly answer: (body: string) => DirectEvent[];
}

/** Every event of the bytes, by the blank line between them. */
export function readData(reads: readonly Uint8Array[], push: (data: string) => void): void {
  const decoder = new TextDecoder();
  let rest = '';
  for (const read of reads) {
    rest += decoder.decode(read, { stream: true });
    let from = 0;
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n', from)) {
      const at = rest.indexOf('data: ', from);
      if (at >= 0 && at < end) push(rest.slice(at + 6, end));
      from = end + 2;
    }
    rest = rest.slice(from);
  }
}

/** The same for formats of one JSON object per line. */
export function readLines(reads: readonly Uint8Array[], push: (line: string) => void): void {
  const decoder = new TextDecoder();
  let rest = '';
  for (const read of reads) {
    rest += decoder.decode(read, { stream: true });
    let from = 0;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', from)) {
      push(rest.slice(from, end));
      from = end + 1;
    }
    rest = rest.slice(from);
  }
}
