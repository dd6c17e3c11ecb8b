/** In which order a graph is walked from its ends to its entry: groups of nodes that lead back to each other, ends first. */

/** The ways of node `n` are those from `first[n]` up to `first[n + 1]`. */
export interface Ways {
  readonly first: Uint32Array;
  readonly to: Uint32Array;
}

export interface WalkGroup {
  readonly nodes: readonly number[];
  /** Whether a walk can come back into it. */
  readonly isCyclic: boolean;
}

/** Tarjan's groups, without recursion, because a chain may be long. */
export function walkOrder(entry: number, ways: Ways): WalkGroup[] {
  const walk = new Walk(ways);
  walk.enter(entry);
  for (let node = walk.current; node !== undefined; node = walk.current) walk.advance(node);
  return walk.groups;
}

class Walk {
  readonly groups: WalkGroup[] = [];
  readonly #ways: Ways;
  readonly #next: Uint32Array;
  /** From 1 in the order of being met; 0 is not met yet. */
  readonly #met: Uint32Array;
  readonly #lowest: Uint32Array;
  readonly #isOpen: Uint8Array;
  readonly #path: number[] = [];
  readonly #open: number[] = [];
  #count = 0;

  constructor(ways: Ways) {
    const size = ways.first.length;
    this.#ways = ways;
    this.#next = Uint32Array.from(ways.first);
    this.#met = new Uint32Array(size);
    this.#lowest = new Uint32Array(size);
    this.#isOpen = new Uint8Array(size);
  }

  get current(): number | undefined {
    return this.#path.at(-1);
  }

  enter(node: number): void {
    this.#count += 1;
    this.#met[node] = this.#count;
    this.#lowest[node] = this.#count;
    this.#isOpen[node] = 1;
    this.#path.push(node);
    this.#open.push(node);
  }

  advance(node: number): void {
    const { first, to } = this.#ways;
    const way = this.#next[node] as number;
    if (way >= (first[node + 1] as number)) {
      this.#leave(node);
      return;
    }
    this.#next[node] = way + 1;
    const target = to[way] as number;
    if (this.#met[target] === 0) this.enter(target);
    else if (this.#isOpen[target] === 1) this.#lower(node, this.#met[target] as number);
  }

  #leave(node: number): void {
    this.#path.pop();
    const lowest = this.#lowest[node] as number;
    if (this.current !== undefined) this.#lower(this.current, lowest);
    if (lowest !== this.#met[node]) return;
    const nodes = this.#open.splice(this.#open.lastIndexOf(node)).reverse();
    for (const member of nodes) this.#isOpen[member] = 0;
    this.groups.push({ nodes, isCyclic: nodes.length > 1 || this.#leadsTo(node, node) });
  }

  #lower(node: number, value: number): void {
    if (value < (this.#lowest[node] as number)) this.#lowest[node] = value;
  }

  #leadsTo(node: number, target: number): boolean {
    const { first, to } = this.#ways;
    return to.subarray(first[node], first[node + 1]).includes(target);
  }
}
