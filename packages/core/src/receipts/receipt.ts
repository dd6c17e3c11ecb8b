/**
 * What a receipt is, and what proves it: the JSON that goes out and is signed, with the names that it has there. Money is
 * decimal text, a count that is not known is left out. A released version is never changed; another one gets a number.
 */

export const receiptVersion = 1;

export type ReceiptId = `rcpt_${string}`;

/** Token counts by bucket, as the call's usage has them. */
export type ReceiptTokens = Readonly<Record<string, number>>;

export interface ReceiptUsage {
  readonly input: ReceiptTokens;
  readonly output: ReceiptTokens;
  /** Units of tools that the provider ran. */
  readonly tool_units?: ReceiptTokens;
  readonly tier?: string;
}

export interface ReceiptCost {
  /** Dollars as decimal text; left out when there is no price. */
  readonly amount?: string;
  readonly currency: 'USD';
  readonly price_version?: string;
  readonly status: 'priced' | 'estimated' | 'unpriced';
}

export interface ReceiptAttempt {
  readonly provider: string;
  readonly model: string;
  readonly reason: string;
  readonly outcome: string;
  readonly status?: number;
  readonly error?: string;
  readonly provider_request_id?: string;
  /** Left out where they are those of the whole call. */
  readonly usage?: ReceiptUsage;
  readonly cost?: ReceiptCost;
}

export interface ReceiptLoss {
  readonly field: string;
  readonly action: string;
  readonly detail?: string;
}

interface AnyReceipt {
  readonly version: number;
  readonly receipt_id: ReceiptId;
  /** When the call began, or the prices were corrected. RFC 3339, in UTC, with milliseconds. */
  readonly timestamp: string;
  readonly workspace: string;
}

/** Of one call. */
export interface CallReceipt extends AnyReceipt {
  readonly kind: 'call';
  readonly call_id: string;
  readonly key_id?: string;
  readonly trace_id?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly endpoint: string;
  readonly dialect: string;
  readonly stream: boolean;
  readonly alias?: string;
  readonly profile?: string;
  readonly lock_digest?: string;
  readonly requested_model: string;
  readonly provider?: string;
  readonly model?: string;
  readonly served_model?: string;
  readonly provider_request_id?: string;
  readonly system_fingerprint?: string;
  readonly outcome: string;
  readonly status: number;
  readonly error?: string;
  /** How the cache of answers served the call; a `hit` used nothing of any provider. */
  readonly cache?: string;
  /** The call was found without its end after a crash; its cost is what had been set aside. */
  readonly interrupted?: true;
  readonly usage: ReceiptUsage;
  readonly cost: ReceiptCost;
  readonly attempts: readonly ReceiptAttempt[];
  readonly losses?: readonly ReceiptLoss[];
  /** Of the request's body as it was received, and of the answer's as it was handed to the caller's connection. */
  readonly request_sha256?: string;
  readonly response_sha256?: string;
}

/** That calls of a period were given other costs on purpose. Their own receipts stay as they are. */
export interface RepricingReceipt extends AnyReceipt {
  readonly kind: 'repricing';
  /** What was corrected: prices of this model from one time up to another. */
  readonly provider: string;
  readonly model: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  /** Who did it, in the words of whoever did. */
  readonly by: string;
  readonly repricing_id: string;
  /** Left out where these calls had no price before. */
  readonly price_version_before?: string;
  readonly price_version: string;
  readonly calls: number;
  /** Of what went to this model. Calls that had no cost before add nothing to the first, and are counted. */
  readonly amount_before: string;
  readonly amount_after: string;
  readonly unpriced_before?: number;
}

/** What some receipts add up to. */
export interface ReceiptSums {
  readonly calls: number;
  readonly tokens: { readonly input: number; readonly output: number; readonly total: number };
  readonly cost: { readonly amount: string; readonly currency: 'USD' };
  /** Calls that have no price, whose cost is an estimate, or whose tokens nobody counted; left out where there are none. */
  readonly unpriced_calls?: number;
  readonly estimated_calls?: number;
  readonly uncounted_calls?: number;
}

export interface BatchSummary extends ReceiptSums {
  /** When the first and the last of the calls began. */
  readonly first_at?: string;
  readonly last_at?: string;
  /** By `provider:model`, and by alias; `direct_model` are the calls that named a model themselves. */
  readonly by_model: Readonly<Record<string, ReceiptSums>>;
  readonly by_alias: Readonly<Record<string, ReceiptSums>>;
  /** Corrections of prices among the receipts, and by how much they changed costs of calls, which may lie elsewhere. */
  readonly repricings?: number;
  readonly repriced_amount?: string;
  /** Receipts that were brought here by others, and add nothing. */
  readonly stored?: number;
}

/** Which receipts were asked for, in the words of whoever asked. */
export interface BatchSelection {
  readonly mode: 'receipts' | 'period' | 'since_last';
  readonly from?: string;
  readonly to?: string;
}

/** A statement over many receipts, which is a receipt itself: signed, stored and chained like all others. */
export interface BatchReceipt extends AnyReceipt {
  readonly kind: 'batch';
  /** The organisation, where it is about all its workspaces; `workspace` is its name and `/*` then. */
  readonly organisation?: string;
  readonly selection: BatchSelection;
  readonly description?: string;
  readonly tags?: readonly string[];
  /** Who asked for it, in the words of whoever did. */
  readonly by: string;
  readonly summary: BatchSummary;
  /** All that it covers: ids in their order, and the root of the tree over these receipts in the same order. */
  readonly receipts: {
    readonly count: number;
    readonly root: string;
    readonly ids: readonly ReceiptId[];
  };
}

/** A receipt that somebody brought, as it was brought: that it was here then is signed, and nothing else about it. */
export interface StoredReceiptCopy extends AnyReceipt {
  readonly kind: 'stored';
  readonly by: string;
  /** Of the canonical JSON of what was brought. */
  readonly sha256: string;
  readonly brought: { readonly [field: string]: unknown };
}

export type Receipt = CallReceipt | RepricingReceipt | BatchReceipt | StoredReceiptCopy;

/** So many receipts can one statement cover. */
export const mostReceiptsPerStatement = 20_000;

/** What is signed: one for each batch of receipts of one log. */
export interface UnsignedHead {
  readonly version: number;
  /** Every process that issues receipts has logs of its own. */
  readonly log: string;
  /** From 1, without gaps. */
  readonly seq: number;
  /** The hash of the head before it; zeros at the first. */
  readonly prev: string;
  /** Of the tree over the receipts, which are its leaves in this order. */
  readonly root: string;
  readonly count: number;
  /** Milliseconds since 1970 at which the batch was opened and closed, by a clock that never goes back within a log. */
  readonly first_at: number;
  readonly last_at: number;
  /** The SHA-256 of the public key. */
  readonly key_id: string;
}

export interface ReceiptHead extends UnsignedHead {
  /** `ed25519:` and the signature in base64url, over the canonical JSON of all the other fields. */
  readonly signature: string;
}

/** From a receipt up to the root of its batch. */
export interface InclusionPath {
  /** The place among the leaves, from 0. */
  readonly index: number;
  /** The neighbours on the way up, the lowest first. */
  readonly hashes: readonly string[];
}

/** A receipt with all that it takes to verify it, but for the keys. */
export interface ReceiptProof {
  readonly receipt: Receipt;
  readonly path: InclusionPath;
  readonly head: ReceiptHead;
}

/** A key by which heads were signed, from its time to its end. */
export interface ReceiptKey {
  readonly key_id: string;
  /** `ed25519:` and the 32 bytes in base64url. */
  readonly public_key: string;
  /** Milliseconds since 1970; the end is not included. */
  readonly valid_from: number;
  readonly valid_to?: number;
}

export const mostReceiptsPerBatch = 256;

/** Before the first head of a log there is none. */
export const noHead = '0'.repeat(64);
