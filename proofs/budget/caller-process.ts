/** A process of the proof: fifty callers at one engine, who ask in every way until they are told to stop, or are killed. */
import { setTimeout as wait } from 'node:timers/promises';
import { dialects } from '@keelson/core';
import type { AnyDialect, AskedCall, Caller } from '@keelson/engine';
import { type Order, type ProcessSettings, type Told, workspace } from './messages.ts';
import { openProofEngine } from './open-engine.ts';

const settings = JSON.parse(process.argv[2] ?? '{}') as ProcessSettings;
const tell = (told: Told): void => void process.send?.(told);
const { engine, close } = await openProofEngine(settings);
const words = '[[text: one two three four five six seven eight nine ten]] [[chunks: 4ms]]';
const slowWords = words.replace('4ms', '25ms');

const variety = [
  { model: 'same', stream: false, text: '[[delay: 20ms]] [[text: one two three]]' },
  { model: 'foreign', stream: false, text: '[[text: one two three four]]' },
  { model: 'same', stream: true, text: words },
  { model: 'foreign', stream: true, text: words },
  { model: 'same', stream: true, text: words, leaves: true },
  { model: 'foreign', stream: true, text: words, leaves: true },
  { model: 'back', stream: false, text: 'Hello.' },
  { model: 'back', stream: true, text: words },
  { model: 'hedged', stream: true, text: words },
  { model: 'hedged', stream: true, text: '[[text: one two]]' },
] as const;

interface Manner {
  readonly model: string;
  readonly stream: boolean;
  readonly text: string;
  readonly leaves?: boolean;
}

const rarely = 25;
let quickOnes = 0;
let isOver = false;

async function ask({ model, stream, text, leaves }: Manner): Promise<void> {
  let leave = (): void => {};
  const caller: { -readonly [Field in keyof Caller]: Caller[Field] } = {
    start: () => {},
    write: () => {
      if (leaves === true && !caller.hasLeft) {
        caller.hasLeft = true;
        setImmediate(() => leave());
      }
      return true;
    },
    end: () => {},
    onDrain: () => {},
    hasLeft: false,
    onLeave: (run: () => void) => {
      leave = run;
    },
  };
  const body = JSON.stringify({ model, stream, max_tokens: 40, messages: [{ role: 'user', content: text }] });
  const asked: AskedCall = {
    id: engine.newId(),
    endpoint: 'chat',
    dialect: dialects['openai-chat'] as unknown as AnyDialect,
    identity: { keyId: 'caller', workspace },
    controls: { tags: {} },
    wire: { method: 'POST', path: '/v1/chat/completions', query: {}, headers: {}, body },
  };
  const record = await engine.call(asked, caller);
  if (record?.attempts.some(({ reason }) => reason === 'hedge')) tell({ type: 'way', way: 'hedged' });
  if (record?.attempts.some(({ reason }) => reason === 'fallback')) tell({ type: 'way', way: 'fellBack' });
  // Whoever is refused waits a little before asking again.
  if (record?.outcome === 'refused') await wait(40);
}

async function call(place: number): Promise<void> {
  for (let turn = place; !isOver; turn += 1) {
    const manner: Manner = variety[turn % variety.length] as Manner;
    // So seldom that it is later than nearly all others, and a second attempt begins beside it.
    if (manner.model === 'hedged') quickOnes += 1;
    const isLate = manner.model === 'hedged' && quickOnes % rarely === 0;
    await ask(isLate ? { ...manner, text: `[[delay: 800ms]] ${words}` } : manner);
  }
}

async function abortStreams(count: number): Promise<void> {
  let left = count;
  const next = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await ask({ model: left % 2 === 0 ? 'same' : 'foreign', stream: true, text: slowWords, leaves: true });
    }
  };
  await Promise.all(Array.from({ length: settings.callers }, next));
  tell({ type: 'done' });
}

const { abortedStreams, callers } = settings;
const running =
  abortedStreams === undefined
    ? Array.from({ length: callers }, (_, place) => call(place))
    : [abortStreams(abortedStreams)];

process.on('message', (order: Order) => {
  if (order !== 'close') return;
  isOver = true;
  void Promise.all(running)
    .then(() => close())
    .then(() => {
      tell({ type: 'closed' });
      process.disconnect();
    });
});
tell({ type: 'ready' });
