/** Log probabilities token by token, as OpenAI's formats tell them and those that were made after them (Ollama). */
import { isJsonObject, type Json } from '../json/index.ts';
import { applyAnnotations, known, type TokenLogprob, WireObject } from '../message/index.ts';

export function parseTokenLogprobs(tokens: readonly Json[], dialect: string): TokenLogprob[] {
  return tokens.map((token) => parseTokenLogprob(token, dialect));
}

function parseTokenLogprob(value: Json, dialect: string): TokenLogprob {
  const wire = WireObject.open(isJsonObject(value) ? value : {}, 'logprobs', 'lenient');
  const top = wire.list('top_logprobs');
  return {
    token: wire.string('token') ?? '',
    logprob: wire.number('logprob') ?? 0,
    ...known({
      bytes: wire.list('bytes') as readonly number[] | undefined,
      top: top && parseTokenLogprobs(top, dialect),
    }),
    ...wire.annotations(dialect),
  };
}

export function renderTokenLogprobs(
  tokens: readonly TokenLogprob[],
  dialect: string,
): Record<string, Json>[] {
  return tokens.map((token) => renderTokenLogprob(token, dialect));
}

function renderTokenLogprob(token: TokenLogprob, dialect: string): Record<string, Json> {
  const wire: Record<string, Json> = known({
    token: token.token,
    logprob: token.logprob,
    bytes: token.bytes,
    top_logprobs: token.top && renderTokenLogprobs(token.top, dialect),
  });
  applyAnnotations(wire, token, dialect);
  return wire;
}
