/** Which endpoint a caller's path and method mean, and what stands in the path. */
import { matchPath } from '@keelson/core';
import { invoke, rawPredict } from './cloud-endpoints.ts';
import { imageEdits, images, moderations, speech, transcriptions, translations } from './openai-endpoints.ts';
import type { PassedEndpoint, PassedWay } from './passed-endpoint.ts';
import { realtime } from './realtime-endpoint.ts';
import { batches, files, fineTuning } from './stored-endpoints.ts';

export const passedEndpoints: readonly PassedEndpoint[] = [
  moderations,
  images,
  imageEdits,
  transcriptions,
  translations,
  speech,
  invoke,
  rawPredict,
  files,
  batches,
  fineTuning,
  realtime,
];

export interface FoundWay {
  readonly way: PassedWay;
  readonly variables: Readonly<Record<string, string>>;
}

/** The endpoint whose path this is. */
export function findPassed(path: string): PassedEndpoint | undefined {
  return passedEndpoints.find((endpoint) => findPassedWay(endpoint, path) !== undefined);
}

/** By any method, where none is given. */
export function findPassedWay({ ways }: PassedEndpoint, path: string, method?: string): FoundWay | undefined {
  for (const way of ways) {
    if (method !== undefined && (way.method ?? 'POST') !== method) continue;
    const variables = matchPath(way.template, path);
    if (variables !== undefined) return { way, variables };
  }
  return undefined;
}
