/** What the proof and the gateway's process say to each other. */

/** Faults that can be planted in the gateway, to see that the proof finds them. */
export const plants = ['leaked-memory', 'leaked-socket', 'swallowed-record', 'unanswered-call'] as const;
export type Plant = (typeof plants)[number];

export interface GatewaySettings {
  readonly vendorUrl: string;
  readonly databasePath: string;
  readonly key: string;
  readonly plant?: Plant;
}

/** `measure` comes again and again, `close` once. */
export type Order = 'measure' | 'close';

export type Told =
  | { readonly type: 'listening'; readonly url: string }
  | { readonly type: 'measured'; readonly heapBytes: number }
  /** After everything was closed: what still holds the process. */
  | { readonly type: 'closed'; readonly openSockets: number };
