/**
 * Statistics of blocks in a folder: every attempt is one line of this process's own segment, and closed segments are folded into a
 * snapshot now and then. Several processes may share the folder; killed at any byte, none of them loses or doubles a line.
 */
import { join } from 'node:path';
import type { BlockAttempt, BlockStats, GrowingStats } from '@keelson/core';
import type { Clock, Log } from '../../observability/index.ts';
import type { StatsStore } from '../environment.ts';
import { MemoryStats } from '../memory-stats.ts';
import { DailyStats } from './daily-stats.ts';
import { usualKeptDays } from './days-kept.ts';
import { ownerLockName, readSegment, readSegmentName, type SegmentName, segmentName } from './segment.ts';
import { noSnapshot, readSnapshot, renderSnapshot, type StatsSnapshot } from './snapshot.ts';
import { type StatsFiles, systemStatsFiles } from './stats-files.ts';

export interface StatsFolderSettings {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  /** 90 when left out. */
  readonly keptDays?: number;
  /** After which another segment is begun, and closed ones are folded; 1 MiB when left out. */
  readonly segmentBytes?: number;
  readonly files?: StatsFiles;
}

const snapshotName = 'snapshot.json';
const usualSegmentBytes = 1024 * 1024;
const mostReadings = 5;

interface Segment {
  readonly name: string;
  readonly file: number;
  size: number;
}

export class StatsFolder implements StatsStore {
  readonly #settings: StatsFolderSettings;
  readonly #files: StatsFiles;
  readonly #owner: string;
  /** Of all processes, as far as it was read when this one began. */
  #known: MemoryStats | undefined;
  #segment: Segment | undefined;
  #number = 0;
  #lock: { release(): void } | undefined;
  #isTorn = false;
  #isClosed = false;

  /** Nothing is read or made before it is needed. */
  constructor(settings: StatsFolderSettings) {
    this.#settings = settings;
    this.#files = settings.files ?? systemStatsFiles;
    this.#owner = settings.newId();
  }

  findStats(key: string): BlockStats | undefined {
    return this.#load().findStats(key);
  }

  /** Counted here and now, even where it cannot be written; then it throws. */
  record(attempt: BlockAttempt): void {
    this.#load().record(attempt);
    this.#append(Buffer.from(`${JSON.stringify(attempt)}\n`));
  }

  /** Folds closed segments into the snapshot, unless another process is about it; tells whether it did. */
  compact(): boolean {
    const { folder } = this.#settings;
    this.#files.makeFolder(folder);
    const lock = this.#files.lock(join(folder, 'compact.lock'));
    if (lock === undefined) return false;
    try {
      this.#fold();
      return true;
    } finally {
      lock.release();
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#segment !== undefined) this.#files.close(this.#segment.file);
    this.#segment = undefined;
    this.#lock?.release();
  }

  #load(): MemoryStats {
    this.#known ??= this.#readOrBegin();
    return this.#known;
  }

  /** Estimates must not fail because of a folder that nobody may read. */
  #readOrBegin(): MemoryStats {
    try {
      return this.#readAll();
    } catch (error) {
      const { folder, log } = this.#settings;
      log.warn('Block statistics cannot be read; only what happens from now on is counted.', {
        folder,
        error,
      });
      return new MemoryStats();
    }
  }

  /** Once more where somebody folded meanwhile: what was in a segment is then in the snapshot. */
  #readAll(): MemoryStats {
    let days = new DailyStats();
    for (let reading = 0; reading < mostReadings; reading += 1) {
      const snapshot = this.#readSnapshot();
      days = new DailyStats();
      days.merge(snapshot.days);
      for (const { name } of this.#segments()) this.#read(name, snapshot.counted[name] ?? 0, days);
      if (this.#readSnapshot().generation === snapshot.generation) break;
    }
    days.forget(this.#settings.clock.now(), this.#settings.keptDays ?? usualKeptDays);
    const known = new MemoryStats();
    for (const [key, stats] of days.total()) known.merge(key, (stats as GrowingStats).value);
    return known;
  }

  #readSnapshot(): StatsSnapshot {
    const { folder, log } = this.#settings;
    const snapshot = readSnapshot(this.#files.read(join(folder, snapshotName)));
    if (snapshot !== undefined) {
      const { broken } = snapshot;
      if (broken > 0) log.warn('Sums of block statistics cannot be read.', { folder, broken });
      return snapshot;
    }
    log.warn('The snapshot of block statistics cannot be read; what it held is not counted.', { folder });
    return noSnapshot;
  }

  #segments(): SegmentName[] {
    return this.#files.list(this.#settings.folder).flatMap((name) => readSegmentName(name) ?? []);
  }

  /** Adds what stands in a segment from there on, and tells where its last whole line ends. */
  #read(name: string, from: number, days: DailyStats): number {
    const { folder, log } = this.#settings;
    const bytes = this.#files.read(join(folder, name));
    if (bytes === undefined) return from;
    const { attempts, end, broken } = readSegment(bytes, from);
    for (const attempt of attempts) days.add(attempt);
    if (broken > 0) log.warn('Lines of block statistics cannot be read.', { folder, segment: name, broken });
    return end;
  }

  #append(line: Buffer): void {
    const segment = this.#openSegment();
    // Half a line before it must not spoil this one as well.
    const bytes = this.#isTorn ? Buffer.concat([Buffer.from('\n'), line]) : line;
    this.#isTorn = true;
    const written = this.#files.append(segment.file, bytes);
    segment.size += written;
    if (written !== bytes.length) throw new Error('The disk took only a part of the line.');
    this.#isTorn = false;
    if (segment.size < (this.#settings.segmentBytes ?? usualSegmentBytes)) return;
    this.#files.close(segment.file);
    this.#segment = undefined;
    try {
      this.compact();
    } catch (error) {
      // The line is written; the segments stay until folding succeeds.
      this.#settings.log.warn('Block statistics could not be folded.', {
        folder: this.#settings.folder,
        error,
      });
    }
  }

  #openSegment(): Segment {
    if (this.#segment !== undefined) return this.#segment;
    if (this.#isClosed) throw new Error('The statistics are closed.');
    const { folder } = this.#settings;
    this.#files.makeFolder(folder);
    this.#lock ??= this.#files.lock(join(folder, ownerLockName(this.#owner)));
    this.#number += 1;
    const name = segmentName(this.#owner, this.#number);
    this.#segment = { name, file: this.#files.openToAppend(join(folder, name)), size: 0 };
    return this.#segment;
  }

  #fold(): void {
    const { folder, clock, keptDays = usualKeptDays } = this.#settings;
    const snapshot = this.#readSnapshot();
    const days = new DailyStats();
    days.merge(snapshot.days);
    const counted: Record<string, number> = {};
    const finished: SegmentName[] = [];
    for (const segment of this.#segments()) {
      const before = snapshot.counted[segment.name] ?? 0;
      if (!this.#isFinished(segment)) {
        if (before > 0) counted[segment.name] = before;
        continue;
      }
      counted[segment.name] = this.#read(segment.name, before, days);
      finished.push(segment);
    }
    days.forget(clock.now(), keptDays);
    const { generation } = snapshot;
    const bytes = renderSnapshot({ generation: generation + 1, days: days.value, counted });
    this.#files.replace(join(folder, snapshotName), bytes);
    // Only now: until the snapshot is there, the segments are all there is.
    for (const { name, owner } of finished) {
      this.#files.remove(join(folder, name));
      if (owner !== this.#owner) this.#files.remove(join(folder, ownerLockName(owner)));
    }
  }

  /** Nobody writes to it any more: it is an earlier one of ours, or its process is gone. */
  #isFinished({ name, owner }: SegmentName): boolean {
    if (owner === this.#owner) return name !== this.#segment?.name;
    const lock = this.#files.lock(join(this.#settings.folder, ownerLockName(owner)));
    lock?.release();
    return lock !== undefined;
  }
}
