/**
 * Finds where a JSON value ends, in bytes that arrive in pieces, looking at each byte once. It counts
 * brackets and skips strings; it does not check that the value is valid JSON.
 */
const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

export class JsonValueScanner {
  #depth = 0;
  #inString = false;
  #escaped = false;

  /**
   * The index after the last byte of the value, or -1 when it goes on. After an end the next call begins a
   * value.
   */
  findEnd(bytes: Uint8Array, start: number): number {
    let index = start;
    while (index < bytes.length) {
      if (this.#inString) {
        index = this.#skipString(bytes, index);
        if (!this.#inString && this.#depth === 0) return index;
        continue;
      }
      const byte = bytes[index] as number;
      if (this.#depth === 0 && endsBareValue(byte)) return index;
      index += 1;
      if (this.#step(byte)) return index;
    }
    return -1;
  }

  /** Whether this byte, outside strings, closes the value. */
  #step(byte: number): boolean {
    if (byte === quote) this.#inString = true;
    else if (byte === openBrace || byte === openBracket) this.#depth += 1;
    else if (byte === closeBrace || byte === closeBracket) {
      this.#depth -= 1;
      return this.#depth === 0;
    }
    return false;
  }

  /** The index after the closing quote, or the end of the bytes. */
  #skipString(bytes: Uint8Array, start: number): number {
    for (let index = start; index < bytes.length; index += 1) {
      const byte = bytes[index];
      if (this.#escaped) this.#escaped = false;
      else if (byte === backslash) this.#escaped = true;
      else if (byte === quote) {
        this.#inString = false;
        return index + 1;
      }
    }
    return bytes.length;
  }
}

export function isJsonSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Numbers and literals have no closing byte of their own. */
function endsBareValue(byte: number): boolean {
  return byte === comma || byte === closeBracket || byte === closeBrace || isJsonSpace(byte);
}
