/** What every way to say who calls is given, and what it gives. */
import type { Clock } from '../../observability/index.ts';
import type { FetchToken } from './fetch-token.ts';
import type { AskMachine } from './machine-identity.ts';

/** What is about to be sent, as far as a signature covers it. */
export interface Signable {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With the query. */
  readonly path: string;
  readonly host: string;
  readonly body: string | Uint8Array | null;
  /** Headers that a signature has to cover besides its own, by names in lower case. */
  readonly covered?: Readonly<Record<string, string>>;
}

export interface Authenticator {
  /** The same with every call: names and values in turn. */
  readonly headers: readonly string[];
  /** Added to the query of every call, written out. */
  readonly query: string;
  /** What depends on the call; a promise only while a token has to be fetched. */
  readonly sign?: (call: Signable) => readonly string[] | Promise<readonly string[]>;
}

/** What authentication needs of the world. */
export interface Surroundings {
  readonly clock: Clock;
  readonly fetchToken: FetchToken;
  readonly askMachine: AskMachine;
  /** `undefined` for a file that cannot be read; without it none is. */
  readonly readFile?: (path: string) => string | undefined;
  /** Told of every secret that is fetched, so that nobody repeats it. */
  keepSecret(value: string): void;
  /** In place of `import`. */
  readonly loadLibrary?: (name: string) => Promise<unknown>;
}
