/**
 * Every way a Keelson operation can fail, as data: one row per code. Behaviour that depends on an error (status,
 * retry, whom to blame) is read from here and never decided again elsewhere. `docs/errors.md` repeats this table for
 * people, and a test holds the two together.
 */

/** Who can do something about it: the caller, the model provider, the operator of this installation, or Keelson. */
export type Fault = 'caller' | 'provider' | 'operator' | 'us';

/** What a router may do next without risking a second payment for the same answer. */
export type Retry = 'never' | 'same-target' | 'next-target';

export interface ErrorRow {
  readonly status: number;
  readonly retry: Retry;
  readonly fault: Fault;
  /** What the reader should do. Shown beside the message unless the thrower knows better. */
  readonly hint: string;
}

const row = (status: number, retry: Retry, fault: Fault, hint: string): ErrorRow => ({
  status,
  retry,
  fault,
  hint,
});

export const errorTable = {
  // The caller.
  invalid_request: row(400, 'never', 'caller', 'Correct the named field and send the request again.'),
  invalid_json: row(400, 'never', 'caller', 'Send a well-formed JSON document.'),
  request_too_large: row(
    413,
    'never',
    'caller',
    'Send less in one request; docs/limits.md lists the bounds.',
  ),
  context_too_long: row(
    400,
    'next-target',
    'caller',
    'Shorten the conversation or use a model with a longer context.',
  ),
  content_blocked: row(400, 'never', 'caller', 'Change the content; the provider refuses to process it.'),
  lossy_translation: row(
    422,
    'next-target',
    'caller',
    'Remove the listed fields, pick a model that supports them, or allow losses.',
  ),
  authentication_failed: row(401, 'never', 'caller', 'Send a valid key in the Authorization header.'),
  permission_denied: row(403, 'never', 'caller', 'Ask for a key that may do this.'),
  not_found: row(404, 'never', 'caller', 'Check the address and the id.'),
  conflict: row(409, 'never', 'caller', 'Read the current state and try again.'),
  cancelled: row(499, 'never', 'caller', 'Nothing to do: the caller ended the call.'),
  budget_exhausted: row(
    402,
    'never',
    'caller',
    'Wait until the window of the budget ends, ask for less, or ask for a larger budget.',
  ),
  flow_suspended: row(
    422,
    'never',
    'caller',
    'Start the flow with POST /api/v1/runs, where it can wait, and answer it there.',
  ),
  limit_reached: row(429, 'same-target', 'caller', 'Wait for the time in retry-after, or send less at once.'),

  // The provider.
  model_not_found: row(
    404,
    'next-target',
    'caller',
    'Check the model name, or whether this account may use it.',
  ),
  rate_limited: row(
    429,
    'next-target',
    'provider',
    'Wait for the time in retry-after, or send less at once.',
  ),
  provider_overloaded: row(529, 'next-target', 'provider', 'Try again shortly or use another target.'),
  provider_unavailable: row(503, 'next-target', 'provider', 'Try again shortly or use another target.'),
  provider_timeout: row(504, 'next-target', 'provider', 'Try again, or allow the target more time.'),
  provider_error: row(
    502,
    'next-target',
    'provider',
    'Try again; if it persists, report the provider request id to the provider.',
  ),
  invalid_response: row(
    502,
    'next-target',
    'provider',
    'The provider answered with something its format does not allow; try again.',
  ),
  stream_interrupted: row(
    502,
    'never',
    'provider',
    'The answer is incomplete; send the request again if a second payment is acceptable.',
  ),

  // The operator.
  provider_authentication_failed: row(401, 'next-target', 'operator', 'Set a valid key for this provider.'),
  provider_permission_denied: row(
    403,
    'next-target',
    'operator',
    "Give the provider's account access to this model or feature.",
  ),
  quota_exhausted: row(
    402,
    'next-target',
    'operator',
    "Top up or raise the limit of the provider's account.",
  ),
  unpriced_model: row(
    403,
    'never',
    'operator',
    'Give the model a price, or let the budget take models without one.',
  ),
  budget_unavailable: row(
    503,
    'same-target',
    'operator',
    'Bring the database and the disk back; nothing is sent that cannot be accounted.',
  ),
  flow_failed: row(
    424,
    'never',
    'operator',
    'Correct the flow at the step that failed; asking again may repeat what it did before.',
  ),
  configuration_invalid: row(500, 'never', 'operator', 'Correct the named setting.'),

  // Keelson.
  call_interrupted: row(
    500,
    'never',
    'us',
    'The process ended during the call; send it again if a second payment is acceptable.',
  ),
  internal_error: row(
    500,
    'never',
    'us',
    'This is a fault in Keelson; please report it with the request id.',
  ),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;
