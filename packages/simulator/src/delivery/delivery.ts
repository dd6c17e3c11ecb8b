/** An answer as it will go over the wire: status, headers, and steps that write, wait or break the connection. */

export type Step =
  | { readonly type: 'write'; readonly bytes: Uint8Array }
  | { readonly type: 'wait'; readonly ms: number }
  /** Ends the connection at once, without closing it properly. */
  | { readonly type: 'reset' };

export interface Delivery {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** May be long, so it is made while it is carried out. */
  readonly steps: Iterable<Step>;
}
