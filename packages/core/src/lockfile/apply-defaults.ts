/** Gives a request what its alias sets, where the caller left it open. What the caller said is never changed. */
import type { ChatRequest } from '../message/index.ts';
import type { RequestDefaults } from './lockfile.ts';

export function applyDefaults(request: ChatRequest, defaults: RequestDefaults): ChatRequest {
  const { temperature, topP, maxTokens, reasoning } = defaults;
  const { sampling, maxOutputTokens } = request;
  const fillsTemperature = temperature !== undefined && sampling?.temperature === undefined;
  const fillsTopP = topP !== undefined && sampling?.topP === undefined;
  return {
    ...request,
    ...((fillsTemperature || fillsTopP) && {
      sampling: {
        ...sampling,
        ...(fillsTemperature && { temperature }),
        ...(fillsTopP && { topP }),
      },
    }),
    ...(maxTokens !== undefined && maxOutputTokens === undefined && { maxOutputTokens: maxTokens }),
    ...(reasoning !== undefined && request.reasoning === undefined && { reasoning }),
  };
}
