import type { Dataset } from "./dataset";

/** Words for a layer or a time of training, as names of files and modules have them, and what the axis is called. */
const words: readonly (readonly [RegExp, string])[] = [
  [/(?:^|[^a-z])(?:layers?|blocks?|stage|depth|hidden|l|h)[-_. =]?(\d+)/i, "layer"],
  [/(?:^|[^a-z])(?:epochs?|ep)[-_. =]?(\d+)/i, "epoch"],
  [
    /(?:^|[^a-z])(?:global[-_]?step|steps?|iter(?:ation)?s?|it|checkpoint|ckpt|update)[-_. =]?(\d+(?:\.\d+)?[km]?)(?![a-z])/i,
    "step",
  ],
];

/** Where datasets stand in a trend. */
export interface Order {
  /** What the axis shows: "layer", "epoch", "step", "number in the name" or "place". */
  axis: string;
  /** The place of each dataset, by its id. Those whose name says none, and of which the person has not said it, have none. */
  places: ReadonlyMap<number, number>;
}

type Named = Pick<Dataset, "id" | "name" | "place">;

/**
 * The order of datasets by their names: the layer, the epoch or the step in them, whichever tells most of them apart, or else the number that differs. What the person
 * has said goes before it.
 */
export function orderOf(datasets: readonly Named[]): Order {
  const readings: Order[] = words.map(([word, axis]) => ({
    axis,
    places: placed(datasets, ({ name }) => numberIn(name.match(word)?.[1])),
  }));
  readings.push({ axis: "number in the name", places: byDifference(datasets) });
  const most = Math.max(...readings.map(tellsApart));
  const best = readings.find((reading) => tellsApart(reading) === most && most > 1);
  const places = new Map(best?.places);
  for (const { id, place } of datasets) if (place !== null) places.set(id, place);
  return { axis: best?.axis ?? "place", places };
}

function tellsApart({ places }: Order): number {
  return new Set(places.values()).size;
}

function placed(
  datasets: readonly Named[],
  placeOf: (dataset: Named) => number | undefined,
): Map<number, number> {
  return new Map(
    datasets.flatMap((dataset) => {
      const place = placeOf(dataset);
      return place === undefined ? [] : [[dataset.id, place] as const];
    }),
  );
}

/** 5000, 5k, 1.5M. */
function numberIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const factor = { k: 1e3, m: 1e6 }[text.at(-1)?.toLowerCase() ?? ""];
  return factor ? Number(text.slice(0, -1)) * factor : Number(text);
}

/** The first of the numbers in names of one pattern that is not the same in all of them. */
function byDifference(datasets: readonly Named[]): Map<number, number> {
  const pattern = (name: string): string => name.replace(/\d+/g, "#");
  const numbers = (name: string): number[] => (name.match(/\d+/g) ?? []).map(Number);
  const first = datasets[0]?.name ?? "";
  if (!datasets.every(({ name }) => pattern(name) === pattern(first))) return new Map();
  const differs = numbers(first).findIndex((number, index) =>
    datasets.some(({ name }) => numbers(name)[index] !== number),
  );
  return placed(datasets, ({ name }) => numbers(name)[differs]);
}
