/** The receipt of a re-pricing: one for each price that was replaced by another, in each workspace. */
import { formatManyDollars, type ReceiptId, type RepricingReceipt, receiptVersion } from '@keelson/core';
import { canonicalText } from '../receipts/index.ts';
import type { StoredRepricing } from '../storage/index.ts';
import type { PriceGroup } from './tally.ts';

/** The same text however often it is made, so that it can be issued again after a crash. */
export function renderRepricingReceipt(id: ReceiptId, group: PriceGroup, repricing: StoredRepricing): string {
  const { at, finishedAt = at, by, reason, scope } = repricing;
  const { workspace, provider, model, versionBefore, version, calls, before, after, unpricedBefore } = group;
  const receipt: RepricingReceipt = {
    kind: 'repricing',
    version: receiptVersion,
    receipt_id: id,
    timestamp: timeText(finishedAt),
    workspace: workspace,
    provider: provider,
    model: model,
    from: timeText(scope.from),
    to: timeText(scope.to),
    by: by,
    reason: reason,
    repricing_id: repricing.id,
    ...(versionBefore !== undefined && { price_version_before: versionBefore }),
    price_version: version,
    calls,
    amount_before: formatManyDollars(before),
    amount_after: formatManyDollars(after),
    ...(unpricedBefore > 0 && { unpriced_before: unpricedBefore }),
  };
  return canonicalText(receipt);
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
