/** Callers of the proof: each asks, waits as long as its answer took, and asks again, so that about half the time is idle. */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Agent, request } from 'undici';

export interface Tally {
  asked: number;
  /** Came to an end that its caller could read, good or bad. */
  ended: number;
  /** Left on purpose. */
  left: number;
  /** Neither within the time that nobody should wait. */
  unanswered: number;
}

export interface Callers {
  readonly tally: Tally;
  /** Resolves when all have come to an end. */
  stop(): Promise<void>;
}

const callers = 12;
const patienceMs = 15_000;
const words = '[[text: one two three four five six seven eight nine ten]] [[chunks: 2ms]]';

/** Of every twenty calls: models, ways, prompts and manners. */
const variety = [
  { model: 'same', stream: false, text: 'Hello.' },
  { model: 'same', stream: true, text: words },
  { model: 'foreign', stream: false, text: 'Hello.' },
  { model: 'foreign', stream: true, text: words },
  { model: 'same', stream: true, text: words, leaves: 'soon' },
  { model: 'foreign', stream: true, text: words, leaves: 'soon' },
  { model: 'same', stream: false, text: '[[delay: 5s]] [[text: late]]', leaves: 'early' },
  { model: 'nobody', stream: false, text: 'Hello.' },
  { model: 'same', stream: false, text: '[[long: 500]]' },
] as const;

/** `hasArrived` tells whether a vendor was asked something with this mark in it. */
export function startCallers(url: string, key: string, hasArrived: (mark: string) => boolean): Callers {
  const agent = new Agent({ connections: callers * 2, pipelining: 1 });
  const tally: Tally = { asked: 0, ended: 0, left: 0, unanswered: 0 };
  let isOver = false;
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const ask = async ({ model, stream, text, ...manners }: (typeof variety)[number]): Promise<void> => {
    const leaves = 'leaves' in manners ? manners.leaves : undefined;
    const leaving = new AbortController();
    const patience = setTimeout(() => leaving.abort('patience'), patienceMs);
    // Whoever leaves before the gateway has read the request has asked it nothing.
    const mark = leaves === 'early' ? randomUUID() : '';
    const leave = (): void => {
      if (hasArrived(mark)) leaving.abort('left');
    };
    const watch = leaves === 'early' ? setInterval(leave, 10) : undefined;
    tally.asked += 1;
    try {
      const body = JSON.stringify({
        model,
        stream,
        messages: [{ role: 'user', content: `${text} ${mark}` }],
      });
      const options = { method: 'POST', headers, body, dispatcher: agent, signal: leaving.signal } as const;
      const reply = await request(`${url}/v1/chat/completions`, options);
      for await (const _ of reply.body)
        if (leaves === 'soon' && reply.statusCode === 200) leaving.abort('left');
      tally.ended += 1;
    } catch {
      // A connection that breaks without our doing is no answer.
      if (leaving.signal.reason === 'left') tally.left += 1;
      else tally.unanswered += 1;
    } finally {
      clearTimeout(patience);
      clearInterval(watch);
    }
  };
  const call = async (place: number): Promise<void> => {
    for (let turn = place; !isOver; turn += 1) {
      const start = performance.now();
      await ask(variety[turn % variety.length] as (typeof variety)[number]);
      await wait(performance.now() - start);
    }
  };
  const running = Array.from({ length: callers }, (_, place) => call(place));
  return {
    tally,
    stop: async () => {
      isOver = true;
      await Promise.all(running);
      await agent.destroy();
    },
  };
}
