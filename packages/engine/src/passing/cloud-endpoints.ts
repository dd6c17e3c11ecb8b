/**
 * The endpoints of clouds at which a model is asked in its maker's own format: Bedrock's `invoke` and Vertex's `rawPredict`
 * (AWS and Google references, October 2026). Claude's format and Cohere's embeddings are understood; all others pass.
 */
import type { Usage } from '@keelson/core';
import { countOf, readAnyTokens } from './answer-usage.ts';
import type { PassedEndpoint, Told } from './passed-endpoint.ts';

const shared = {
  bodies: ['json'],
  model: 'path',
  answersJson: true,
  isStream: () => false,
  // What a body refers to may be longer than itself: the model's context bounds it.
  measure: () => ({ inputTokens: Number.POSITIVE_INFINITY, answers: 1, units: {} }),
} as const satisfies Partial<PassedEndpoint>;

export const invoke: PassedEndpoint = {
  ...shared,
  name: 'invoke',
  dialect: 'bedrock',
  ways: [
    { template: '/model/{model}/invoke', path: '/model/{model}/invoke', isStream: false },
    {
      template: '/model/{model}/invoke-with-response-stream',
      path: '/model/{model}/invoke-with-response-stream',
      isStream: true,
    },
  ],
  headers: [
    'x-amzn-bedrock-trace',
    'x-amzn-bedrock-guardrailidentifier',
    'x-amzn-bedrock-guardrailversion',
    'x-amzn-bedrock-performanceconfig-latency',
    'x-amzn-bedrock-service-tier',
  ],
  readUsage: (told) => readInvoked(told) ?? readAnyTokens(told.value),
};

/** Bedrock counts for models that tell nothing themselves, in headers. */
function readInvoked({ headers }: Told): Usage | undefined {
  const total = countIn(headers['x-amzn-bedrock-input-token-count']);
  const output = countIn(headers['x-amzn-bedrock-output-token-count']);
  if (total === undefined && output === undefined) return undefined;
  const cacheRead = countIn(headers['x-amzn-bedrock-cache-read-input-token-count']);
  return {
    input: { ...(total !== undefined && { total }), ...(cacheRead !== undefined && { cacheRead }) },
    output: output === undefined ? {} : { total: output },
  };
}

function countIn(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? countOf(Number(header)) : undefined;
}

export const rawPredict: PassedEndpoint = {
  ...shared,
  name: 'raw-predict',
  dialect: 'vertex',
  ways: [
    {
      template: '/publishers/{publisher}/models/{model}:rawPredict',
      path: '/{publisher}/models/{model}:rawPredict',
      isStream: false,
    },
    {
      template: '/publishers/{publisher}/models/{model}:streamRawPredict',
      path: '/{publisher}/models/{model}:streamRawPredict',
      isStream: true,
    },
  ],
  readUsage: ({ value }) => readAnyTokens(value),
};

/** Whether a body at one of these addresses is in Claude's format, which says its version there. */
export function isClaudeBody(body: string): boolean {
  return body.includes('"anthropic_version"');
}
