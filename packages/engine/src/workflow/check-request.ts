/** What is refused before anything of it is stored, and the errors of runs that are not what somebody thought. */
import { KeelsonError } from '@keelson/core';
import type { StartRun, WorkerSettings } from './durable-runs.ts';

const namePattern = /^[^\s\p{Cc}]{1,200}$/u;
const mostKeyCharacters = 300;
const mostInputCharacters = 16_000_000;

export function checkStart({ workspace, flow, version, input, key, limitKey }: StartRun): void {
  for (const [field, name] of Object.entries({ workspace, flow, version })) checkName(field, name);
  for (const [field, value] of Object.entries({ key, limitKey })) {
    if (value === undefined) continue;
    // Those with a slash in front are this room's own.
    if (value === '' || value.length > mostKeyCharacters || value.startsWith('/'))
      throw invalid(field, `is 1 to ${mostKeyCharacters} characters and does not begin with a slash`);
  }
  const text: string | undefined = JSON.stringify(input);
  if (text === undefined || text.length > mostInputCharacters)
    throw invalid('input', `is a JSON value of at most ${mostInputCharacters} characters`);
}

export function checkFlows({ flows, resolve, concurrency = 1, leaseMs = 1000 }: WorkerSettings): void {
  if (flows.length === 0 && resolve === undefined) throw invalid('flows', 'names at least one flow');
  if (!(Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= 1000))
    throw invalid('concurrency', 'is a whole number from 1 to 1000');
  if (!(leaseMs >= 100)) throw invalid('leaseMs', 'is at least 100');
  const seen = new Set<string>();
  for (const { name, version } of flows) {
    checkName('flow', name);
    checkName('version', version);
    const graph = `${name} ${version}`;
    if (seen.has(graph)) throw invalid('flows', `names \`${name}\` in version \`${version}\` once`);
    seen.add(graph);
  }
}

/** Also for callers without types: what is neither would be kept, and mean nothing. */
export function checkDecision(decision: unknown): void {
  if (decision !== 'approved' && decision !== 'rejected')
    throw invalid('decision', 'is `approved` or `rejected`');
}

function checkName(field: string, name: string): void {
  if (!namePattern.test(name)) throw invalid(field, 'is 1 to 200 characters without spaces');
}

function invalid(field: string, rule: string): KeelsonError {
  return new KeelsonError('invalid_request', `\`${field}\` ${rule}.`, { details: { field } });
}

export function unknownRun(runId: string): KeelsonError {
  return new KeelsonError('not_found', `There is no run \`${runId}\`.`);
}

export function unknownApproval(id: string): KeelsonError {
  return new KeelsonError('not_found', `There is no approval \`${id}\`.`);
}

export function unknownSchedule(id: string): KeelsonError {
  return new KeelsonError('not_found', `There is no schedule \`${id}\`.`);
}

export function conflict(message: string): KeelsonError {
  return new KeelsonError('conflict', message);
}
