/** The tables of lesson 8, each as text. Spectra through training are scripts of their own, loaded when they are wanted. */
import progress from "./experiment/progress.csv?raw";
import results from "./experiment/results.csv?raw";
import layerResults from "./minilm/results.csv?raw";
import layerSpectra from "./minilm/spectra.csv?raw";

const spectra = import.meta.glob<string>("./experiment/spectra/*.csv", {
  query: "?raw",
  import: "default",
});

/** The eigenvalues at the steps of one network's training. */
async function spectraOf(network: string, method: string): Promise<string> {
  const load = spectra[`./experiment/spectra/${network}-${method}.csv`];
  return load ? await load() : "";
}

export { layerResults, layerSpectra, progress, results, spectraOf };
