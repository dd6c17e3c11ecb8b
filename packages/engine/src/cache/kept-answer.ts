/** An answer that is kept to be given again, exactly as it was sent. */
import type { SavedByCache } from '../observability/index.ts';

export interface KeptAnswer {
  /** The call that it was given to first. */
  readonly callId: string;
  /** Milliseconds since 1970. */
  readonly keptAt: number;
  readonly expiresAt: number;
  readonly isStream: boolean;
  /** Of those that the first caller was sent, the ones that hold for every other. */
  readonly headers: Readonly<Record<string, string>>;
  readonly provider: string;
  readonly model: string;
  readonly servedModel?: string;
  readonly systemFingerprint?: string;
  /** What each further use spares: what it cost the first time. */
  readonly saved: SavedByCache;
  /** In the caller's format. */
  readonly body: Uint8Array;
}
