// The engine counts calls that it kept, and says when the prompt cache of a model stops helping.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator } from '@keelson/simulator';
import { expect, test, vi } from 'vitest';
import { ask, openSmallEngine } from './__fixtures__/index.ts';
import { type PromptCacheAlert, systemClock } from './observability/index.ts';

test('a warning and an event, once', { timeout: 30_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-prompt-cache-'));
  const simulator = await startSimulator({ seed: 5 });
  let ahead = 0;
  const clock = vi.spyOn(systemClock, 'now').mockImplementation(() => Date.now() + ahead);
  const alerts: PromptCacheAlert[] = [];
  const onPromptCacheAlert = (alert: PromptCacheAlert) => alerts.push(alert);
  const small = await openSmallEngine(folder, simulator.url, undefined, {
    onPromptCacheAlert,
    metrics: true,
  });
  const call = async (cacheRead: number): Promise<void> => {
    const stored = () => small.engine.waiting();
    for (let made = 0; made < 25; made++)
      await ask(small, `[[usage: input=10000 cacheRead=${cacheRead} output=1]]`).over;
    await expect.poll(stored, { timeout: 5000 }).toBe(0);
  };
  try {
    await call(8000);
    ahead += 20 * 60_000;
    await call(8000);
    await expect.poll(() => small.engine.metrics?.collect().keelson_prompt_cache_down?.[0]?.[1]).toBe(0);
    expect(alerts).toEqual([]);
    ahead += 11 * 60_000;
    await call(1000);
    await expect.poll(() => alerts.length).toBe(1);
    expect(alerts).toMatchObject([
      { kind: 'prompt_cache', subject: 'openai:one', share: 0.1, usualShare: 0.8 },
    ]);
    expect(small.engine.metrics?.collect().keelson_prompt_cache_down).toEqual([[['openai', 'one'], 1]]);
  } finally {
    clock.mockRestore();
    await small.close();
    await simulator.close();
    rmSync(folder, { recursive: true });
  }
});
