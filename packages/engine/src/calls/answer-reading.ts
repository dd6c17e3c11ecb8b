/**
 * What is learnt of an answer while it passes: usage, who gave it, how it ended. Both lanes read the same events, so that
 * an answer costs the same whichever way it went.
 */
import type {
  AnswerFacts,
  ChatEvent,
  EmbedResult,
  Json,
  KeelsonError,
  SkimmedAnswer,
  StopReason,
  Usage,
} from '@keelson/core';

export class AnswerReading {
  usage: Usage | undefined;
  /** All of an answer, where somebody has to know more of it. */
  whole: Json | undefined;
  facts: AnswerFacts = {};
  /** Of the last choice that ended. */
  stop: StopReason | undefined;
  /** Some choice did not end by itself, but at a limit, by a filter or with a refusal. */
  isCutShort = false;
  error: KeelsonError | undefined;
  /** Whether anything was said that a caller would notice; until then another provider may answer instead. */
  hasContent = false;
  /** Characters of text, reasoning and arguments, for an estimate where the count never came. */
  characters = 0;

  learn(events: readonly ChatEvent[]): void {
    for (const event of events) this.#take(event);
  }

  /** Of a whole answer of which no more was read. */
  learnSkimmed({ usage, facts, stop }: SkimmedAnswer): void {
    this.usage = usage;
    this.facts = facts;
    if (stop !== undefined) this.#end(stop);
    this.hasContent = true;
  }

  /** Of an answer that is no conversation. */
  learnPlain({ usage, facts }: Pick<EmbedResult, 'usage' | 'facts'>): void {
    this.usage = usage;
    this.facts = facts;
    this.hasContent = true;
  }

  #end(stop: StopReason): void {
    this.stop = stop;
    const { unified } = stop;
    if (unified !== 'stop' && unified !== 'stop-sequence' && unified !== 'tool-calls') this.isCutShort = true;
  }

  #take(event: ChatEvent): void {
    switch (event.type) {
      case 'message-start':
        this.facts = event.facts;
        break;
      case 'usage':
        this.usage = event.usage;
        break;
      case 'message-end':
        this.hasContent = true;
        this.#end(event.stop);
        if (event.facts !== undefined) this.facts = { ...this.facts, ...event.facts };
        break;
      case 'error':
        this.error = event.error;
        break;
      case 'text-delta':
      case 'reasoning-delta':
      case 'refusal-delta':
        this.hasContent = true;
        this.characters += event.text.length;
        break;
      case 'tool-call-delta':
        this.hasContent = true;
        this.characters += event.arguments.length;
        break;
      // Many formats open a part before they say anything in it, and close it when they fail.
      case 'text-start':
      case 'text-end':
      case 'reasoning-start':
      case 'reasoning-end':
      case 'refusal-start':
      case 'refusal-end':
        break;
      default:
        this.hasContent = true;
    }
  }
}
