/** In which of its formats a provider is spoken to, and whether bytes may pass as they are. */
import { type Dialect, dialects } from '@keelson/core';
import type { Provider, Speech } from '../providers/index.ts';
import type { Endpoint, Lane, Target } from './plan.ts';

/** Undefined where the provider offers nothing of the kind. */
export function findTarget(
  provider: Provider,
  model: string,
  { endpoint, dialect }: { readonly endpoint: Endpoint; readonly dialect: string },
): Target | undefined {
  const speech = findSpeech(provider, endpoint, dialect);
  const key = `${provider.name}:${model}`;
  const lane = endpoint === 'passed' ? 'pass-through' : speech && laneOf(speech, dialect);
  return speech && lane && { key, provider, model, speech, lane };
}

/** The caller's own format where the provider knows it, otherwise the one that suits the provider best. */
function findSpeech({ form }: Provider, endpoint: Endpoint, dialect: string): Speech | undefined {
  if (endpoint === 'embed') return form.embed;
  if (endpoint === 'rerank') return form.rerank;
  if (endpoint === 'passed') return passingSpeech(form, dialect);
  return form.chat.find((speech) => speech.dialect === dialect) ?? form.chat[0];
}

/** Whoever speaks OpenAI's chat format has its other endpoints beside it, where it has them at all. */
function passingSpeech({ passing = [], chat }: Provider['form'], dialect: string): Speech | undefined {
  const own = passing.find((speech) => speech.dialect === dialect);
  return own ?? (dialect === 'openai' ? chat.find((speech) => speech.dialect === 'openai-chat') : undefined);
}

function laneOf({ dialect, quirks }: Speech, asked: string): Lane {
  if (dialect !== asked || !Object.hasOwn(dialects, asked)) return 'translated';
  const { relay } = dialects[asked as keyof typeof dialects] as unknown as Dialect<object>;
  if (relay === undefined) return 'translated';
  const isRewritten = relay.rewritingQuirks?.some((name) => quirks !== undefined && name in quirks);
  return isRewritten === true ? 'translated' : 'pass-through';
}
