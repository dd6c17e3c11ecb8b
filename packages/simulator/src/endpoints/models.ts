/**
 * `GET /v1/models`: a few models that the simulator pretends to have, in the fields of both OpenAI and Anthropic. It
 * answers for every other model name as well; wire formats of answers do not belong here.
 */
import type { Endpoint } from './endpoint.ts';
import { plainQuestion, renderPlainError } from './plain-body.ts';

const names = ['simulated-small', 'simulated-large', 'simulated-reasoning', 'simulated-embedding'] as const;
const released = '2026-01-01T00:00:00Z';

export const models: Endpoint = {
  name: 'models',
  parse: () => plainQuestion(undefined, render),
  renderError: renderPlainError,
};

function render() {
  const data = names.map((id) => ({
    id,
    object: 'model',
    type: 'model',
    display_name: id,
    created: Date.parse(released) / 1000,
    created_at: released,
    owned_by: 'simulator',
  }));
  return { object: 'list', data, has_more: false, first_id: names[0], last_id: names.at(-1) };
}
