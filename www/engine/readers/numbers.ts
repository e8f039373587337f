/** Typed arrays by NumPy's names of their types. Half floats are carried as the bits that they are. */

export type Numbers =
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

const KINDS = {
  bool: Uint8Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

export type Dtype = keyof typeof KINDS;

/** Whether a type's numbers can be read. */
export function isNumber(dtype: string): dtype is Dtype {
  return dtype in KINDS;
}

export function isFloat(dtype: string): boolean {
  return dtype.startsWith("float");
}

/** Bytes of one number. */
export function sizeOf(dtype: Dtype): number {
  return KINDS[dtype].BYTES_PER_ELEMENT;
}

/** So many zeros. */
export function zeros(dtype: Dtype, length: number): Numbers {
  return new KINDS[dtype](length);
}

/** Little-endian bytes as numbers, copied only where they do not lie on an even address. */
export function view(dtype: Dtype, bytes: Uint8Array<ArrayBuffer>, length: number): Numbers {
  const size = sizeOf(dtype);
  const { buffer, byteOffset } =
    bytes.byteOffset % size === 0 ? bytes : bytes.slice(0, length * size);
  return new KINDS[dtype](buffer, byteOffset, length);
}

/** The bytes of numbers. */
export function bytesOf(numbers: Numbers): Uint8Array<ArrayBuffer> {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** Bits, lowest first, as bytes. */
export function unpackBits(
  bytes: Uint8Array,
  start: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(length);
  for (let i = 0; i < length; i += 1) {
    const bit = start + i;
    out[i] = ((bytes[bit >>> 3] ?? 0) >>> (bit & 7)) & 1;
  }
  return out;
}

/** Numbers of one type as another. */
export function convert(numbers: Numbers, from: Dtype, to: Dtype): Numbers {
  if (from === to) return numbers;
  if (from === "float16") return Float64Array.from(numbers as Uint16Array, half);
  if (numbers instanceof BigInt64Array || numbers instanceof BigUint64Array) {
    const out = zeros(to, numbers.length);
    for (let i = 0; i < numbers.length; i += 1) out[i] = Number(numbers[i]);
    return out;
  }
  const Kind = KINDS[to] as new (numbers: Iterable<number>) => Numbers;
  return new Kind(numbers);
}

/** A number for each place where there is none. */
export function setNaN(numbers: Numbers, dtype: Dtype, isNull: Uint8Array): void {
  const nan = dtype === "float16" ? 0x7e00 : Number.NaN;
  for (let i = 0; i < isNull.length; i += 1) if (isNull[i]) numbers[i] = nan;
}

/** The number that bits of a half float are. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
