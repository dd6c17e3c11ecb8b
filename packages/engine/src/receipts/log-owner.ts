/** Who a process is towards others that add to logs of receipts, and whether another one is known to be gone. */
import { hostname } from 'node:os';

/** `HOST/PROCESS/NONCE`. The nonce tells a process from an earlier one with the same number. */
export function nameOwner(nonce: string): string {
  return `${hostname()}/${process.pid}/${nonce}`;
}

/**
 * Only of a process of this host can that be known before its claim ends. Were it wrong (two containers of one host name), the
 * other one would notice at its next batch, and go on with another log.
 */
export function isOwnerGone(owner: string): boolean {
  const [host, pid = ''] = owner.split('/');
  if (host !== hostname()) return false;
  const number = Number(pid);
  if (!Number.isSafeInteger(number) || number <= 0) return true;
  // Of this very process there may be several engines; each of them releases what it had.
  if (number === process.pid) return false;
  try {
    process.kill(number, 0);
    return false;
  } catch (error) {
    return (error as { code?: unknown }).code === 'ESRCH';
  }
}
