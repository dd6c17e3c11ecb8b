/**
 * An environment in which the models and hosts are a recording: no network, no waiting, the same ids, times and chance each time.
 * This is for tests of flows; `replay` of durable runs is another thing, and asks models anew.
 */
import { BlockError, type CallModel, type HttpAnswer, type ModelAnswer, type SendHttp } from '@keelson/core';
import { createIds, systemClock } from '../../observability/index.ts';
import { type BlockEnvironment, createEnvironment } from '../environment.ts';
import { CallBook, type Inquiry } from './call-book.ts';
import { describeMissing, type MissingCall } from './describe-missing.ts';
import { type AskedCall, askedOfHost, askedOfModel } from './recorded-call.ts';
import type { RecordedEnvironment } from './recorded-environment.ts';
import { type FiledCall, RecordingFolder } from './recording-folder.ts';
import { leaveCall, type ReplayedCall, replayCall } from './replay-call.ts';
import { seededRandom } from './seeded-random.ts';
import { VirtualClock } from './virtual-clock.ts';

/** What a replay may be given besides. The clock is for deadlines of code that hangs, which are really waited for. */
export type ReplaySettings = Partial<Pick<BlockEnvironment, 'clock' | 'log' | 'stats' | 'debugSink'>>;

/** `await runBlock(support, { text }, { environment: replayRuns('recordings') })`. Throws for a folder that it cannot read. */
export function replayRuns(folder: string, settings: ReplaySettings = {}): RecordedEnvironment {
  const { clock: driver = systemClock, ...given } = settings;
  const { beginning, calls, aliases } = new RecordingFolder(folder).read();
  const { startsAt, seed } = beginning;
  const clock = new VirtualClock({ startsAt, driver, leaps: true });
  const replayer = new Replayer(folder, calls, clock);
  const known = new Map(aliases.map(({ alias, facts }) => [alias, facts]));
  const environment = createEnvironment({
    ...given,
    clock,
    random: seededRandom(`${seed}/chance`),
    newId: createIds(clock, seededRandom(`${seed}/ids`)),
    callModel: replayer.callModel,
    sendHttp: replayer.sendHttp,
    findModel: (alias) => {
      if (!known.has(alias)) replayer.missAlias(alias);
      return known.get(alias);
    },
  });
  return { ...environment, missing: () => replayer.missing(), unused: () => replayer.unused() };
}

type Answering = Pick<ReplayedCall, 'signal' | 'onText'>;

class Replayer {
  readonly #folder: string;
  readonly #book: CallBook;
  readonly #clock: VirtualClock;
  readonly #missing = new Set<string>();
  /** Runs that asked for what is not there, and what: whatever such a run still asks for, it cannot succeed. */
  readonly #lost = new Map<string, MissingCall>();

  constructor(folder: string, calls: readonly FiledCall[], clock: VirtualClock) {
    this.#folder = folder;
    this.#book = new CallBook(calls);
    this.#clock = clock;
  }

  missing(): string[] {
    return [...this.#missing];
  }

  unused(): string[] {
    return this.#book.unused();
  }

  readonly callModel: CallModel = async (call) =>
    this.#answer<ModelAnswer>(askedOfModel(call), call.metadata.executionId, call);

  readonly sendHttp: SendHttp = async (question) =>
    this.#answer<HttpAnswer>(askedOfHost(question), question.metadata?.executionId, question);

  missAlias(alias: string): void {
    this.#missing.add(
      `What is known of the alias \`${alias}\` is not recorded. Run the flow once with \`recordRuns('${this.#folder}', environment)\`, which records what is missing.`,
    );
  }

  async #answer<Answer>(
    asked: AskedCall,
    run: string | undefined,
    { signal, onText }: Answering,
  ): Promise<Answer> {
    if (signal.aborted) return leaveCall<Answer>(asked.kind);
    const inquiry = this.#book.ask(asked, run);
    const filed = this.#book.find(inquiry);
    if (filed === undefined) {
      const what = describeMissing(inquiry, this.#book.calls, this.#folder);
      throw this.#miss(what, run);
    }
    const lost = run === undefined ? undefined : this.#lost.get(run);
    if (lost !== undefined) throw failureOfMissing(lost);
    const onUnanswered = (): never => {
      throw this.#miss(describeUnanswered(inquiry, filed, this.#folder), run);
    };
    return replayCall<Answer>({ call: filed.call, clock: this.#clock, signal, onText, onUnanswered });
  }

  #miss(what: MissingCall, run: string | undefined): BlockError {
    this.#missing.add(what.sentence);
    if (run !== undefined && !this.#lost.has(run)) this.#lost.set(run, what);
    return failureOfMissing(what);
  }
}

function failureOfMissing({ sentence, details }: MissingCall): BlockError {
  const failure = {
    reason: 'call_not_recorded',
    errorType: 'internal',
    effect: 'not_started',
    details,
  } as const;
  return new BlockError(failure, sentence);
}

function describeUnanswered(
  { block, kind }: Inquiry,
  { file, call }: FiledCall,
  folder: string,
): MissingCall {
  const sentence =
    `When ${file} was recorded, whoever asked left after ${call.ms} ms without an answer, and now \`${block}\` waits for one. ` +
    `Run it once with \`recordRuns('${folder}', environment)\`, which asks for it.`;
  return { sentence, details: { block, kind, nearest: file, leftAfterMs: call.ms } };
}
