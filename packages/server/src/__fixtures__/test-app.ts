/** The application of the tests: an engine whose only vendor is the simulator, and one key. */
import { type EngineSettings, openEngine, providerForms, Secret } from '@keelson/engine';
import { createApp } from '../app.ts';
import { createKeyRing, hashKey } from '../auth/index.ts';

export const testKey = 'ks-test';

export function createTestApp(address = 'http://127.0.0.1:1', more: Partial<EngineSettings> = {}) {
  const providers = [
    { name: 'simulator', form: providerForms.get('simulator')!, address },
    // Those that speak a single family's formats.
    { name: 'chat', form: providerForms.get('openai')!, address, key: new Secret('sk-test') },
    { name: 'claude', form: providerForms.get('anthropic')!, address, key: new Secret('sk-test') },
  ];
  const engine = openEngine({ providers, ...more });
  const keys = createKeyRing(new Map([[hashKey(testKey), { keyId: 'k1', workspace: 'w1' }]]));
  const app = createApp({ version: '1.2.3', uptimeSeconds: () => 61.9, engine, keys, maxBodyBytes: 100_000 });
  app.addHook('onClose', () => engine.close());
  return app;
}
