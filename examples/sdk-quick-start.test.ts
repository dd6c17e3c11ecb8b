/** The quick start of the SDK does what it says, in process and without any server. */
import { providerForms, Secret } from '@keelson/engine';
import { local } from '@keelson/sdk';
import { startSimulator } from '@keelson/simulator';
import { expect, test } from 'vitest';
import { quickStart, withAiSdk } from './sdk-quick-start.ts';

test('the quick start', async () => {
  const simulator = await startSimulator({ seed: 1 });
  const form = providerForms.get('openai')!;
  const providers = [{ name: 'openai', form, address: simulator.url, key: new Secret('sk-test') }];
  const keelson = local({ lockfile: false, providers });
  const words = ['[[text: Ahoy.]]', '[[text: A ship sank.]]', '[[json: {"name":"Argo","masts":1}]]'];
  for (const script of [...words, '[[tool: weather {"city":"Oslo"}]]', '[[text: Sunny.]]', '[[text: Ahoy.]]'])
    simulator.script(script);
  const lines = await quickStart(keelson);
  expect(lines[0]).toMatch(/^openai:.+ said Ahoy\. for \$0\.\d+$/);
  expect(lines[1]).toMatch(/^A ship sank\. \(\d+ tokens\)$/);
  expect(lines.slice(2)).toEqual(['Argo has 1 masts', '2 calls']);
  expect(await withAiSdk(keelson)).toMatch(/^Ahoy\. openai:/);
  await keelson.close();
  await simulator.close();
});
