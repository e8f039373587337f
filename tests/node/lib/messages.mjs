// Files on their way to a worker. A structured clone in Node makes a File a Blob without a name, and there is no
// FileReaderSync: so a file travels as its name and its bytes, in memory that both sides share.

/** A File whose bytes can be read without waiting, as only a worker of a browser may. */
export class MemoryFile extends File {
  #bytes;

  /** @param change what happens to the file on the disk while it is read (changing) */
  constructor(name, bytes, change = undefined) {
    super([bytes], name);
    this.#bytes = bytes;
    this.change = change;
  }

  bytesNow() {
    return readNow(this.#bytes, this.change);
  }

  slice(start = 0, end = this.size) {
    return partOf(super.slice(start, end), this.#bytes.subarray(start, end), this.change);
  }

  /** A structured clone of it. */
  get clone() {
    return { file: this.name, bytes: shared(this, this.#bytes), change: this.change };
  }
}

/** A part of a file, whose bytes are read when they are asked for. */
function partOf(part, bytes, change) {
  part.bytesNow = () => readNow(bytes, change);
  if (change) {
    const { slice } = part;
    part.arrayBuffer = async () => new Uint8Array(readNow(bytes, change)).buffer;
    part.text = async () => new TextDecoder().decode(readNow(bytes, change));
    part.slice = (start = 0, end = bytes.length) =>
      partOf(slice.call(part, start, end), bytes.subarray(start, end), change);
  }
  return part;
}

const MANY = 2 ** 30;

/**
 * A file that changes after some reads, in whichever thread they are: it is "gone", has become "shorter", or holds
 * "other" bytes.
 */
export function changing(name, bytes, how = "gone", after = MANY) {
  const left = new Int32Array(new SharedArrayBuffer(4)).fill(after);
  return new MemoryFile(name, bytes, { how, left });
}

/** How often a file of `changing` was read. */
export function readsOf({ change }) {
  return MANY - change.left[0];
}

function readNow(bytes, change) {
  if (!change || Atomics.sub(change.left, 0, 1) > 0) return bytes;
  // As browsers say it.
  if (change.how === "gone") throw new DOMException("the file was removed", "NotReadableError");
  if (change.how === "shorter") return bytes.subarray(0, bytes.length >>> 1);
  return bytes.map((byte) => byte ^ 1);
}

/** A message as it is sent. */
export function wrapped(message) {
  if (!message?.files && !message?.blobs) return message;
  const wrap = (blob) => (blob instanceof MemoryFile ? blob.clone : blob);
  const all = (blobs) => blobs?.map(wrap);
  return { ...message, files: all(message.files), blobs: all(message.blobs) };
}

/** The message that was sent. */
export function unwrapped(message) {
  if (!message?.files && !message?.blobs) return message;
  const unwrap = (blob) =>
    blob.file === undefined ? blob : new MemoryFile(blob.file, blob.bytes, blob.change);
  const all = (blobs) => blobs?.map(unwrap);
  return { ...message, files: all(message.files), blobs: all(message.blobs) };
}

const sharedBytes = new WeakMap();

function shared(file, bytes) {
  let copy = sharedBytes.get(file);
  if (!copy) {
    copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
    copy.set(bytes);
    sharedBytes.set(file, copy);
  }
  return copy;
}
