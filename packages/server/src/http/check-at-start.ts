// Whether the providers can be used, found out while the server already answers: one line in the log for each that cannot.
import { checkProviders, type Log, type ProviderConfig } from '@keelson/engine';

/** Gives the way to stop it. Nobody waits for it, and nothing depends on what it finds. */
export function checkAtStart(providers: readonly ProviderConfig[], log: Log): () => void {
  const { stop } = checkProviders(providers, (provider, { problem }) => {
    // One that has no time now may be in order.
    if (problem === undefined || problem.kind === 'busy') return;
    const { kind, message, hint } = problem;
    log.warn(`${message} ${hint}`, { provider, problem: kind });
  });
  return stop;
}
