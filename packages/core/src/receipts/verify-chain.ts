/** Verifies heads: each by its signature, all of one log as a chain without gap, turn or fork. */
import type { ReceiptFault, ReceiptProblem, ReceiptVerdict } from './faults.ts';
import { headHash, headText } from './head.ts';
import { holdKeys } from './key-ring.ts';
import { noHead, type ReceiptHead, type ReceiptKey } from './receipt.ts';
import { portableCrypto, type ReceiptCrypto } from './receipt-crypto.ts';

/** A head that was published where nobody could change it later. */
export interface HeadAnchor {
  readonly log: string;
  readonly seq: number;
  readonly hash: string;
}

export interface ChainQuestion {
  readonly keys: readonly ReceiptKey[];
  readonly crypto?: ReceiptCrypto;
  readonly anchors?: readonly HeadAnchor[];
  /** Whether a chain may begin in its middle, as in an export of one month. */
  readonly mayStartLate?: boolean;
}

export interface LogSummary {
  readonly log: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** What to publish as the anchor of the whole log. */
  readonly lastHash: string;
}

export interface ChainVerdict extends ReceiptVerdict {
  readonly logs: readonly LogSummary[];
}

/** In the order in which they were kept; heads of several logs may lie between each other. */
export async function verifyChain(
  heads: Iterable<ReceiptHead>,
  question: ChainQuestion,
): Promise<ChainVerdict> {
  const { keys, crypto = portableCrypto } = question;
  const held = holdKeys(keys, crypto);
  const chains = new Chains(crypto);
  const faults: ReceiptFault[] = [...held.faults];
  let at = 0;
  for (const head of heads) {
    const where = `heads[${at++}]`;
    const wrong = await held.check(head, where);
    if (wrong !== undefined) faults.push(wrong);
    if (wrong?.problem !== 'unreadable') chains.add(head, where, wrong === undefined);
  }
  const ended = chains.end(question);
  faults.push(...ended.faults);
  return { isValid: faults.length === 0, faults, logs: ended.logs };
}

interface Link {
  readonly head: ReceiptHead;
  readonly where: string;
  readonly hash: string;
  /** Whether its signature is right. What is wrong with one that is not has been said already. */
  readonly isSound: boolean;
}

/** The heads of every log seen so far. */
export class Chains {
  readonly #crypto: ReceiptCrypto;
  readonly #logs = new Map<string, { readonly links: Map<number, Link>; newest: number }>();
  readonly #faults: ReceiptFault[] = [];

  constructor(crypto: ReceiptCrypto) {
    this.#crypto = crypto;
  }

  /** False when the head is one that has been there already. */
  add(head: ReceiptHead, where: string, isSound: boolean): boolean {
    const chain = this.#logs.get(head.log) ?? { links: new Map<number, Link>(), newest: 0 };
    this.#logs.set(head.log, chain);
    const { links } = chain;
    const known = links.get(head.seq);
    // One whose signature is wrong may only pretend to be of this number.
    const isPretender = isSound && known?.isSound === false;
    if (known !== undefined && !isPretender) {
      const isSame = headText(known.head) === headText(head);
      if (isSame)
        this.#note('duplicated_batch', link(head, where), `It is there already, as ${known.where}.`);
      else if (isSound && known.isSound) {
        const message = `Another head of this number is ${known.where}; a log has one.`;
        this.#note('forked_batch', link(head, where), message);
      }
      return !isSame;
    }
    if (head.seq < chain.newest)
      this.#note('reordered_batch', link(head, where), `It stands behind batch ${chain.newest}.`);
    chain.newest = Math.max(chain.newest, head.seq);
    links.set(head.seq, { head, where, hash: headHash(this.#crypto.sha256, head), isSound });
    return true;
  }

  end({ anchors = [], mayStartLate = false }: Pick<ChainQuestion, 'anchors' | 'mayStartLate'>): {
    readonly faults: readonly ReceiptFault[];
    readonly logs: readonly LogSummary[];
  } {
    const logs = [...this.#logs].map(([log, { links }]) => {
      const seqs = [...links.keys()].sort((a, b) => a - b);
      this.#checkLinks(log, links, { seqs, mayStartLate });
      const [firstSeq = 0, lastSeq = 0] = [seqs[0], seqs.at(-1)];
      return { log, firstSeq, lastSeq, lastHash: links.get(lastSeq)?.hash ?? noHead };
    });
    for (const anchor of anchors) this.#checkAnchor(anchor);
    return { faults: this.#faults, logs };
  }

  #checkLinks(
    log: string,
    links: ReadonlyMap<number, Link>,
    { seqs, mayStartLate }: { seqs: readonly number[]; mayStartLate: boolean },
  ): void {
    let before = mayStartLate ? (seqs[0] ?? 1) - 1 : 0;
    for (const seq of seqs) {
      const { head, where, isSound } = links.get(seq) as Link;
      if (seq > before + 1) {
        const missing =
          seq === before + 2 ? `Batch ${before + 1} is` : `Batches ${before + 1} to ${seq - 1} are`;
        this.#note(
          'missing_batch',
          { log, seq: before + 1, where: `before ${where}` },
          `${missing} missing.`,
        );
      } else if (isSound) this.#checkBefore(head, where, links.get(before));
      before = seq;
    }
  }

  #checkBefore(head: ReceiptHead, where: string, earlier: Link | undefined): void {
    if (head.first_at > head.last_at) {
      this.#note('time_reversed', link(head, `${where}.last_at`), 'It closed before it was opened.');
    }
    if (earlier === undefined) {
      // In an export that starts late, what came before is not here.
      if (head.seq > 1 || head.prev === noHead) return;
      this.#note('broken_chain', link(head, `${where}.prev`), 'The first head of a log names one before it.');
      return;
    }
    if (!earlier.isSound) return;
    if (head.prev !== earlier.hash) {
      const message = `It does not follow ${earlier.where}, which stands before it.`;
      this.#note('broken_chain', link(head, `${where}.prev`), message);
    }
    if (head.first_at < earlier.head.last_at) {
      const message = `It was opened before ${earlier.where} was closed.`;
      this.#note('time_reversed', link(head, `${where}.first_at`), message);
    }
  }

  #checkAnchor({ log, seq, hash }: HeadAnchor): void {
    const found = this.#logs.get(log)?.links.get(seq);
    if (found?.hash === hash) return;
    const message =
      found === undefined
        ? 'A head that was published is not here: the log was cut off.'
        : `The head that was published under this number is not ${found.where}.`;
    this.#note('anchor_mismatch', { log, seq, where: found?.where ?? 'the end' }, message);
  }

  #note(
    problem: ReceiptProblem,
    place: { readonly log: string; readonly seq: number; readonly where: string },
    message: string,
  ): void {
    this.#faults.push({ problem, ...place, message });
  }
}

function link(head: ReceiptHead, where: string) {
  return { log: head.log, seq: head.seq, where };
}
