/** What changing a lockfile needs: a clock, randomness, and the date for new pins. */
import { type LockfileDeps, systemClock, systemRandom } from '@keelson/engine';

export const deps: LockfileDeps = { clock: systemClock, random: systemRandom };

export const now = (): string => new Date(systemClock.now()).toISOString().replace(/\.\d+/, '');

/** `2026-11-21` */
export const today = (): string => now().slice(0, 10);
