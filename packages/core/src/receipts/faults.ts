/** What can be wrong with receipts and all that proves them, each by a name of its own and with its place. */

export type ReceiptProblem =
  /** No JSON, not the canonical text of it, or not of the shape; a version that is not known counts as well. */
  | 'unreadable'
  /** The receipt is not the one that was signed. */
  | 'receipt_changed'
  | 'path_changed'
  /** The signature is not that of this head, or the head's root not that of its receipts. */
  | 'head_changed'
  | 'key_changed'
  | 'unknown_key'
  | 'key_outside_validity'
  | 'missing_receipt'
  | 'reordered_receipt'
  | 'duplicated_receipt'
  | 'missing_batch'
  | 'reordered_batch'
  | 'duplicated_batch'
  /** Two different heads of one log with one sequence number. */
  | 'forked_batch'
  /** A head names another head before it than the one that is there. */
  | 'broken_chain'
  | 'time_reversed'
  /** A head that was published elsewhere is not the one that is here. */
  | 'anchor_mismatch'
  /** A statement is signed, and is not what the receipts that it covers add up to. */
  | 'statement_wrong'
  | 'truncated';

export interface ReceiptFault {
  readonly problem: ReceiptProblem;
  /** The part that is wrong, such as `path.hashes[2]`, `head.seq` or `line 17`. */
  readonly where: string;
  /** For people. */
  readonly message: string;
  readonly log?: string;
  readonly seq?: number;
  /** The place of a receipt in its batch. */
  readonly index?: number;
}

export interface ReceiptVerdict {
  readonly isValid: boolean;
  readonly faults: readonly ReceiptFault[];
}
