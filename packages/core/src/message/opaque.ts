/**
 * State that only its maker can read: reasoning signatures, encrypted reasoning, thought signatures. It is never
 * interpreted here, only kept together with whom it is valid for, so that it is not sent to anyone else.
 */
export interface OpaqueState {
  /** The wire format whose family made it. */
  readonly dialect: string;
  readonly provider?: string;
  readonly model?: string;
  readonly value: string;
  /** Set while the state of a call travels beside it, because the caller's format has no place for it on calls. */
  readonly ofCall?: boolean;
}

/** Where a request is about to go, as far as it is known. */
export interface Destination {
  readonly dialect: string;
  readonly provider?: string | undefined;
}

/**
 * Whether the destination may be sent this state. The model is kept for the record only: families accept their own
 * older state across model versions, and refuse what they cannot use.
 */
export function isValidFor(opaque: OpaqueState, destination: Destination): boolean {
  if (opaque.dialect !== destination.dialect) return false;
  return (
    opaque.provider === undefined ||
    destination.provider === undefined ||
    opaque.provider === destination.provider
  );
}

const sealMark = 'keelson1:';
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The state as one word, for a caller whose format has a place for its own family's state: its client hands it back
 * unread, and `openState` then knows whose it is. State of the caller's own family goes as it is.
 */
export function sealState(opaque: OpaqueState, dialect: string): string {
  const { dialect: maker, provider, model, value, ofCall } = opaque;
  if (maker === dialect && !ofCall) return value;
  const bytes = encoder.encode(sealMark + JSON.stringify([maker, value, provider, model, ofCall]));
  // In pieces, because a call takes only so many arguments.
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8192)
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}

/** `sealMark` in base64; nine bytes become twelve characters, so nothing that follows changes them. */
const sealHead = btoa(sealMark);

/** Whether state that we sealed may stand in this text; it must then be read and opened, not passed on. */
export function mayHoldSealedState(text: string): boolean {
  return text.includes(sealHead);
}

/** What stood in a place for state of `dialect`: its own, or a sealed one of somebody else. */
export function openState(text: string, dialect: string): OpaqueState {
  return (text.startsWith(sealHead) ? unseal(text) : undefined) ?? { dialect, value: text };
}

function unseal(text: string): OpaqueState | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    const fields: unknown = JSON.parse(decoder.decode(bytes).slice(sealMark.length));
    if (!Array.isArray(fields)) return undefined;
    const [dialect, value, provider, model, ofCall] = fields as unknown[];
    if (typeof dialect !== 'string' || typeof value !== 'string') return undefined;
    return {
      dialect,
      value,
      ...(typeof provider === 'string' && { provider }),
      ...(typeof model === 'string' && { model }),
      ...(ofCall === true && { ofCall }),
    };
  } catch {
    return undefined;
  }
}
