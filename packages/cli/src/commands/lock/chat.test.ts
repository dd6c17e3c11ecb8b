// `keelson lock chat`, as a process, against the simulator: proposals, what a model may do wrong, terminals, pipes and gateways.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { hasTerminal, onTerminal } from '../../__fixtures__/pseudo-terminal.ts';
import {
  findKeelson,
  keelson,
  keelsonJson,
  makeFolder,
  removeFolder,
} from '../../__fixtures__/run-keelson.ts';

vi.setConfig({ testTimeout: 90_000 });

const folders: string[] = [];
let simulator: Simulator;
let folder = '';
let env: Record<string, string> = {};
beforeAll(async () => {
  findKeelson();
  simulator = await startSimulator({ seed: 1 });
}, 120_000);
beforeEach(async () => {
  folder = makeFolder();
  folders.push(folder);
  env = { KEELSON_SIMULATOR_URL: simulator.url };
  simulator.reset();
});
afterAll(async () => {
  await simulator.close();
  folders.forEach(removeFolder);
});

const model = ['--model', 'simulator:any'];
const propose = '[[tool: propose_alias {"alias":"fast","models":["openai:gpt-5.4-mini"]}]]';
const lockfile = () => join(folder, 'keelson.lock');
const ask = (question: string, ...more: string[]) =>
  keelsonJson(['lock', 'chat', question, ...model, ...more], { folder, env });

/** What the model was told of its tool calls. */
const results = (): string => JSON.stringify(simulator.requests.at(-1)?.request?.turns ?? []);

test('it looks models up, proposes a binding, and writes nothing without a yes', async () => {
  const question = `[[tool: list_models {"provider":"openai","max_cost":5,"limit":3}]] [[then]] [[tool: compare_cost {"models":["openai:gpt-5.4-mini"],"input_tokens":2000}]] [[then]] ${propose} [[then]] [[text: Cheap and quick.]]`;
  const { code, data, err } = await ask(question);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(data).toMatchObject({
    model: 'simulator:any',
    answer: 'Cheap and quick.',
    proposals: [{ alias: 'fast', models: ['openai:gpt-5.4-mini'] }],
    changes: [{ kind: 'alias_added', alias: 'fast' }, { kind: 'registry_version_changed' }],
    saved: false,
    rounds: 4,
  });
  expect(results()).toContain('call_dollars');
  expect(existsSync(lockfile())).toBe(false);
});

test('with --yes it is written over what is there, and with the pipe the answer is text', async () => {
  writeFileSync(lockfile(), 'version = 1\n[profiles.default.aliases]\nmine = ["openai:gpt-5.4"]\n');
  const words = ['lock', 'chat', `${propose} [[then]] [[text: Done.]]`, ...model];
  const looked = await keelson(words, { folder, env });
  expect(looked.out).toContain('Done.\n');
  expect(looked.out).toContain('Nothing is written to');
  expect(readFileSync(lockfile(), 'utf8')).not.toContain('fast');
  const { out, code } = await keelson([...words, '--yes'], { folder, env });
  expect(code).toBe(0);
  expect(out).toContain(`Written to ${lockfile()}.`);
  expect(readFileSync(lockfile(), 'utf8')).toMatch(/mine[\s\S]*fast|fast[\s\S]*mine/);
  expect(await keelson(['lock', 'validate'], { folder, env })).toMatchObject({ code: 0 });
});

test('what a model does wrong is told to it, and ends nothing', async () => {
  const wrong = [
    '[[tool: delete_everything {}]]',
    '[[tool-raw: list_models {"provider": ]]',
    '[[tool: propose_alias {"alias":"fast","models":["openai:gpt-99"]}]]',
    '[[tool: propose_alias {"alias":"fast","models":[]}]]',
    '[[tool: list_models {"max_cost":"cheap"}]]',
    '[[tool: propose_alias {"alias":"__proto__ x","models":["openai:gpt-5.4-mini"]}]]',
  ].join(' [[then]] ');
  const { code, data } = await ask(`${wrong} [[then]] [[text: I give up.]]`);
  expect(code).toBe(0);
  expect(data).toMatchObject({ answer: 'I give up.', proposals: [], saved: false });
  const told = results();
  for (const says of [
    'There is no tool',
    'no JSON object',
    'knows no model',
    '`models` is empty',
    'a number from 0',
  ])
    expect(told).toContain(says);
});

test('one that asks for ever is stopped, and one that is hostile changes no terminal', async () => {
  simulator.script('[[tool: show_aliases {}]]', { times: 'always' });
  const endless = await ask('Anything?');
  expect(endless.code).toBe(1);
  expect(endless.data.error.message).toContain('came to no end');
  expect(simulator.requests).toHaveLength(12);
  simulator.reset();
  simulator.script('[[text: "a\\u001b[2Jb\\u001b]52;c;aGk=\\u0007c\\u202ed\\u009b1me"]]');
  const { out } = await keelson(['lock', 'chat', 'Hello', ...model], { folder, env });
  expect(out).toMatch(/^a\ufffd\[2Jb/);
  expect(out).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
});

test('without a key, with a model that is not there, and when the vendor refuses, it says what to do', async () => {
  const [none, unknown, wrong, empty, secret] = await Promise.all([
    keelson(['lock', 'chat', 'Hello'], { folder }),
    keelson(['lock', 'chat', 'Hello', '-m', 'nobody:any'], { folder, env }),
    keelson(['lock', 'chat', '[[fault: unauthorized]]', ...model], { folder, env }),
    keelson(['lock', 'chat', '--json', '--model', 'fast', 'Hello'], { folder, env }),
    keelson(['lock', 'chat', 'Hello', '--server', 'http://127.0.0.1:1', '--key', 'sk-pasted'], {
      folder,
      env,
    }),
  ]);
  expect(none).toMatchObject({ code: 4, out: '' });
  expect(none.err).toContain('ANTHROPIC_API_KEY');
  expect(unknown).toMatchObject({ code: 5, out: '' });
  expect(wrong).toMatchObject({ code: 4, out: '' });
  expect(JSON.parse(empty.out).error.code).toBe('model_not_found');
  expect(secret.code).toBe(2);
  expect(secret.err).not.toContain('sk-pasted');
});

test('a gateway is asked with its key, and one that is away is told', async () => {
  const keys: unknown[] = [];
  const gateway = createServer((request, response) => {
    keys.push(request.headers.authorization);
    response.writeHead(307, { location: `${simulator.url}${request.url}` }).end();
  }).listen(0, '127.0.0.1');
  await new Promise((listening) => gateway.once('listening', listening));
  const redirecting = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  const words = ['lock', 'chat', '[[text: From afar.]]', '--json'];
  const asked = await keelson([...words, '--server', `${simulator.url}/v1/`, '--key', 'env:TEAM'], {
    folder,
    env: { TEAM: 'team-key' },
  });
  expect(JSON.parse(asked.out)).toMatchObject({ model: 'balanced', answer: 'From afar.' });
  // What a gateway redirects to is not sent the key.
  const moved = await keelson(words, {
    folder,
    env: { KEELSON_SERVER_URL: redirecting, KEELSON_API_KEY: 'k' },
  });
  const named = [...words, '--key', 'env:TEAM'];
  await keelson(named, { folder, env: { KEELSON_SERVER_URL: redirecting, KEELSON_API_KEY: 'k', TEAM: 't' } });
  expect([moved.code, new Set(keys)]).toEqual([1, new Set(['Bearer k', 'Bearer t'])]);
  const away = await keelson(words, { folder, env: { KEELSON_SERVER_URL: 'http://127.0.0.1:1' } });
  expect(JSON.parse(away.out).error.code).toBe('provider_unavailable');
  gateway.close();
});

test.runIf(hasTerminal)(
  'on a terminal it is a conversation: diff, save, and Ctrl-C stops only the answer',
  async () => {
    const talk = await onTerminal(['lock', 'chat', ...model], {
      folder,
      env,
      typed: [
        ['> ', `${propose} [[then]] [[text: Bound well.]]\r`],
        ['/save writes it', '/sav\r'],
        ['Did you mean', '/save\r'],
        ['[y/N]', 'y\r'],
        ['Written to', '[[text: Beginning.]] [[chunks: 300ms]] [[long: 400]]\r'],
        ['Beginning', '\u0003'],
        ['(stopped)', '[[text: Still here.]]\r'],
        ['Still here.', '\u0004'],
      ],
    });
    expect(talk.screen).toContain('Bound well.');
    expect(talk.code).toBe(0);
    expect(readFileSync(lockfile(), 'utf8')).toContain('fast');
  },
  30_000,
);
