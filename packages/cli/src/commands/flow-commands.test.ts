// The commands about flows, in this process, over a real data folder and the simulator: what they check, estimate, run and answer,
// and what they say where something is wrong.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStorage, silentLog, systemClock } from '@keelson/engine';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runHere } from '../__fixtures__/run-here.ts';
import { makeFolder, removeFolder } from '../__fixtures__/run-keelson.ts';

vi.setConfig({ testTimeout: 60_000 });

const files = {
  'hello.yaml': `flow: hello
entry: greet
nodes:
  greet: { kind: prompt, model: "simulator:any", prompt: "{{text}}", maxOutputTokens: 50 }
`,
  'refund.yaml': `flow: refund
entry: ok
nodes:
  ok: { kind: approve, input: { pay: $request.amount }, next: pay }
  pay: { kind: pass }
`,
  'two.yaml': `flow: two
entry: first
nodes:
  first: { kind: approve, input: one, next: second }
  second: { kind: wait-for, event: paid }
`,
  'outer.yaml': `flow: outer
entry: inner
nodes:
  inner: { kind: flow, use: hello }
`,
  'slow.yaml': `flow: slow
entry: rest
nodes:
  rest: { kind: pause, ms: 60000 }
`,
  'priced.yaml': `flow: priced
entry: ask
nodes:
  ask: { kind: prompt, model: "openai:gpt-5.4-mini", prompt: "{{text}}", maxOutputTokens: 100, maxInputBytes: 4000 }
`,
  'unpriced.yaml': `flow: unpriced
entry: ask
nodes:
  ask: { kind: prompt, model: "openai:unheard-of", prompt: "{{text}}" }
`,
  'wrong.yaml': `flow: wrong
entry: nowhere
nodes:
  ask: { kind: promt, model: x }
  then: { kind: pass, next: gone }
`,
};

let simulator: Simulator;
let folder = '';
let env: Record<string, string> = {};
beforeAll(async () => {
  simulator = await startSimulator({ seed: 1 });
  folder = makeFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  env = {
    KEELSON_SIMULATOR_URL: simulator.url,
    OPENAI_API_KEY: 'none',
    OPENAI_BASE_URL: `${simulator.url}/v1`,
    KEELSON_DATA: join(folder, 'data'),
  };
  await flow('keep', 'hello.yaml');
});
afterAll(async () => {
  await simulator.close();
  removeFolder(folder);
});

const flow = (...words: readonly string[]) => runHere(['flow', ...words], { folder, env });
const run = (...words: readonly string[]) => flow('run', ...words, '--quiet');
/** A folder with nothing in it, where nothing is to appear. */
const nowhere = { KEELSON_DATA: 'nothing-here' };
const idOf = (ran: { readonly data: { readonly run: { readonly id: string } } }): string => ran.data.run.id;

async function detached(...words: readonly string[]): Promise<string> {
  const { text } = await run(...words, '--detach');
  return text.trim();
}

describe('check', () => {
  test('tells every problem with its place, and makes nothing', async () => {
    const ran = await runHere(['flow', 'check', 'wrong.yaml', 'hello.yaml'], { folder, env: nowhere });
    expect(ran.code).toBe(1);
    expect(ran.text).toContain('wrong.yaml:2:1: entry ');
    expect(ran.text).toContain('wrong.yaml:4:10: nodes.ask.kind ');
    expect(ran.text).toMatch(/wrong\.yaml:5:\d+: nodes\.then/);
    expect(ran.text).toContain('hello.yaml: nothing is wrong with the flow hello.');
    expect(ran.data.problems[0]).toMatchObject({ file: 'wrong.yaml', line: 2, column: 1 });
    expect(existsSync(join(folder, 'nothing-here'))).toBe(false);
  });

  test('looks for flows that are used in the other files', async () => {
    const ask = (...names: string[]) => runHere(['flow', 'check', ...names], { folder, env: nowhere });
    expect((await ask('outer.yaml', 'hello.yaml')).code).toBe(0);
    const alone = await ask('outer.yaml');
    expect([alone.code, alone.text]).toEqual([
      1,
      expect.stringContaining('`hello` is no flow that is known'),
    ]);
  });

  test('refuses what is no file of text', async () => {
    writeFileSync(join(folder, 'latin.yaml'), Buffer.from([0x66, 0xfc, 0x72]));
    mkdirSync(join(folder, 'folder.yaml'));
    expect(await flow('check', 'latin.yaml')).toMatchObject({
      code: 3,
      aside: expect.stringContaining('UTF-8'),
    });
    expect(await flow('check', 'folder.yaml')).toMatchObject({
      code: 3,
      aside: expect.stringContaining('folder'),
    });
    expect(await flow('check', 'gone.yaml')).toMatchObject({
      code: 3,
      aside: expect.stringContaining('gone.yaml'),
    });
  });
});

describe('estimate', () => {
  const asked = ['priced.yaml', '--input', '{"text":"It crashes"}'];

  test('needs neither a key nor a database, and makes none', async () => {
    const ran = await runHere(['flow', 'estimate', ...asked], { folder, env: nowhere });
    expect(ran.code).toBe(0);
    expect(ran.data.estimate.nanoDollars.max).toBeGreaterThan(0);
    expect(ran.text).toMatch(/^ +EXPECTED +NINE IN TEN +AT WORST\nmoney +\$0\.\d+ +\$0\.\d+ +\$0\.\d+\n/);
    expect(ran.text).toMatch(/confidence {2}low: nothing like it has run here/);
    expect(ran.text).toMatch(/PART +KIND[^\n]*\npriced +graph[^\n]*\n {2}ask +prompt/);
    expect(existsSync(join(folder, 'nothing-here'))).toBe(false);
  });

  test('says whether a budget would let it begin', async () => {
    const judge = (...words: string[]) => flow('estimate', ...asked, ...words);
    expect(await judge('--budget', '0.05')).toMatchObject({ code: 0, data: { budget: { isLetIn: true } } });
    const refused = await judge('--budget', '0.00001', '--preflight', 'max');
    expect(refused).toMatchObject({ code: 7, data: { budget: { isLetIn: false } } });
    expect(refused.text).toMatch(/A budget of \$0\.00001 would refuse it: the worst case is \$0\.\d+/);
    const unpriced = await flow('estimate', 'unpriced.yaml', '--budget', '1');
    expect([unpriced.code, unpriced.text]).toEqual([7, expect.stringContaining('is not known')]);
    expect((await flow('estimate', 'unpriced.yaml', '--budget', '1', '--allow-unpriced')).code).toBe(0);
  });

  test('knows what earlier runs cost, also of a file that is not kept', async () => {
    await run('priced.yaml', '--input', '{"text":"[[text: Known.]]"}');
    const known = await flow('estimate', ...asked);
    expect(known.text).toContain('confidence  low: the part that is known least has run 1 time');
    writeFileSync(join(folder, 'draft.yaml'), files['priced.yaml'].replace('flow: priced', 'flow: draft'));
    expect((await flow('estimate', 'draft.yaml', '--input', '{"text":"x"}')).code).toBe(0);
    expect((await flow('kept', 'draft')).code).toBe(5);
  });
});

describe('run', () => {
  test('keeps the flow, runs it, and prints its output as it is', async () => {
    const ran = await run('hello.yaml', '--input', '{"text":"[[text: Ahoy.]]"}');
    expect(ran).toMatchObject({
      code: 0,
      text: 'Ahoy.\n',
      data: { end: 'over', run: { state: 'completed' } },
    });
    expect(ran.aside).toMatch(/^The run \S+ is completed after .+; cost \$0, 1 call to models\.$/);
    const again = await run('hello', '--input', '{"text":"[[text: Kept.]]"}');
    expect(again.text).toBe('Kept.\n');
    const shown = await flow('show', idOf(again), '--steps');
    expect(shown.text).toMatch(/state +completed/);
    expect(shown.text).toMatch(/greet +step +done/);
    expect((await flow('list', '--flow', 'hello', '--limit', '1')).data).toMatchObject([{ id: idOf(again) }]);
    const older = await flow('list', '--flow', 'hello', '--before', idOf(again));
    expect(older.data).toMatchObject([{ id: idOf(ran) }]);
  });

  test('takes flows that it uses from other files, and its input from a file', async () => {
    writeFileSync(join(folder, 'input.json'), '{"text":"[[text: From within.]]"}');
    const ran = await run('outer.yaml', '--with', 'hello.yaml', '--input', '@input.json');
    expect(ran).toMatchObject({ code: 0, text: 'From within.\n' });
  });

  test('finds the run of a key that was used before, and starts nothing', async () => {
    const words = ['hello.yaml', '--input', '{"text":"[[text: Once.]]"}', '--start-key', 'once'];
    const [first, second] = [await run(...words), await run(...words)];
    expect([idOf(second), second.text]).toEqual([idOf(first), 'Once.\n']);
    expect(second.aside).toContain('was started before with this key');
  });

  test('works on its own run alone', async () => {
    const others = await detached('hello.yaml', '--input', '{"text":"[[text: Later.]]"}');
    expect((await run('refund.yaml', '--input', '{"amount":5}')).code).toBe(20);
    expect((await flow('show', others)).data.run.state).toBe('pending');
    expect(await flow('resume', others, '--quiet')).toMatchObject({ code: 0, text: 'Later.\n' });
  });

  test('ends with 7 where it does not fit the budget, and with 1 where it fails or takes too long', async () => {
    const priced = ['priced.yaml', '--input', '{"text":"[[text: Paid.]]"}', '--preflight', 'max', '--budget'];
    const refused = await run(...priced, '0.00001');
    expect([refused.code, refused.aside]).toEqual([7, expect.stringContaining('budget')]);
    const paid = await run(...priced, '0.01');
    expect([paid.text, paid.aside]).toEqual(['Paid.\n', expect.stringMatching(/cost \$0\.0000\d+, 1 call/)]);
    const failed = await run('hello.yaml', '--input', '{"text":"[[fault: 401]]"}');
    expect([failed.code, failed.text]).toEqual([1, '']);
    expect(failed.data.run).toMatchObject({
      state: 'failed',
      failure: { errorType: expect.stringMatching(/^llm/) },
    });
    const late = await run('slow.yaml', '--input', 'null', '--timeout', '300ms');
    expect([late.code, late.data.run.failure.reason]).toEqual([1, 'run_deadline']);
  });

  test('tells what is wrong with the line, and begins nothing', async () => {
    const says = async (...words: string[]): Promise<[number, string]> => {
      const { code, aside } = await run(...words);
      return [code, aside];
    };
    expect(await says('hello.yaml')).toEqual([2, expect.stringContaining('--input null')]);
    expect(await says('hello.yaml', '--input', '{"text": ]')).toEqual([
      2,
      expect.stringContaining('line 1, column 10'),
    ]);
    expect(await says('hello.yaml', '--input', 'It crashes')).toEqual([
      2,
      expect.stringContaining('--input \'"It crashes"\''),
    ]);
    expect(await says('hello.yaml', '--input', '@gone.json')).toEqual([
      3,
      expect.stringContaining('gone.json'),
    ]);
    expect(await says('helo', '--input', 'null')).toEqual([
      5,
      expect.stringContaining('Did you mean `hello`?'),
    ]);
    expect(await says('wrong.yaml', '--input', 'null')).toEqual([
      3,
      expect.stringContaining('wrong.yaml:2:1: entry'),
    ]);
    expect(await says('outer.yaml', '--input', 'null', '--timeout', 'soon')).toEqual([
      2,
      expect.stringContaining('5m'),
    ]);
    expect(await says('hello.yaml', '--input', 'null', '--preflight', 'max')).toEqual([
      2,
      expect.stringContaining('--budget'),
    ]);
    expect(await says('-', '--input', '-')).toEqual([2, expect.stringContaining('Only one')]);
  });

  test('says so where no provider has a key, and lets a flow run that asks no model', async () => {
    const keyless = { KEELSON_DATA: join(folder, 'keyless') };
    const asking = await runHere(['flow', 'run', 'hello.yaml', '--input', '{"text":"x"}'], {
      folder,
      env: keyless,
    });
    expect([asking.code, asking.aside]).toEqual([4, expect.stringContaining('ANTHROPIC_API_KEY')]);
    expect((await runHere(['flow', 'list'], { folder, env: keyless })).data).toEqual([]);
    const words = ['flow', 'run', 'refund.yaml', '--input', '{"amount":5}', '--yes', '--quiet'];
    expect(await runHere(words, { folder, env: keyless })).toMatchObject({
      code: 0,
      text: '{\n  "pay": 5\n}\n',
    });
  });
});

describe('what a run waits for', () => {
  test('is told with how to answer, and goes on after a yes', async () => {
    const asked = await run('refund.yaml', '--input', '{"amount":7}');
    const id = idOf(asked);
    expect([asked.code, asked.text, asked.data.end]).toEqual([20, '', 'waits']);
    expect(asked.aside).toContain(`{"pay":7}. Answer with \`keelson flow approve ${id}\``);
    expect(JSON.stringify(asked.data)).not.toContain('apr_');
    expect((await flow('list', '--state', 'waiting')).text).toContain('an approval at ok');
    const yes = await flow('approve', id, '--note', 'Looked at it.');
    expect(yes.text).toMatch(/^Approved:\napproval {2}ok/);
    expect(yes.data).toMatchObject({ decision: 'approved', note: 'Looked at it.' });
    expect(yes.data.token ?? yes.data.signature).toBeUndefined();
    expect(await flow('resume', id, '--quiet')).toMatchObject({ code: 0, text: '{\n  "pay": 7\n}\n' });
    expect(await flow('approve', id)).toMatchObject({
      code: 3,
      aside: expect.stringContaining('waits for no approval'),
    });
  });

  test('fails after a no', async () => {
    const id = idOf(await run('refund.yaml', '--input', '{"amount":8}'));
    expect((await flow('approve', id, '--step', 'ok', '--reject')).text).toMatch(/^Rejected:/);
    const ended = await flow('resume', id, '--quiet');
    expect([ended.code, ended.data.run.failure.reason]).toEqual([1, 'approval_denied']);
  });

  test('may be an event, also one that comes before', async () => {
    const id = idOf(await run('two.yaml', '--input', 'null'));
    const wrong = await flow('approve', id, '--step', 'frist');
    expect([wrong.code, wrong.aside]).toEqual([2, expect.stringContaining('Did you mean `first`?')]);
    const early = await flow('signal', id, 'paid', '--payload', '{"amount":5}');
    expect(early.aside).toContain('Nothing waits for it now');
    await flow('approve', id);
    expect(await flow('resume', id, '--quiet')).toMatchObject({ code: 0, text: '{\n  "amount": 5\n}\n' });
    const late = await flow('signal', id, 'paid');
    expect([late.code, late.aside]).toEqual([3, expect.stringContaining('is over')]);
  });

  test('is told for an event with the command that sends it', async () => {
    const first = await run('two.yaml', '--input', 'null', '--yes');
    const id = idOf(first);
    expect(first.code).toBe(20);
    expect(first.aside).toContain(`keelson flow signal ${id} paid --payload JSON`);
    expect((await flow('signal', id, 'paid', '--payload', 'oops')).code).toBe(2);
    expect((await flow('signal', id, 'paid', '--id', 'p1')).data).toMatchObject({
      isRepeated: false,
      isAwaited: true,
    });
    expect((await flow('signal', id, 'paid', '--id', 'p1')).data).toMatchObject({ isRepeated: true });
    expect(await flow('resume', id, '--quiet')).toMatchObject({ code: 0, text: 'null\n' });
  });
});

describe('runs that are there', () => {
  test('can be cancelled once', async () => {
    const id = await detached('slow.yaml', '--input', 'null');
    expect((await flow('cancel', id, '--reason', 'Nobody needs it.')).text).toBe(
      `The run ${id} is cancelled.\n`,
    );
    const again = await flow('cancel', id);
    expect([again.code, again.aside]).toEqual([3, expect.stringContaining('it is cancelled')]);
    expect((await flow('show', id)).text).toContain('Nobody needs it.');
  });

  test('are done anew in parts', async () => {
    const first = await run('hello.yaml', '--input', '{"text":"[[text: Ahoy.]]"}');
    const before = simulator.requests.length;
    const same = await flow('replay', idOf(first), '--quiet');
    expect([same.text, same.data.run.replayOf, simulator.requests.length]).toEqual([
      'Ahoy.\n',
      idOf(first),
      before,
    ]);
    await flow('replay', idOf(first), '--without', 'greet', '--quiet');
    expect(simulator.requests.length).toBe(before + 1);
    const misspelt = await flow('replay', idOf(first), '--without', 'great');
    expect([misspelt.code, misspelt.aside]).toEqual([2, expect.stringContaining('Did you mean `greet`?')]);
  });

  test('are told from those that are not, or are elsewhere', async () => {
    const id = await detached('slow.yaml', '--input', 'null');
    const elsewhere = { ...env, KEELSON_DATA: join(folder, 'elsewhere') };
    await runHere(['flow', 'keep', 'slow.yaml'], { folder, env: elsewhere });
    for (const words of [['show'], ['resume'], ['cancel'], ['approve'], ['replay'], ['signal', 'x']]) {
      const [command = '', ...rest] = words;
      const ran = await runHere(['flow', command, id, ...rest], { folder, env: elsewhere });
      expect([ran.code, ran.aside]).toEqual([
        5,
        expect.stringMatching(/no run `.+` in .+elsewhere.+\n.*--data/),
      ]);
    }
    expect((await flow('show', id, '--workspace', 'others')).code).toBe(5);
    const none = await runHere(['flow', 'list'], { folder, env: nowhere });
    expect([none.code, none.aside]).toEqual([3, expect.stringContaining('There is no database')]);
    expect(await flow('resolve', id, 'abandon')).toMatchObject({
      code: 3,
      aside: expect.stringContaining('not stopped'),
    });
  });
});

test('runs that are stopped go on, begin anew or are given up', async () => {
  const ids: string[] = [];
  for (const amount of [1, 2, 3, 4])
    ids.push(await detached('refund.yaml', '--input', JSON.stringify({ amount }), '--workspace', 'shop'));
  const storage = await openStorage(
    { kind: 'sqlite', path: join(folder, 'data/keelson.db') },
    { clock: systemClock, log: silentLog },
  );
  const failure = { code: 'graph_version_mismatch', message: 'No worker has it.' };
  const [{ version = '' } = {}] = await storage.runs.list({ filters: { workspace: 'shop' }, limit: 1 });
  const graph = { flow: 'shop/refund', version };
  expect(await storage.runQueue.stopUnknown(graph, systemClock.now(), failure)).toBe(4);
  await storage.close();
  const shop = (...words: string[]) => flow(...words, '--workspace', 'shop');
  const [first = '', second = '', third = '', fourth = ''] = ids;
  const stopped = await shop('resume', first, '--quiet');
  expect([stopped.code, stopped.data.end]).toEqual([20, 'stopped']);
  expect(stopped.aside).toContain(`flow resolve ${first} continue|adopt|restart|abandon --workspace shop`);
  const on = await shop('resolve', first, 'continue', '--yes', '--quiet');
  expect([on.code, on.text, idOf(on)]).toEqual([0, '{\n  "pay": 1\n}\n', first]);
  const anew = await shop('resolve', second, 'restart', '--yes', '--quiet');
  expect([anew.code, anew.text, idOf(anew) === second]).toEqual([0, '{\n  "pay": 2\n}\n', false]);
  const adopted = await shop('resolve', fourth, 'adopt', '--yes', '--quiet');
  expect([adopted.code, adopted.text, idOf(adopted)]).toEqual([0, '{\n  "pay": 4\n}\n', fourth]);
  expect((await shop('resolve', third, 'abandon')).text).toBe(`The run ${third} is cancelled.\n`);
});

test('flows are kept, listed, printed and kept no longer', async () => {
  const kept = await flow('keep', 'outer.yaml', 'hello.yaml');
  expect([kept.code, kept.data.kept.map(({ name }: { name: string }) => name)]).toEqual([
    0,
    ['outer', 'hello'],
  ]);
  writeFileSync(join(folder, 'hello-2.yaml'), files['hello.yaml'].replace('50', '51'));
  const anew = await flow('keep', 'outer.yaml', 'hello-2.yaml');
  const [, newest] = anew.data.kept;
  expect((await flow('kept', 'outer')).data.uses).toEqual({ hello: newest.version });
  await flow('keep', 'hello.yaml');
  const broken = await flow('keep', 'wrong.yaml');
  expect([broken.code, broken.text]).toEqual([1, expect.stringContaining('wrong.yaml:2:1')]);
  expect((await flow('kept')).text).toMatch(/outer +\S+ +\S+ +hello/);
  expect((await flow('kept', 'hello')).text).toBe(files['hello.yaml']);
  expect(await flow('forget', 'outer')).toMatchObject({ code: 2, aside: expect.stringContaining('--yes') });
  expect((await flow('forget', 'outer', '--yes')).code).toBe(0);
  expect((await flow('kept', 'outer')).code).toBe(5);
});

test('names of flows and ids of runs complete a line', async () => {
  const id = idOf(await run('hello.yaml', '--input', '{"text":"x"}'));
  const complete = (...words: string[]) => runHere(['__complete', 'flow', ...words], { folder, env });
  expect((await complete('run', 'hel')).data).toEqual(['hello']);
  expect((await complete('show', id.slice(0, 20))).data).toContain(id);
  expect((await runHere(['__complete', 'flow', 'show', ''], { folder, env: nowhere })).data).toEqual([]);
});
