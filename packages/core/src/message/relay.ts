/**
 * How a call of a format goes to a provider of the same format without being understood: where its model stands, where
 * it is sent, and what must be asked for. A format without this is always read and written anew.
 */
import { matchPath } from './wire-path.ts';

export interface Relay {
  /** By the template of a caller's path. */
  readonly ways: Readonly<Record<string, RelayWay>>;
  /** Where the model stands. */
  readonly model: 'body' | 'path';
  /** Whether a body that does not say asks for a stream. */
  readonly streamsByDefault?: boolean;
  /** Whether a stream tells its usage only when `stream_options.include_usage` asks for it. */
  readonly asksForUsage?: boolean;
  /** Quirks that change also requests of the format's own callers: hosts with one of them are always written to anew. */
  readonly rewritingQuirks?: readonly string[];
  /** Whether the text of a stream is told once more where a part of it ends. */
  readonly repeatsText?: boolean;
  /** Headers of a caller that change what a provider does. */
  readonly headers?: readonly string[];
}

export interface RelayWay {
  /** Relative to the provider's base address; `{model}` stands for the model. */
  readonly path: string;
  /** Whether the path alone says that a stream is wanted, or that none is. */
  readonly isStream?: boolean;
  /** Sent as it is, and what a caller must have sent for its stream to be cut as the format's usual one. */
  readonly query?: Readonly<Record<string, string>>;
  readonly purpose?: 'count-tokens';
}

/** The way of a caller's path, and what stands in its variables. */
export function findWay(
  { ways }: Relay,
  path: string,
): { way: RelayWay; variables: Readonly<Record<string, string>> } | undefined {
  for (const template in ways) {
    const variables = matchPath(template, path);
    if (variables !== undefined) return { way: ways[template] as RelayWay, variables };
  }
  return undefined;
}
