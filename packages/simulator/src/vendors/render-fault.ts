/** A fault that is an error of the vendor, as this vendor answers with it: status, headers and body. */
import type { FramingName, WireReply } from '@keelson/core';
import { type Fault, faultRow } from '../faults/index.ts';
import { anthropicFaults } from './anthropic-faults.ts';
import { bedrockFaults } from './bedrock-faults.ts';
import { cohereFaults } from './cohere-faults.ts';
import type { FaultForm, Telling } from './fault-form.ts';
import { geminiFaults } from './gemini-faults.ts';
import { mistralFaults } from './mistral-faults.ts';
import { ollamaFaults } from './ollama-faults.ts';
import { openAiFaults, openAiResponsesFaults } from './openai-faults.ts';

const byDialect: Readonly<Record<string, FaultForm>> = {
  'anthropic-messages': anthropicFaults,
  'bedrock-converse': bedrockFaults,
  'cohere-chat': cohereFaults,
  'cohere-embed': cohereFaults,
  'cohere-rerank': cohereFaults,
  'gemini-embed': geminiFaults,
  'gemini-generate': geminiFaults,
  'mistral-chat': mistralFaults,
  'ollama-chat': ollamaFaults,
  'ollama-embed': ollamaFaults,
  'ollama-generate': ollamaFaults,
  'openai-responses': openAiResponsesFaults,
};

export interface FaultPlace {
  /** The dialect, or the name of an endpoint that has none. */
  readonly dialect: string;
  readonly requestId: string;
  readonly framing?: FramingName | undefined;
}

/** Undefined for faults that are no error of the vendor. */
export function renderFault(fault: Fault, place: FaultPlace): WireReply | undefined {
  const form = byDialect[place.dialect] ?? openAiFaults;
  const telling = tell(fault, form, place);
  if (telling === undefined) return undefined;
  const { body, headers } = form.render(telling);
  const { status, retryAfterMs } = telling;
  return {
    status,
    headers: { 'content-type': 'application/json', ...retryAfter(retryAfterMs), ...headers },
    body,
  };
}

function tell(fault: Fault, { told }: FaultForm, { requestId, framing }: FaultPlace): Telling | undefined {
  const { error } = faultRow(fault.name);
  if (error === undefined) return undefined;
  const own = told[fault.name] ?? {};
  const ownStatus = own.status ?? error.status;
  // Who asks for a number gets it, with whatever the vendor says of that status in general.
  const { message, ...words } = fault.status === undefined || fault.status === ownStatus ? own : {};
  const { 'retry-after': retryAfterMs } = fault.settings;
  return {
    ...words,
    fault: fault.name,
    status: fault.status ?? ownStatus,
    message: message === undefined ? error.message : `${message} (simulated)`,
    requestId,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(framing !== undefined && { framing }),
  };
}

function retryAfter(ms: number | undefined): Record<string, string> {
  if (ms === undefined) return {};
  return { 'retry-after': String(Math.ceil(ms / 1000)), 'retry-after-ms': String(ms) };
}
