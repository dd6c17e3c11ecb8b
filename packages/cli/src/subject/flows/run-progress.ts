/** Says on the error channel how far a run has come: each node as it ends, and answers of models as they are written. */
import { isJsonObject, type Json } from '@keelson/core';
import type { FlowNews, FlowStep } from '@keelson/engine';
import type { Look } from '../../terminal/look.ts';
import { plainProse } from '../../terminal/plain-prose.ts';
import { plural } from '../../terminal/plural.ts';
import { plain } from '../../terminal/table.ts';
import { tryWriteAside } from '../../terminal/write-out.ts';
import { moneyText, timeText } from './amounts.ts';
import { failureText } from './render-run.ts';
import { shortPath } from './step-paths.ts';

interface ProgressSettings {
  readonly look: Look;
  readonly isQuiet: boolean;
  /** Whether somebody reads answers as they come. */
  readonly showsText: boolean;
  /** What ended before then is counted, not listed. */
  readonly since: number;
}

/** The flow itself: of that the last line tells. */
const whole = '/';

export class RunProgress {
  readonly #settings: ProgressSettings;
  #earlier = 0;
  /** The node whose text stands on the line that is open. */
  #writing: string | undefined;
  #isAtLineStart = true;
  #isHeard = true;
  #written: { path: string; text: string } | undefined;

  constructor(settings: ProgressSettings) {
    this.#settings = settings;
  }

  /** The last answer that was shown as it came, whole. */
  get shownText(): string | undefined {
    return this.#written?.text;
  }

  tell(news: FlowNews): void {
    if (news.kind === 'text') this.#text(news.path, news.delta);
    else if (news.kind === 'step') this.#step(news.step);
    else if (news.kind === 'note') this.#note(news.name, news.data);
  }

  /** On a line of its own. */
  say(line: string): void {
    this.#flush();
    this.#line(line);
  }

  /** What somebody has to see who is asked, also where nothing else is told. */
  show(text: string): void {
    this.#flush();
    this.#write(`${text}\n`);
  }

  #step(step: FlowStep): void {
    const { path, state, kind, startedAt, finishedAt, failure, nanoDollars } = step;
    if (kind !== 'step' || shortPath(path) === whole || (state !== 'done' && state !== 'failed')) return;
    if (finishedAt !== undefined && finishedAt < this.#settings.since) {
      this.#earlier += 1;
      return;
    }
    const { look } = this.#settings;
    const parts = [
      finishedAt === undefined ? undefined : timeText(finishedAt - startedAt),
      nanoDollars === undefined ? undefined : moneyText(nanoDollars),
      failure === undefined ? undefined : look.red(failureText(failure)),
    ];
    const told = parts.filter((part) => part !== undefined).join(', ');
    this.say(`${look.dim(plain(shortPath(path)))}  ${told}`);
  }

  #note(name: string, data: Json): void {
    const { path, reason } = isJsonObject(data) ? data : {};
    const about = [typeof path === 'string' ? shortPath(path) : path, reason];
    this.say(
      this.#settings.look.dim(plain([name, ...about.filter((part) => typeof part === 'string')].join('  '))),
    );
  }

  #text(path: string, delta: string): void {
    const { showsText, isQuiet, look } = this.#settings;
    if (!showsText || isQuiet || delta === '') return;
    if (this.#writing !== path) {
      this.say(look.dim(`${plain(shortPath(path))} writes:`));
      this.#writing = path;
      this.#written = { path, text: '' };
    }
    if (this.#written !== undefined) this.#written.text += delta;
    this.#write(plainProse(delta));
  }

  #flush(): void {
    this.#writing = undefined;
    if (!this.#isAtLineStart) this.#write('\n');
    if (this.#earlier === 0) return;
    this.#line(this.#settings.look.dim(`${plural(this.#earlier, 'node')} had ended before`));
    this.#earlier = 0;
  }

  #line(line: string): void {
    if (!this.#settings.isQuiet) this.#write(`${line}\n`);
  }

  /** A run does not end because nobody listens any more. */
  #write(text: string): void {
    this.#isAtLineStart = text.endsWith('\n');
    if (this.#isHeard) this.#isHeard = tryWriteAside(text);
  }
}
