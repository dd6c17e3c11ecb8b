/** Who a process is towards others that add to logs of receipts, and whether another one is known to be gone. */
import { hostname } from 'node:os';

/** `HOST/PROCESS/NONCE`. The nonce tells a process from an earlier one with the same number. */
export function nameOwner(nonce: string): string {
  const owner = `${hostname()}/${process.pid}/${nonce}`;
  own.add(owner);
  return owner;
}

/** There may be several engines in one process; and after a restart in a container, one with the same number. */
const own = new Set<string>();

/**
 * Only of a process of this host can that be known before its claim ends. Were it wrong (two containers of one host name), the
 * other one would notice at its next batch, and go on with another log.
 */
export function isOwnerGone(owner: string): boolean {
  const [host, pid = ''] = owner.split('/');
  if (host !== hostname()) return false;
  const number = Number(pid);
  if (!Number.isSafeInteger(number) || number <= 0) return true;
  if (number === process.pid) return !own.has(owner);
  try {
    process.kill(number, 0);
    return false;
  } catch (error) {
    return (error as { code?: unknown }).code === 'ESRCH';
  }
}
