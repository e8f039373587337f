/**
 * Which chunk is whose.
 *
 * Workers take chunks from the front, each band of them every chunk; a GPU is fed from the back with chunks that no worker has begun. What the
 * GPU loses comes back to the workers.
 */
export class Chunks {
  /** Each band's next chunk from the front. */
  private readonly next: number[];
  /** Each band's share of what came back. */
  private readonly returned: number[][];
  /** One past the last chunk that was not fed. */
  private end: number;

  /**
   * @param isThere whether what a chunk is read from is there by now
   */
  constructor(
    count: number,
    bands: number,
    private readonly isThere: (chunk: number) => boolean,
  ) {
    this.end = count;
    this.next = new Array<number>(bands).fill(0);
    this.returned = Array.from({ length: bands }, () => []);
  }

  /** The next chunk for a worker of a band. */
  toSum(band: number): number | undefined {
    return this.owed(band) ?? this.advance(band, this.end);
  }

  /** The next chunk that nobody but a worker of this band can do: others have begun it, or it came back. */
  owed(band: number): number | undefined {
    return this.returned[band]?.shift() ?? this.advance(band, this.front);
  }

  /** The next chunk for the GPU. */
  toFeed(): number | undefined {
    if (this.end <= this.front || !this.isThere(this.end - 1)) return undefined;
    this.end -= 1;
    return this.end;
  }

  /** Gives chunks back that were taken for the GPU. */
  giveBack(chunks: readonly number[]): void {
    for (const returned of this.returned) returned.push(...chunks);
  }

  /** Chunks that nobody has begun. */
  get untouched(): number {
    return this.end - this.front;
  }

  /** Whether there is nothing left to take. */
  get isEmpty(): boolean {
    return (
      this.next.every((next) => next >= this.end) && this.returned.every(({ length }) => !length)
    );
  }

  private get front(): number {
    return Math.max(...this.next);
  }

  private advance(band: number, end: number): number | undefined {
    const next = this.next[band] ?? end;
    if (next >= end || !this.isThere(next)) return undefined;
    this.next[band] = next + 1;
    return next;
  }
}
