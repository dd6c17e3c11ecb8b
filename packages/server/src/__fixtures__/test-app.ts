/** The application of the tests: an engine whose only vendor is the simulator, and a key for each of two workspaces. */
import { type Engine, type EngineSettings, openEngine, providerForms, Secret } from '@keelson/engine';
import { type AppOptions, createApp } from '../app.ts';
import { createKeyRing, hashKey } from '../auth/index.ts';

export const testKey = 'ks-test';
export const otherKey = 'ks-of-another-workspace';

export function createTestApp(
  address = 'http://127.0.0.1:1',
  more: Partial<EngineSettings> = {},
  socketLimits: AppOptions['socketLimits'] = {},
  options: (engine: Engine) => Partial<AppOptions> = () => ({}),
) {
  const providers = [
    { name: 'simulator', form: providerForms.get('simulator')!, address },
    // Those that speak a single family's formats.
    { name: 'chat', form: providerForms.get('openai')!, address, key: new Secret('sk-test') },
    { name: 'claude', form: providerForms.get('anthropic')!, address, key: new Secret('sk-test') },
  ];
  const engine = openEngine({ providers, ...more });
  const keys = createKeyRing(
    new Map([
      [hashKey(testKey), { keyId: 'k1', workspace: 'w1' }],
      [hashKey(otherKey), { keyId: 'k2', workspace: 'w2' }],
    ]),
  );
  const rest = { version: '1.2.3', uptimeSeconds: () => 61.9, maxBodyBytes: 100_000, socketLimits };
  const app = createApp({ ...rest, engine, keys, ...options(engine) });
  app.addHook('onClose', () => engine.close());
  return app;
}
