/** Tables of FlatBuffers, in which Arrow describes its messages. A place that is not there throws a RangeError. */

/** Fields that are read in one message at most: tables may be shared, so a small message could describe endless ones. */
const MOST_TABLES = 1 << 20;

export class FlatTable {
  private constructor(
    private readonly view: DataView,
    private readonly at: number,
    private readonly budget: { left: number },
  ) {
    budget.left -= 1;
    if (budget.left < 0) throw new RangeError("a message without an end");
  }

  /** The table that a message begins with. */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, view.getUint32(0, true), { left: MOST_TABLES });
  }

  int8(slot: number): number {
    const at = this.place(slot);
    return at ? this.view.getInt8(at) : 0;
  }

  int16(slot: number): number {
    const at = this.place(slot);
    return at ? this.view.getInt16(at, true) : 0;
  }

  int32(slot: number): number {
    const at = this.place(slot);
    return at ? this.view.getInt32(at, true) : 0;
  }

  /** A length or an offset, which is never negative. */
  length(slot: number): number {
    const at = this.place(slot);
    return at ? this.wide(at) : 0;
  }

  text(slot: number): string {
    const at = this.place(slot);
    if (!at) return "";
    const start = this.target(at);
    const length = this.view.getUint32(start, true);
    const { buffer, byteOffset, byteLength } = this.view;
    if (start + 4 + length > byteLength) throw new RangeError("a name without an end");
    return new TextDecoder().decode(new Uint8Array(buffer, byteOffset + start + 4, length));
  }

  table(slot: number): FlatTable | undefined {
    const at = this.place(slot);
    return at ? new FlatTable(this.view, this.target(at), this.budget) : undefined;
  }

  tables(slot: number): FlatTable[] {
    const { start, length } = this.vector(slot, 4);
    return Array.from({ length }, (_, i) => {
      return new FlatTable(this.view, this.target(start + 4 * i), this.budget);
    });
  }

  /** Numbers of 64 bits: those of a vector, or of structs in one that have `each`. */
  lengths(slot: number, each = 1): Float64Array {
    const { start, length } = this.vector(slot, 8 * each);
    return Float64Array.from({ length: length * each }, (_, i) => this.wide(start + 8 * i));
  }

  /** Structs of so many bytes: for each, the number of 64 bits at `at`. */
  inStructs(slot: number, bytes: number, at: number): number[] {
    const { start, length } = this.vector(slot, bytes);
    return Array.from({ length }, (_, i) => this.wide(start + bytes * i + at));
  }

  private vector(slot: number, bytes: number): { start: number; length: number } {
    const at = this.place(slot);
    if (!at) return { start: 0, length: 0 };
    const start = this.target(at);
    const length = this.view.getUint32(start, true);
    if (start + 4 + length * bytes > this.view.byteLength)
      throw new RangeError("a list without an end");
    return { start: start + 4, length };
  }

  private wide(at: number): number {
    const number = Number(this.view.getBigInt64(at, true));
    if (!(number >= -1 && Number.isSafeInteger(number)))
      throw new RangeError("a length that is none");
    return number;
  }

  private target(at: number): number {
    return at + this.view.getUint32(at, true);
  }

  /** Where the value of a field stands; 0 where it has none. */
  private place(slot: number): number {
    const fields = this.at - this.view.getInt32(this.at, true);
    const entry = 4 + 2 * slot;
    if (entry >= this.view.getUint16(fields, true)) return 0;
    const offset = this.view.getUint16(fields + entry, true);
    return offset ? this.at + offset : 0;
  }
}
