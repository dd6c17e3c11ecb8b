/** A conversation on a terminal: answers come as they are written, Ctrl-C stops one, and slash commands look at what is proposed. */
import { didYouMean, KeelsonError } from '@keelson/core';
import type { Outcome } from '../line/command-spec.ts';
import { renderDiff } from '../subject/render-diff.ts';
import { LineReader } from '../terminal/line-reader.ts';
import { plainProse } from '../terminal/plain-prose.ts';
import { plain } from '../terminal/table.ts';
import { writeOut } from '../terminal/write-out.ts';
import type { OpenConversation, TalkParts } from './channel.ts';
import type { Conversation } from './conversation.ts';

const interrupted = 130;

const help = `/diff   shows what is proposed
/save   writes it into the lockfile
/undo   drops it
/help   shows this
/exit   ends; Ctrl-D does too, and Ctrl-C stops an answer
`;

export async function talk(parts: TalkParts, open: OpenConversation): Promise<Outcome> {
  const talking = new Talking(parts, open);
  const exitCode = await talking.run();
  return { data: null, exitCode, text: () => '' };
}

class Talking {
  readonly #parts: TalkParts;
  readonly #conversation: Conversation;
  readonly #lines: LineReader;
  #wantsToEnd = false;
  #isInterrupted = false;

  constructor(parts: TalkParts, open: OpenConversation) {
    this.#parts = parts;
    const { look, draft } = parts;
    this.#lines = new LineReader({ onInterrupt: (typed) => this.#interrupt(typed) });
    this.#conversation = open({
      onText: (text) => writeOut(plainProse(text)),
      onTool: (name) => writeOut(`${look.dim(`(${name})`)}\n`),
      onProposal: (diff) => writeOut(`\n${renderDiff(diff, look)}\n`),
      maySave: () => this.#isYes(`Write this to ${draft.path}?`),
    });
  }

  async run(): Promise<number> {
    const { model, draft, look } = this.#parts;
    writeOut(`${look.dim(plain(`${model} advises on ${draft.path}. /help shows what else there is.`))}\n`);
    for (;;) {
      const line = (await this.#lines.next('> '))?.trim();
      if (line === undefined || line === '/exit' || line === 'exit') break;
      this.#wantsToEnd = false;
      if (line.startsWith('/')) await this.#obey(line);
      else if (line !== '') await this.#ask(line);
    }
    this.#lines.close();
    return this.#isInterrupted ? interrupted : 0;
  }

  async #ask(question: string): Promise<void> {
    try {
      const answered = await this.#conversation.ask(question);
      writeOut(answered === undefined ? '\n(stopped)\n' : '\n');
      const { proposals } = this.#parts.draft;
      if (proposals.length > 0)
        writeOut(
          `${this.#parts.look.dim(`${proposals.length} proposed; /diff shows it, /save writes it.`)}\n`,
        );
    } catch (error) {
      this.#tell(error);
    }
  }

  async #obey(line: string): Promise<void> {
    const { draft, look } = this.#parts;
    switch (line) {
      case '/help':
        writeOut(help);
        return;
      case '/diff':
        writeOut(renderDiff(draft.diff(), look));
        return;
      case '/undo':
        draft.drop();
        writeOut('Nothing is proposed any longer.\n');
        return;
      case '/save':
        await this.#save();
        return;
      default: {
        const known = ['/diff', '/save', '/undo', '/help', '/exit'];
        const meant = didYouMean(line, known) ?? '`/help` lists what there is.';
        writeOut(`There is no \`${plain(line.slice(0, 60))}\`. ${meant}\n`);
      }
    }
  }

  async #save(): Promise<void> {
    const { draft, look } = this.#parts;
    if (draft.proposals.length === 0) {
      writeOut('There is nothing to save.\n');
      return;
    }
    writeOut(renderDiff(draft.diff(), look));
    if (!(await this.#isYes(`Write this to ${draft.path}?`))) return;
    try {
      writeOut(`Written to ${(await draft.save()).path}.\n`);
    } catch (error) {
      this.#tell(error);
    }
  }

  async #isYes(question: string): Promise<boolean> {
    if (this.#parts.input.isOn('yes')) return true;
    const answer = await this.#lines.next(`${plain(question)} [y/N] `);
    return /^y(es)?$/i.test(answer?.trim() ?? '');
  }

  /** The conversation goes on. */
  #tell(error: unknown): void {
    if (!KeelsonError.is(error)) throw error;
    const { look } = this.#parts;
    writeOut(`\n${look.red('error:')} ${plain(error.message)}\n${look.dim('hint:')} ${plain(error.hint)}\n`);
  }

  #interrupt(typed: string): void {
    if (this.#conversation.isAnswering) {
      this.#conversation.stop();
      this.#lines.drop();
    } else if (typed !== '') {
      this.#lines.clear();
    } else if (this.#wantsToEnd) {
      this.#isInterrupted = true;
      this.#lines.close();
    } else {
      this.#wantsToEnd = true;
      writeOut('\n(Ctrl-C again ends; Ctrl-D does too.)\n');
      this.#lines.prompt();
    }
  }
}
