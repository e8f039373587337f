/** Where a name may be cut. */
const separator = /[-_ ./]/;

/** Names without what they all begin and end with, whole words of it: "minilm_layer0_f16.npy" among its like is "layer0". */
export function distinctNames(names: readonly string[]): string[] {
  const [first = ""] = names;
  if (new Set(names).size < 2) return [...names];
  const shared = (letter: (name: string, at: number) => string | undefined): number => {
    let length = 0;
    while (
      length < first.length &&
      names.every((name) => letter(name, length) === letter(first, length))
    )
      length += 1;
    return length;
  };
  let start = shared((name, at) => name[at]);
  let end = shared((name, at) => name.at(-1 - at));
  while (start > 0 && !separator.test(first[start - 1] ?? "")) start -= 1;
  while (end > 0 && !separator.test(first.at(-end) ?? "")) end -= 1;
  const short = names.map((name) => name.slice(start, Math.max(start, name.length - end)));
  return short.some((name) => name === "") ? [...names] : short;
}
