/** Error bodies of this format, both ways: a message and, at times, the id of the request; Bedrock's where it is the host. */
import type { KeelsonError } from '../../errors/index.ts';
import { matchPath, type WireCall, type WireReply } from '../../message/index.ts';
import { invokeErrors, isBedrockReply } from '../bedrock-errors.ts';
import { createCohereErrors } from '../cohere-plain.ts';
import { invokePath, name } from './wire.ts';

const cohereErrors = createCohereErrors(name);
export const { errorFromBody } = cohereErrors;

export function parseError(reply: WireReply): KeelsonError {
  return isBedrockReply(reply) ? invokeErrors.parseError(reply) : cohereErrors.parseError(reply);
}

export function renderError(error: KeelsonError, call?: Pick<WireCall, 'path'>): WireReply {
  const isInvoked = call !== undefined && matchPath(invokePath, call.path) !== undefined;
  return isInvoked ? invokeErrors.renderError(error) : cohereErrors.renderError(error);
}
