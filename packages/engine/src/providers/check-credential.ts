/** Whether a provider takes a stored credential, within a time that somebody who waits for it can bear. */
import type { Clock } from '../observability/index.ts';
import { checkProvider, type ProviderCheck } from './check-provider.ts';
import type { Provider } from './provider.ts';

interface CredentialCheckSettings {
  readonly clock: Pick<Clock, 'sleep'>;
  /** 10 seconds when left out. */
  readonly totalMs?: number;
}

export async function checkCredential(
  provider: Provider,
  id: string,
  { clock, totalMs = 10_000 }: CredentialCheckSettings,
): Promise<ProviderCheck> {
  const waiting = new AbortController();
  const tooLate = clock.sleep(totalMs, waiting.signal).then((): ProviderCheck => {
    const message = `${provider.name} (${provider.address}) did not answer within ${totalMs} ms.`;
    const problem = { kind: 'unreachable', message, hint: 'Check its address and the network.' } as const;
    return { ok: false, isKeyChecked: false, problem };
  });
  tooLate.catch(() => {});
  try {
    return hinted(await Promise.race([checkProvider(provider, id), tooLate]));
  } finally {
    waiting.abort();
  }
}

/** The usual advice is to set a variable, which helps nobody whose key is stored. */
function hinted(check: ProviderCheck): ProviderCheck {
  if (check.problem?.kind !== 'wrong-key') return check;
  const hint = 'Rotate the credential; its key may have been revoked, or belong to another vendor or region.';
  return { ...check, problem: { ...check.problem, hint } };
}
