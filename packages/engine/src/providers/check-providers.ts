/**
 * Every configured provider, checked beside whatever else goes on: a few at a time, each for a bounded time, over connections
 * of their own that are closed afterwards. What is learnt is told; nothing here fails.
 */
import { toKeelsonError } from '@keelson/core';
import { checkProvider, type ProviderCheck } from './check-provider.ts';
import { createProvider } from './provider.ts';
import type { ProviderConfig } from './provider-config.ts';

export interface CheckBounds {
  readonly atOnce: number;
  /** Of each provider. */
  readonly totalMs: number;
}

const usualBounds: CheckBounds = { atOnce: 4, totalMs: 10_000 };

export interface RunningChecks {
  /** When all have been checked, or were stopped. It never rejects. */
  readonly over: Promise<void>;
  stop(): void;
}

type Tell = (provider: string, check: ProviderCheck) => void;

export function checkProviders(
  configs: readonly ProviderConfig[],
  tell: Tell,
  bounds: CheckBounds = usualBounds,
): RunningChecks {
  const stopping = new AbortController();
  const waiting = configs.filter(({ form }) => form.name !== 'simulator');
  const work = async (): Promise<void> => {
    for (let config = waiting.shift(); config !== undefined; config = waiting.shift()) {
      const check = await checkOnce(config, bounds.totalMs, stopping.signal);
      if (stopping.signal.aborted) return;
      tell(config.name, check);
    }
  };
  const workers = Array.from({ length: Math.min(bounds.atOnce, waiting.length) }, work);
  return { over: Promise.all(workers).then(() => undefined), stop: () => stopping.abort() };
}

async function checkOnce(
  config: ProviderConfig,
  totalMs: number,
  stopping: AbortSignal,
): Promise<ProviderCheck> {
  const timeouts = { connectMs: totalMs, firstByteMs: totalMs, betweenChunksMs: totalMs, totalMs };
  try {
    const provider = createProvider({ ...config, timeouts });
    const ended = endOf(stopping, totalMs, `${provider.name} (${provider.address})`);
    try {
      return await Promise.race([checkProvider(provider), ended.check]);
    } finally {
      ended.forget();
      await provider.close();
    }
  } catch (thrown) {
    const { message, hint } = toKeelsonError(thrown);
    return { ok: false, isKeyChecked: false, problem: { kind: 'misconfigured', message, hint } };
  }
}

interface End {
  readonly check: Promise<ProviderCheck>;
  forget(): void;
}

/** Who gives a token has bounds of its own, and a library of others may have none. */
function endOf(stopping: AbortSignal, totalMs: number, named: string): End {
  const message = `${named} was not checked, because it took more than ${totalMs} ms.`;
  const problem = { kind: 'unreachable', message, hint: 'Check its address and the network.' } as const;
  let end = (): void => {};
  const check = new Promise<ProviderCheck>((resolve) => {
    end = () => resolve({ ok: false, isKeyChecked: false, problem });
  });
  // A little later than its own bound, which says more.
  const timer = setTimeout(end, totalMs + 500);
  stopping.addEventListener('abort', end, { once: true });
  if (stopping.aborted) end();
  return {
    check,
    forget: () => {
      clearTimeout(timer);
      stopping.removeEventListener('abort', end);
    },
  };
}
