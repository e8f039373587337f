/**
 * Reads HDF5 files, and with them MATLAB's of version 7.3.
 *
 * The library runs in a wasm module of its own and reads from the file what it wants, in this worker and without waiting for anybody.
 */

// Before the library: it takes the console as it finds it.
import "./hdf5-heard";
import { Dataset, type Metadata, ready } from "h5wasm";
import type { Gathered } from "../unpack";
import {
  cutOff,
  type ForeignArray,
  type ForeignFacts,
  type ForeignFile,
  type ForeignMatrix,
  ForeignRefusal,
  factsOf,
  group,
  malformed,
  packedWith,
  quoted,
  see,
} from "./foreign";
import { mount } from "./hdf5-file";
import { hearNoMore, lastHeard } from "./hdf5-heard";
import { type Dtype, sizeOf, view } from "./numbers";

hearNoMore();

type Module = Awaited<typeof ready>;

/** An array of a file, and where it is. */
interface Found extends ForeignArray {
  path: string;
  /** The shape that the file has: MATLAB's axes stand the other way round. */
  stored: number[];
  chunks: number[] | null;
}

/** Numbers that are taken out of the library at once. */
const BLOCK_BYTES = 16 << 20;
/** Unless that would have chunks unpacked again and again; but never more than this. */
const MOST_BLOCK_BYTES = 256 << 20;
const MOST_ARRAYS = 4096;
const MOST_VISITS = 1 << 16;
const MOST_DEPTH = 32;
/** Letters of an attribute that is read. */
const MOST_LETTERS = 256;

const MATLAB = "MATLAB 7.3";

/** Classes of types. */
const INTEGER = 0;
const FLOAT = 1;
const TEXT = 3;
const COMPOUND = 6;
const ENUM = 8;
const TYPES: Record<number, string> = {
  2: "time",
  3: "text",
  4: "bit field",
  5: "opaque",
  6: "compound",
  7: "reference",
  8: "enum",
  9: "lists",
  10: "array",
};

/** Filters that the library may have no code for. */
const FILTERS: Record<number, string> = {
  4: "SZIP",
  32000: "LZF",
  32001: "Blosc",
  32004: "LZ4",
  32008: "Bitshuffle",
  32013: "ZFP",
  32015: "Zstandard",
  32017: "SZ",
  32026: "Blosc2",
};
const BUILT_IN = [1, 2, 3, 5, 6];

let mounted = 0;
/** The library is in no state to go on. */
let isSpent = false;

export async function open(file: File): Promise<ForeignFile> {
  const module = await ready;
  const isMatlab = (await file.slice(0, MATLAB.length).text()) === MATLAB;
  const folder = `/file-${mounted}`;
  mounted += 1;
  return guarded(() => {
    const path = mount(module, file, folder);
    lastHeard();
    const id = module.open(path, module.H5F_ACC_RDONLY, false, -1, -1);
    if (id < 0n) throw refusalOf(lastHeard(), "its beginning cannot be understood");
    const found = new Walk(module, id, isMatlab).arrays();
    const make = async ({ places }: ForeignMatrix, gathered: Gathered): Promise<void> => {
      const array = found[places[0] ?? -1];
      if (!array) return;
      await guarded(async () => {
        for (const block of read(module, id, array)) await gathered.add(block);
      });
    };
    const look = (place: number): Promise<ForeignFacts> =>
      guarded(async () => {
        const facts = factsOf(place);
        const array = found[place] as Found;
        const dtype = array.dtype as Dtype;
        for (const bytes of read(module, id, array))
          see(facts, view(dtype, bytes, bytes.length / sizeOf(dtype)), dtype);
        return facts;
      });
    const arrays = found.map(({ name, shape, dtype, order }) => {
      return { name, shape, dtype, order, is_column: false };
    });
    const close = (): void => {
      if (isSpent) return;
      module.close_file(id);
      module.FS.unmount(folder);
    };
    return { arrays, together: 0, look, make, close };
  });
}

/** After whatever isn't thrown by this module or by the library's own words, the library is in no state to go on. */
async function guarded<Made>(work: () => Made | Promise<Made>): Promise<Made> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ForeignRefusal) throw error;
    const refusal = isUnreadable(error)
      ? new ForeignRefusal(
          "file_changed",
          "The file changed, moved or was removed while it was read. Wait until it is written, and open it again.",
        )
      : broken("the library that reads it gave up");
    refusal.spent = true;
    isSpent = true;
    throw refusal;
  }
}

/** Whether the browser could not read the file. */
function isUnreadable(error: unknown): boolean {
  return error instanceof DOMException;
}

function broken(problem: string): ForeignRefusal {
  return malformed("hdf5", problem);
}

/** What the library has said, in our words. */
function refusalOf(heard: string, otherwise: string): ForeignRefusal {
  const [, end, wanted] = heard.match(/truncated file: eof = (\d+).*stored_eof = (\d+)/) ?? [];
  if (wanted) return cutOff(Number(wanted) - Number(end), Number(wanted));
  return broken(otherwise);
}

/** Goes through the groups of a file. */
class Walk {
  private readonly found: Found[] = [];
  private visits = 0;
  /** Where in the file the objects are that were found. */
  private readonly known = new Set<string>();

  constructor(
    private readonly module: Module,
    private readonly id: bigint,
    private readonly isMatlab: boolean,
  ) {}

  arrays(): Found[] {
    this.isNew("/");
    this.group("/", 0);
    if (this.found.length > 0 && this.found.every(({ dtype }) => dtype === "text")) {
      const named = this.found.slice(0, 8).map(({ name, shape }) => {
        return `${quoted(name)} (${shape.map(group).join(" × ") || "a single value"}, text)`;
      });
      throw new ForeignRefusal(
        "no_matrix",
        `No array in this file holds numbers: there is ${named.join(", ")}. Save an array of shape (samples, features).`,
      );
    }
    return this.found;
  }

  private group(path: string, depth: number): void {
    if (depth > MOST_DEPTH) return;
    for (const name of this.module.get_names(this.id, path, false)) {
      this.visits += 1;
      if (this.visits > MOST_VISITS || this.found.length >= MOST_ARRAYS) return;
      const at = path === "/" ? `/${name}` : `${path}/${name}`;
      // What a link leads to is found where it is. MATLAB keeps what cells hold behind a #.
      if (this.isMatlab && depth === 0 && name.startsWith("#")) continue;
      if (this.module.get_symbolic_link(this.id, at) !== null) continue;
      const type = this.module.get_type(this.id, at);
      const isGroup = type === this.module.H5G_GROUP;
      if (!(isGroup || type === this.module.H5G_DATASET) || !this.isNew(at)) continue;
      if (!isGroup) this.dataset(at);
      else if (!this.isSparse(at)) this.group(at, depth + 1);
    }
  }

  /** Whether an object was not found under another name; groups may even be in themselves. */
  private isNew(path: string): boolean {
    const place = this.module.create_object_reference(this.id, path);
    const isKnown = this.known.has(place.join());
    // All zeros: nobody can say where it is.
    if (place.some((byte) => byte !== 0)) this.known.add(place.join());
    return !isKnown;
  }

  /** A sparse matrix of MATLAB is a group; it is named and not entered. */
  private isSparse(path: string): boolean {
    if (!this.isMatlab || !this.attributes(path).includes("MATLAB_sparse")) return false;
    this.add({ path, stored: [], chunks: null, dtype: "sparse" });
    return true;
  }

  private dataset(path: string): void {
    const facts = this.module.get_dataset_metadata(this.id, path);
    const { shape, chunks } = facts;
    if (!shape) return;
    let dtype = facts.virtual_sources ? "virtual" : dtypeOf(facts);
    if (this.isMatlab) {
      const attributes = this.attributes(path);
      // An empty array is stored as its shape.
      if (attributes.includes("MATLAB_empty")) return;
      const kind = attributes.includes("MATLAB_class") ? this.text(path, "MATLAB_class") : "";
      if (kind === "logical" && dtype === "uint8") dtype = "bool";
      else if (kind && !/^(u?int\d+|single|double|logical)$/.test(kind)) dtype = kind;
    }
    this.add({ path, stored: shape, chunks, dtype });
  }

  private add({
    path,
    stored,
    chunks,
    dtype,
  }: Pick<Found, "path" | "stored" | "chunks" | "dtype">): void {
    const { isMatlab } = this;
    this.found.push({
      name: isMatlab ? path.slice(1).replaceAll("/", ".") : path.slice(1),
      shape: isMatlab ? [...stored].reverse() : stored,
      dtype,
      order: isMatlab ? "F" : "C",
      is_column: false,
      path,
      stored,
      chunks,
    });
  }

  private attributes(path: string): string[] {
    return this.module.get_attribute_names(this.id, path);
  }

  /** An attribute that is a short text. */
  private text(path: string, name: string): string {
    const { type, size, total_size, vlen } = this.module.get_attribute_metadata(
      this.id,
      path,
      name,
    );
    if (type !== TEXT || vlen || size * total_size > MOST_LETTERS) return "";
    return String(new Dataset(this.id, path).get_attribute(name, true));
  }
}

/** NumPy's name of a type, or one that says what it is instead. */
function dtypeOf({ type, size, signed, enum_type, compound_type }: Metadata): string {
  if (type === INTEGER && [1, 2, 4, 8].includes(size)) return `${signed ? "" : "u"}int${8 * size}`;
  if (type === FLOAT && [2, 4, 8].includes(size)) return `float${8 * size}`;
  if (type === INTEGER) return `integer of ${size} bytes`;
  if (type === FLOAT) return `float of ${size} bytes`;
  if (type === ENUM && size === 1) {
    const { FALSE, TRUE, ...others } = enum_type?.members ?? {};
    if (FALSE === 0 && TRUE === 1 && Object.keys(others).length === 0) return "bool";
  }
  if (type === COMPOUND) {
    const names = compound_type?.members.map(({ name }) => name).join();
    if (names === "r,i" || names === "real,imag") return "complex";
  }
  return TYPES[type] ?? "unknown";
}

/** Reads the numbers of an array, block by block, in the order in which they are stored. */
function* read(
  module: Module,
  id: bigint,
  { path, dtype, stored, chunks }: Found,
): Generator<Uint8Array<ArrayBuffer>> {
  const size = sizeOf(dtype as Dtype);
  const bytesFrom = (axis: number): number =>
    stored.slice(axis).reduce((product, length) => product * length, size);
  if (bytesFrom(0) === 0) return;
  // The axis along which blocks are cut: one index of it fits into a block.
  const axis = Math.max(
    0,
    stored.findIndex((_, i) => bytesFrom(i + 1) <= BLOCK_BYTES),
  );
  const step = stepOf(stored[axis] ?? 1, bytesFrom(axis + 1), chunks?.[axis] ?? 1);
  const outer = stored.slice(0, axis).reduce((product, length) => product * length, 1);
  const room = module._malloc(step * bytesFrom(axis + 1));
  if (room === 0)
    throw new ForeignRefusal(
      "no_room",
      "There is no memory left to read this array. Close other tabs, or save it as .npy: np.save(path, features).",
    );
  try {
    for (let index = 0; index < outer; index += 1) {
      const offset = placeOf(index, stored.slice(0, axis));
      for (let from = 0; from < (stored[axis] ?? 1); from += step) {
        const length = Math.min(step, (stored[axis] ?? 1) - from);
        const [start, count] = block(stored, offset, axis, from, length);
        lastHeard();
        const status = module.get_dataset_data(
          id,
          path,
          count,
          start,
          stored.map(() => 1n),
          BigInt(room),
        );
        if (status < 0) throw unread(module, id, path);
        yield module.HEAPU8.slice(
          room,
          room + length * bytesFrom(axis + 1),
        ) as Uint8Array<ArrayBuffer>;
      }
    }
  } finally {
    module._free(room);
  }
}

/** How many indices of an axis make a block: whole chunks where they are not too large. */
function stepOf(length: number, bytes: number, chunk: number): number {
  const most = Math.max(1, Math.floor(BLOCK_BYTES / bytes));
  if (most >= length) return length;
  if (most >= chunk) return most - (most % chunk);
  return Math.min(length, chunk * bytes <= MOST_BLOCK_BYTES ? chunk : most);
}

/** The place of an index along some axes. */
function placeOf(index: number, axes: number[]): number[] {
  let rest = index;
  return axes.reduceRight<number[]>((place, length) => {
    place.unshift(rest % length);
    rest = Math.floor(rest / length);
    return place;
  }, []);
}

/** Where a block starts, and how far it goes. */
function block(
  shape: number[],
  outer: number[],
  axis: number,
  from: number,
  length: number,
): [bigint[], bigint[]] {
  const start = shape.map((_, i) => BigInt(i < axis ? (outer[i] ?? 0) : i === axis ? from : 0));
  const count = shape.map((all, i) => BigInt(i < axis ? 1 : i === axis ? length : all));
  return [start, count];
}

/** Why an array cannot be read. */
function unread(module: Module, id: bigint, path: string): ForeignRefusal {
  const heard = lastHeard();
  const filters = module.get_dataset_filters(id, path);
  const unknown = filters.find((filter) => !BUILT_IN.includes(filter.id));
  if (unknown) {
    const method = FILTERS[unknown.id] ?? `filter ${unknown.id}`;
    const advice = 'Save it with gzip: f.create_dataset(name, data=features, compression="gzip").';
    return packedWith(method, advice);
  }
  return refusalOf(heard, `the numbers of ${quoted(path.slice(1))} cannot be read`);
}
