/** `keelson receipts verify`: everything that can be checked about receipts, in files or where they are kept. */
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  checkStatements,
  type HeadAnchor,
  KeelsonError,
  type LogSummary,
  type ReceiptFault,
  type ReceiptKey,
  verifyExport,
  verifyReceipt,
} from '@keelson/core';
import { nodeCrypto } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Run, Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { readReceiptFile } from '../../subject/receipts/file-receipts.ts';
import { withReceipts } from '../../subject/receipts/open-receipts.ts';
import { showProgress } from '../../subject/receipts/progress.ts';
import { readAnchors } from '../../subject/receipts/read-anchors.ts';
import { readTrustedKeys } from '../../subject/receipts/read-keys.ts';
import type { Look } from '../../terminal/look.ts';
import { plural } from '../../terminal/plural.ts';
import { plain } from '../../terminal/table.ts';

interface Verified {
  readonly file: string;
  readonly isValid: boolean;
  readonly receipts: number;
  readonly batches: number;
  readonly statements: number;
  /** Statements of whose receipts some are elsewhere. */
  readonly unchecked: readonly string[];
  /** Published heads that lie outside of what is here. */
  readonly unseenAnchors: number;
  readonly logs: readonly LogSummary[];
  readonly keysFrom: 'caller' | 'export' | 'store';
  readonly faults: readonly ReceiptFault[];
  readonly moreFaults: number;
}

interface Asked {
  readonly keys: readonly ReceiptKey[] | undefined;
  readonly anchors: readonly HeadAnchor[];
  /** Whether it may begin late. */
  readonly isPartial: boolean;
  readonly mayBePartial: boolean;
  readonly isQuiet: boolean;
}

export const run: Run = async (input, surroundings) => {
  const asked = await readAsked(input, surroundings);
  const files = await listFiles(input.words, surroundings);
  const all: Verified[] = [];
  for (const file of files) all.push(await verifyFile(file, asked));
  if (files.length === 0) all.push(await verifyStore(input, surroundings, asked));
  const isValid = all.every((each) => each.isValid);
  return {
    data: asJson({ is_valid: isValid, files: all.map(describe) }),
    exitCode: isValid ? 0 : 1,
    text: (look) => all.map((each) => renderVerified(each, look)).join(''),
    notes: notesOn(all, asked),
  };
};

async function readAsked(input: Input, { folder }: Surroundings): Promise<Asked> {
  const keyFile = input.text('keys');
  const anchors: HeadAnchor[] = [];
  for (const file of input.list('anchor') ?? []) anchors.push(...(await readAnchors(resolve(folder, file))));
  return {
    keys: keyFile === undefined ? undefined : await readTrustedKeys(resolve(folder, keyFile)),
    anchors,
    isPartial: input.isOn('partial'),
    mayBePartial: input.isOn('partial'),
    isQuiet: input.isOn('json'),
  };
}

async function listFiles(words: readonly string[], { folder }: Surroundings): Promise<string[]> {
  const files: string[] = [];
  for (const word of words) {
    const path = resolve(folder, word);
    if (!(await stat(path)).isDirectory()) files.push(path);
    else {
      const names = (await readdir(path)).filter((name) => /\.jsonl?$/.test(name)).sort();
      if (names.length === 0) {
        throw new KeelsonError('not_found', `There is no export in \`${path}\`.`, {
          hint: 'Files whose names end with .jsonl or .json are looked at.',
        });
      }
      files.push(...names.map((name) => join(path, name)));
    }
  }
  return files;
}

async function verifyFile(path: string, asked: Asked): Promise<Verified> {
  const file = await readReceiptFile(path);
  if (file.kind === 'lines') return verifyLines(path, file.lines, asked);
  if (asked.keys === undefined) {
    throw new KeelsonError(
      'configuration_invalid',
      `\`${path}\` holds one receipt, and no keys to verify it by.`,
      {
        hint: 'Name the public keys that you trust with --keys: `keelson keys show --json` gives them.',
        details: { field: 'keys' },
      },
    );
  }
  const { isValid, faults } = await verifyReceipt(file.proof, { keys: asked.keys, crypto: nodeCrypto });
  const statements = file.proof.receipt.kind === 'batch' ? 1 : 0;
  const unchecked = statements === 1 ? [file.proof.receipt.receipt_id] : [];
  const counts = { receipts: 1, batches: 1, statements, unchecked, unseenAnchors: 0 };
  return { file: path, isValid, faults, moreFaults: 0, logs: [], keysFrom: 'caller', ...counts };
}

/** Twice, where there are statements: by then it is known which receipts they need. */
async function verifyLines(
  file: string,
  lines: () => AsyncIterable<string>,
  asked: Asked,
): Promise<Verified> {
  const { keys, anchors, isPartial, mayBePartial, isQuiet } = asked;
  const progress = showProgress('lines verified', isQuiet);
  const said = await verifyExport(counted(lines(), progress.step), {
    crypto: nodeCrypto,
    ...(keys !== undefined && { keys }),
    anchors,
    mayStartLate: isPartial,
    mayBePartial,
  });
  const { statements, receipts, batches, logs, keysFrom, moreFaults } = said;
  const stated = await checkStatements(
    statements.length === 0 ? [] : counted(lines(), progress.step),
    statements,
    {
      crypto: nodeCrypto,
      mayBePartial,
    },
  );
  progress.end();
  // Of a part of a log, a head that is not in it may be before or behind.
  const unseen = isPartial ? said.faults.filter(isUnseenAnchor) : [];
  const faults = [...said.faults.filter((fault) => !unseen.includes(fault)), ...stated.faults];
  const { unchecked } = stated;
  const isValid = faults.length === 0;
  return {
    file,
    isValid,
    faults,
    moreFaults,
    receipts,
    batches,
    logs,
    keysFrom,
    statements: statements.length,
    unchecked,
    unseenAnchors: unseen.length,
  };
}

/** Not here, rather than another one. */
const isUnseenAnchor = ({ problem, where }: ReceiptFault): boolean =>
  problem === 'anchor_mismatch' && where === 'the end';

async function* counted(lines: AsyncIterable<string>, step: () => void): AsyncGenerator<string> {
  for await (const line of lines) {
    step();
    yield line;
  }
}

function verifyStore(input: Input, surroundings: Surroundings, asked: Asked): Promise<Verified> {
  return withReceipts(input, surroundings, async (source) => {
    const keys = asked.keys ?? (await source.keys());
    const verified = await verifyLines(source.name, () => source.lines({}), {
      ...asked,
      keys,
      mayBePartial: asked.mayBePartial || source.isPartial,
    });
    return { ...verified, keysFrom: asked.keys === undefined ? 'store' : 'caller' };
  });
}

const describe = ({ isValid, keysFrom, moreFaults, unseenAnchors, logs, ...rest }: Verified) => ({
  is_valid: isValid,
  ...rest,
  more_faults: moreFaults,
  unseen_anchors: unseenAnchors,
  keys_from: keysFrom,
  logs: logs.map(({ log, firstSeq, lastSeq, lastHash }) => ({
    log,
    first_seq: firstSeq,
    last_seq: lastSeq,
    last_hash: lastHash,
  })),
});

const mostShown = 50;

function renderVerified({ file, isValid, faults, moreFaults, ...counts }: Verified, look: Look): string {
  const { receipts, batches, logs, statements } = counts;
  const sums = [
    plural(receipts, 'receipt'),
    plural(batches, 'batch', 'batches'),
    ...(logs.length > 0 ? [plural(logs.length, 'log')] : []),
    ...(statements > 0 ? [plural(statements, 'statement')] : []),
  ].join(', ');
  if (isValid) return `${look.green('ok')} ${plain(file)}: ${sums}\n`;
  const lines = faults
    .slice(0, mostShown)
    .map(
      ({ problem, where, message, log, seq, index }) =>
        `  ${problem} at ${plain(where)}${placeOf(log, seq, index)}: ${plain(message)}\n`,
    );
  const rest = Math.max(0, faults.length - mostShown) + moreFaults;
  const more = rest > 0 ? `  and ${rest} more; --json lists them\n` : '';
  return `${look.red('wrong')} ${plain(file)}: ${sums}, ${plural(faults.length + moreFaults, 'fault')}\n${lines.join('')}${more}`;
}

function placeOf(log: string | undefined, seq: number | undefined, index: number | undefined): string {
  if (log === undefined) return '';
  const place = index === undefined ? '' : `, place ${index}`;
  return ` (${plain(log)}, batch ${seq}${place})`;
}

function notesOn(all: readonly Verified[], { isPartial }: Asked): string[] {
  const notes: string[] = [];
  if (all.some(({ keysFrom }) => keysFrom === 'export'))
    notes.push(
      'The keys were those of the file itself, so that it only agrees with itself. --keys names keys that you trust.',
    );
  if (all.some(({ keysFrom }) => keysFrom === 'store'))
    notes.push('The keys were those of the place itself. --keys names keys that you trust.');
  const unchecked = all.flatMap((each) => each.unchecked);
  if (unchecked.length > 0) {
    const which = unchecked.length > 3 ? `${unchecked.length} statements` : unchecked.join(', ');
    notes.push(`Not all receipts of ${which} are here: the sums were not compared.`);
  }
  const unseen = all.reduce((sum, { unseenAnchors }) => sum + unseenAnchors, 0);
  if (unseen > 0)
    notes.push(`Outside of what is here, and proving nothing: ${plural(unseen, 'published head')}.`);
  const isMaybePartial = all.some(({ faults }) =>
    faults.some(({ problem }) => problem.startsWith('missing_')),
  );
  if (isMaybePartial && !isPartial)
    notes.push('Of an export of one month or one tenant, --partial allows what is missing.');
  return notes;
}
