/**
 * Our own SDK twice: over a real gateway, and with the engine in this process. Both have the same providers, storage and receipts,
 * so that one test says what both must do.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBundledRegistry } from '@keelson/core';
import { openLockfile, providerForms, Secret } from '@keelson/engine';
import { type Client, connect, local } from '@keelson/sdk';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { type ApiKit, openApiKit, ownerKey } from '../packages/server/src/admin/__fixtures__/index.ts';

const lockfile = `version = 1

[profiles.default.aliases]
fast = ["openai:gpt-4o"]
pdf_reader = ["openai:gpt-4o"]
embedder = ["openai:text-embedding-3-small"]
steady = ["openai:gpt-4o", "anthropic:claude-haiku-4-5"]

[profiles.default.aliases.brief]
models = ["openai:gpt-4o"]

[profiles.default.aliases.brief.defaults]
max_tokens = 33

[profiles.dev]
inherits = "default"

[profiles.dev.aliases]
fast = ["anthropic:claude-haiku-4-5"]
`;

export interface SdkHarness {
  readonly simulator: Simulator;
  readonly url: string;
  readonly kit: ApiKit;
  readonly folder: string;
  readonly remote: Client;
  readonly local: Client;
  close(): Promise<void>;
}

export async function startSdkHarness(): Promise<SdkHarness> {
  const simulator = await startSimulator({ seed: 1 });
  const folder = mkdtempSync(join(tmpdir(), 'keelson-sdk-'));
  const path = join(folder, 'keelson.lock');
  writeFileSync(path, lockfile);
  const providers = ['openai', 'anthropic', 'cohere'].map((name) => ({
    name,
    form: providerForms.get(name)!,
    address: simulator.url,
    key: new Secret('sk-vendor'),
  }));
  const registry = await loadBundledRegistry(['openai', 'anthropic', 'cohere']);
  // These vendors fail again and again on purpose.
  const circuit = { failuresInRow: 1e9, minCalls: 1e9 };
  const opened = await openLockfile({ folder, path });
  const aliases = { fast: { retries: 0 }, steady: { retries: 0 } };
  const kit = await openApiKit({
    engine: () => ({ providers, registry, aliases, circuit, ...(opened && { lockfile: opened }) }),
  });
  await kit.app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(kit.app.server.address() as AddressInfo).port}`;
  const remote = connect({ url, key: ownerKey });
  const inProcess = local({
    lockfile: path,
    providers,
    registry,
    data: join(folder, 'local'),
    engine: { circuit, aliases },
  });
  return {
    simulator,
    url,
    kit,
    folder,
    remote,
    local: inProcess,
    close: async () => {
      await inProcess.close();
      kit.app.server.closeAllConnections();
      await kit.close();
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
