/** Pieces of answers on their way from runs of this process to whoever follows them here. Nothing is kept. */
type OnText = (path: string, delta: string) => void;

export class LiveText {
  readonly #listeners = new Map<string, Set<OnText>>();

  tell(runId: string, path: string, delta: string): void {
    for (const listener of this.#listeners.get(runId) ?? []) listener(path, delta);
  }

  isHeard(runId: string): boolean {
    return this.#listeners.has(runId);
  }

  /** Gives back how to stop listening. */
  listen(runId: string, onText: OnText): () => void {
    const listeners = this.#listeners.get(runId) ?? new Set();
    this.#listeners.set(runId, listeners);
    listeners.add(onText);
    return () => {
      listeners.delete(onText);
      if (listeners.size === 0) this.#listeners.delete(runId);
    };
  }
}
