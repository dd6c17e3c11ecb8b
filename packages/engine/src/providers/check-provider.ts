/** Whether a provider can be used as it is configured, found out without spending a token. */
import {
  dialects,
  type ErrorCode,
  embedDialects,
  KeelsonError,
  looseBodyValue,
  rerankDialects,
  type WireReply,
} from '@keelson/core';
import type { Provider } from './provider.ts';
import type { Listing, ProviderForm } from './provider-form.ts';
import { isSuccess, type ReplyHeaders, type WholeReply } from './transport/index.ts';

interface ProviderProblem {
  /** `not-this-api`: somebody answers at the address, but not as this kind of provider does. */
  readonly kind:
    | 'wrong-key'
    | 'no-permission'
    | 'no-money'
    | 'unreachable'
    | 'not-this-api'
    | 'busy'
    | 'misconfigured';
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
}

export interface ProviderCheck {
  readonly ok: boolean;
  /** Whether anything was learnt of the key: some vendors show their models to everybody, and some show none. */
  readonly isKeyChecked: boolean;
  readonly models?: readonly string[];
  readonly problem?: ProviderProblem;
}

/** Asks for the list of models, by one stored credential where it is named; rejects only for a fault of ours. */
export async function checkProvider(provider: Provider, credentialId?: string): Promise<ProviderCheck> {
  const { listing } = provider.form;
  if (listing === undefined) return { ok: true, isKeyChecked: false };
  try {
    const models = readModels(provider, listing, await ask(provider, 'models', credentialId));
    if (listing.isPublic !== true) return { ok: true, isKeyChecked: true, models };
    if (listing.keyPath !== undefined) await ask(provider, 'key', credentialId);
    return { ok: true, isKeyChecked: listing.keyPath !== undefined, models };
  } catch (thrown) {
    if (!KeelsonError.is(thrown)) throw thrown;
    return { ok: false, isKeyChecked: true, problem: describe(provider, thrown) };
  }
}

async function ask(
  provider: Provider,
  what: 'models' | 'key',
  credentialId: string | undefined,
): Promise<WholeReply> {
  const reply = await provider.list(what, credentialId);
  if (reply === undefined) throw new KeelsonError('internal_error', 'The form has no such question.');
  if (!isSuccess(reply.status)) throw readError(provider.form, reply);
  return reply;
}

/** As the vendor's own format reads it: a wrong key is a 400 to some and a 403 to others. */
function readError(form: ProviderForm, { status, headers, text }: WholeReply): KeelsonError {
  const reply: WireReply = { status, headers: plainHeaders(headers), body: text };
  const [chat] = form.chat;
  if (chat !== undefined) return dialects[chat.dialect].outbound.parseError(reply);
  if (form.embed !== undefined) return embedDialects[form.embed.dialect].outbound.parseError(reply);
  const rerank = form.rerank?.dialect ?? 'cohere-rerank';
  return rerankDialects[rerank].outbound.parseError(reply);
}

function plainHeaders(headers: ReplyHeaders): Record<string, string> {
  const plain = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
  );
  return Object.fromEntries(plain) as Record<string, string>;
}

function readModels(provider: Provider, { list, id, prefix = '' }: Listing, { text }: WholeReply): string[] {
  const body: unknown = looseBodyValue(text);
  const models = list === undefined ? body : fieldOf(body, list);
  if (!Array.isArray(models)) {
    const { name, address } = provider;
    throw new KeelsonError('invalid_response', `${name} (${address}) answers without a list of models.`);
  }
  return models.flatMap((model: unknown) => {
    const name = fieldOf(model, id);
    if (typeof name !== 'string') return [];
    return [name.startsWith(prefix) ? name.slice(prefix.length) : name];
  });
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

const kinds: Partial<Record<ErrorCode, ProviderProblem['kind']>> = {
  provider_authentication_failed: 'wrong-key',
  provider_permission_denied: 'no-permission',
  quota_exhausted: 'no-money',
  rate_limited: 'busy',
  provider_overloaded: 'busy',
  provider_unavailable: 'unreachable',
  provider_timeout: 'unreachable',
  provider_error: 'unreachable',
  configuration_invalid: 'misconfigured',
};

function describe(provider: Provider, error: KeelsonError): ProviderProblem {
  const kind = kinds[error.code] ?? 'not-this-api';
  const { name, address } = provider;
  // A vendor's words may repeat the key it was sent; ours do not.
  const own = error.vendor === undefined ? error.message : undefined;
  switch (kind) {
    case 'wrong-key':
      return {
        kind,
        message: own ?? `${name} (${address}) does not know its key.`,
        hint: keyHint(provider.form),
      };
    case 'no-permission':
      return {
        kind,
        message: own ?? `${name} (${address}) knows its key, but does not let it list models.`,
        hint: 'Give the account or the key access to the models, or use another key.',
      };
    case 'no-money':
      return { kind, message: own ?? `${name} (${address}) wants to be paid first.`, hint: error.hint };
    case 'busy':
      return { kind, message: own ?? `${name} (${address}) has no time now.`, hint: 'Check again shortly.' };
    case 'not-this-api': {
      const hint = `Check the address; ${provider.form.label} was expected there.`;
      const message = `${name} (${address}) answers, but not as ${provider.form.label} does.`;
      return { kind, message: own ?? message, hint };
    }
    default:
      return { kind, message: own ?? `${name} (${address}) fails at the moment.`, hint: error.hint };
  }
}

function keyHint({ environment }: ProviderForm): string {
  const [variable] = environment.key ?? [];
  const where = variable === undefined ? '' : `, such as that in ${variable}`;
  return `Set a valid key${where}; it may have been revoked, or belong to another vendor or region.`;
}
