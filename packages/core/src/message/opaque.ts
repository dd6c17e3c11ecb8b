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
