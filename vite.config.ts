import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

/** The folder of each kind of file that travels as a script, and the ending that an import leaves out. */
const kinds: Record<string, { folder: string; ending: string }> = {
  example: { folder: "www/examples", ending: "" },
  // Vite has ways of its own for what ends in .wasm.
  wasm: { folder: "www/wasm", ending: ".wasm" },
};

/**
 * `import("virtual:<kind>/<file>")` gives `{ name, base64 }` of a file.
 *
 * Such a file travels as a script in a chunk of its own: once the page has loaded, its content security policy
 * lets it fetch nothing, but it may still import the site's own scripts.
 */
function filesAsScripts(): Plugin {
  const find = (id: string) => {
    const [, kind = "", name] = id.match(/^virtual:(\w+)\/(.+)$/) ?? [];
    const known = kinds[kind];
    return known && name ? { folder: known.folder, name: name + known.ending } : undefined;
  };
  return {
    name: "files-as-scripts",
    resolveId: (id) => (find(id) ? `\0${id}` : undefined),
    load(id) {
      const found = id.startsWith("\0") ? find(id.slice(1)) : undefined;
      if (!found) return undefined;
      const { folder, name } = found;
      const file = fileURLToPath(new URL(`${folder}/${name}`, import.meta.url));
      this.addWatchFile(file);
      const base64 = readFileSync(file, "base64");
      return `export const name = ${JSON.stringify(name)};\nexport const base64 = ${JSON.stringify(base64)};\n`;
    },
  };
}

export default defineConfig({
  // Relative addresses: the site works from any folder of any host.
  base: "./",
  publicDir: false,
  plugins: [filesAsScripts()],
  build: {
    target: "es2022",
    // The policy allows no inline script and no data: scripts; a polyfill or an inlined asset would be one.
    modulePreload: false,
    assetsInlineLimit: 0,
  },
  worker: {
    format: "es",
    plugins: () => [filesAsScripts()],
    // One file without imports: it is started from a blob, where a relative import leads nowhere.
    rolldownOptions: { output: { codeSplitting: false } },
  },
});
