/** With which code the command ends, by what went wrong. */

/** As docs/cli.md lists them. */
export const exitCodes: readonly (readonly [code: number, meaning: string])[] = [
  [0, 'done'],
  [1, 'it failed, or a check found something'],
  [2, 'the command line cannot be understood'],
  [3, 'the lockfile, the registry or a setting is wrong'],
  [4, 'a key is missing or refused'],
  [5, 'an alias or a model does not exist'],
  [6, 'somebody cannot be reached'],
  [7, 'a limit, a quota or a budget'],
  [20, 'a run waits for somebody'],
  [130, 'stopped with Ctrl-C'],
];

const byCode: Readonly<Record<string, number>> = {
  configuration_invalid: 3,
  conflict: 3,
  invalid_request: 2,
  authentication_failed: 4,
  permission_denied: 4,
  provider_authentication_failed: 4,
  provider_permission_denied: 4,
  model_not_found: 5,
  not_found: 5,
  provider_unavailable: 6,
  provider_timeout: 6,
  rate_limited: 7,
  limit_reached: 7,
  quota_exhausted: 7,
  budget_exhausted: 7,
  cancelled: 130,
};

export const exitCodeOf = (errorCode: string): number => byCode[errorCode] ?? 1;
