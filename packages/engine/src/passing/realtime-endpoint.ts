/** OpenAI's realtime sockets: https://platform.openai.com/docs/api-reference/realtime (October 2026). */
import { isJsonObject } from '@keelson/core';
import { readOpenAiTokens } from './answer-usage.ts';
import type { PassedEndpoint } from './passed-endpoint.ts';

export const realtime: PassedEndpoint = {
  name: 'realtime',
  dialect: 'openai',
  ways: [{ template: '/v1/realtime', path: '/realtime', method: 'GET', isStream: true }],
  bodies: ['json'],
  model: 'query',
  answersJson: false,
  isSocket: true,
  headers: ['openai-beta', 'openai-safety-identifier', 'sec-websocket-key', 'sec-websocket-version'],
  isStream: () => true,
  // Two of the longest answers: a session ends when what is left would not cover one more.
  measure: () => ({ inputTokens: Number.POSITIVE_INFINITY, answers: 1, rounds: 2, units: {} }),
  readUsage: ({ value }) =>
    isJsonObject(value) && value.type === 'response.done'
      ? readOpenAiTokens(value.response, 'text')
      : undefined,
  usageAtLeast: () => ({ input: { total: 0 }, output: { total: 0 } }),
};
