/** Log probabilities token by token, as OpenAI's formats tell them and those that were made after them (Ollama). */
import { isJsonObject, type Json } from '../json/index.ts';
import { applyAnnotations, known, type TokenLogprob, WireObject } from '../message/index.ts';

export function parseTokenLogprobs(
  tokens: readonly Json[] | undefined,
  dialect: string,
): TokenLogprob[] | undefined {
  return tokens?.map((token) => parseTokenLogprob(token, dialect));
}

function parseTokenLogprob(value: Json, dialect: string): TokenLogprob {
  const wire = WireObject.open(isJsonObject(value) ? value : {}, 'logprobs', 'lenient');
  return {
    token: wire.string('token') ?? '',
    logprob: wire.number('logprob') ?? 0,
    ...known({
      bytes: wire.list('bytes') as readonly number[] | undefined,
      top: parseTokenLogprobs(wire.list('top_logprobs'), dialect),
    }),
    ...wire.annotations(dialect),
  };
}

export function renderTokenLogprobs(
  tokens: readonly TokenLogprob[] | undefined,
  dialect: string,
): Record<string, Json>[] | undefined {
  return tokens?.map((token) => renderTokenLogprob(token, dialect));
}

export function renderTokenLogprob(token: TokenLogprob, dialect: string): Record<string, Json> {
  const wire: Record<string, Json> = known({
    token: token.token,
    logprob: token.logprob,
    bytes: token.bytes,
    top_logprobs: renderTokenLogprobs(token.top, dialect),
  });
  applyAnnotations(wire, token, dialect);
  return wire;
}
