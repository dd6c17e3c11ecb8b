/**
 * Takes secrets out of texts that somebody else wrote, such as a vendor that repeats the key it refuses. It knows only what it
 * was told, and looks for it literally: whole, or cut off after its first characters as vendors like to show it.
 */
const shown = '[secret]';
/** Shorter ones are words such as `none` that people set where a key is demanded, and occur in any text. */
const leastLength = 8;
/** What identifies a key even where the rest of it was cut off. */
const prefixLength = 12;
/** Tokens are renewed for as long as the process runs; those that ended long ago open nothing. */
const maxFetched = 16;

export class Redactor {
  readonly #kept: readonly string[];
  readonly #fetched: string[] = [];
  #remembered: (() => readonly string[] | undefined)[] = [];

  constructor(secrets: Iterable<string>) {
    this.#kept = [...new Set(secrets)].filter((secret) => secret.length >= leastLength);
  }

  /**
   * Secrets of something that may go, such as a credential that was stored meanwhile: they are known for as long as anybody
   * can still send them, and then forgotten with it.
   */
  remember<Owner extends object>(owner: Owner, secretsOf: (owner: Owner) => readonly string[]): void {
    const held = new WeakRef(owner);
    this.#remembered = this.#remembered.filter((read) => read() !== undefined);
    this.#remembered.push(() => {
      const there = held.deref();
      return there === undefined ? undefined : secretsOf(there);
    });
  }

  /** A secret that came later and ends by itself. */
  keep(secret: string): void {
    if (secret.length < leastLength || this.#fetched.includes(secret)) return;
    this.#fetched.push(secret);
    if (this.#fetched.length > maxFetched) this.#fetched.shift();
  }

  /** Whether one stands in them; a character is a byte, so that nothing of them is lost. */
  finds(bytes: Uint8Array): boolean {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    return this.redact(text) !== text;
  }

  /** The same text where it holds none. */
  redact(text: string): string {
    let clean = text;
    for (const secret of this.#kept) clean = hide(clean, secret);
    for (const secret of this.#fetched) clean = hide(clean, secret);
    for (const read of this.#remembered) for (const secret of read() ?? []) clean = hideLong(clean, secret);
    return clean;
  }
}

function hideLong(text: string, secret: string): string {
  return secret.length < leastLength ? text : hide(text, secret);
}

function hide(text: string, secret: string): string {
  const forms = formsOf(secret);
  let clean = text;
  for (const start of new Set(forms.map((form) => form.slice(0, prefixLength))))
    clean = hideFrom(clean, start, forms);
  return clean;
}

/** In JSON a quote or a slash may be escaped, in addresses nearly everything. */
function formsOf(secret: string): string[] {
  const quoted = JSON.stringify(secret).slice(1, -1);
  return [secret, quoted, quoted.replaceAll('/', '\\/'), encodeURIComponent(secret)];
}

/** From every place where the start stands, as far as the text goes on like any of the forms. */
function hideFrom(text: string, start: string, forms: readonly string[]): string {
  let at = text.indexOf(start);
  if (at === -1) return text;
  let clean = '';
  let from = 0;
  while (at !== -1) {
    clean += `${text.slice(from, at)}${shown}`;
    from = at + Math.max(start.length, ...forms.map((form) => sharedLength(text, at, form)));
    at = text.indexOf(start, from);
  }
  return clean + text.slice(from);
}

function sharedLength(text: string, at: number, form: string): number {
  let length = 0;
  while (length < form.length && text[at + length] === form[length]) length += 1;
  return length;
}
