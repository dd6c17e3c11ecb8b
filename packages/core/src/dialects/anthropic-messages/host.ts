/** Where a finished request goes: Anthropic's own path, or that of a host that has the model in the path. */
import { KeelsonError } from '../../errors/index.ts';
import type { Json } from '../../json/index.ts';
import { type ChatRequest, encodePathSegment, formOf, type WireCall } from '../../message/index.ts';
import {
  type AnthropicMessagesQuirks,
  betaHeader,
  countingModel,
  countTokensPath,
  type HostStyle,
  hosts,
  name,
  path,
} from './wire.ts';

export function addressCall(
  body: Record<string, Json>,
  request: ChatRequest,
  { pathStyle }: AnthropicMessagesQuirks,
): WireCall {
  const isCount = request.purpose === 'count-tokens';
  const headers = request.headers?.[name] ?? {};
  const call = { method: 'POST', query: {}, headers } as const;
  if (pathStyle === 'messages') return { ...call, path: isCount ? countTokensPath : path, body };
  const { whole, stream, version, versions } = hosts[pathStyle];
  const { model, stream: _stream, ...rest } = body;
  const said = formOf(request, name, 'anthropic_version');
  const wire: Record<string, Json> = {
    anthropic_version: said !== undefined && versions.test(said) ? said : version,
    ...rest,
  };
  if (isCount) return { ...call, ...addressCount(pathStyle, wire, request.model), headers: betasOf(headers) };
  const template = request.stream === true ? stream : whole;
  const address = template.replace('{model}', () => encodePathSegment(String(model)));
  if (pathStyle === 'raw-predict') return { ...call, path: address, headers: betasOf(headers), body: wire };
  return { ...call, path: address, headers: {}, body: { ...wire, ...betasInBody(headers) } };
}

/** The version of the format stands in the body, so its header goes nowhere. */
function betasOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  const betas = headers[betaHeader];
  return betas === undefined ? {} : { [betaHeader]: betas };
}

function betasInBody(headers: Readonly<Record<string, string>>): Record<string, Json> {
  const betas = headers[betaHeader];
  return betas === undefined ? {} : { anthropic_beta: betas.split(',').map((beta) => beta.trim()) };
}

/** Answering instead of counting would be paid for, so this is no loss to report afterwards. */
function addressCount(
  pathStyle: HostStyle,
  body: Record<string, Json>,
  model: string,
): Pick<WireCall, 'path' | 'body'> {
  const { whole } = hosts[pathStyle];
  if (pathStyle === 'raw-predict')
    return { path: whole.replace('{model}', countingModel), body: { ...body, model } };
  throw new KeelsonError('lossy_translation', 'Bedrock cannot count tokens of an `invoke` call.', {
    details: { dialect: name, field: 'purpose' },
    hint: 'Count with a model whose provider can.',
  });
}
