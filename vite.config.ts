import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

/**
 * `import("virtual:<kind>/<file>")` gives `{ name, base64 }` of a file in the folder of its kind.
 *
 * Such a file travels as a script in a chunk of its own: once the page has loaded, its content security policy
 * lets it fetch nothing, but it may still import the site's own scripts.
 */
function scripts(folders: Record<string, string>): Plugin {
  const ending = ".script";
  const pattern = new RegExp(`^virtual:(${Object.keys(folders).join("|")})/(.+)$`);
  return {
    name: "files-as-scripts",
    // Not with the file's own ending, for which Vite has ways of its own.
    resolveId: (id) => (pattern.test(id) ? `\0${id}${ending}` : undefined),
    load(id) {
      if (!id.startsWith("\0") || !id.endsWith(ending)) return undefined;
      const [, kind, name] = id.slice(1, -ending.length).match(pattern) ?? [];
      if (!kind || !name) return undefined;
      const file = fileURLToPath(new URL(`${folders[kind]}/${name}`, import.meta.url));
      this.addWatchFile(file);
      const base64 = readFileSync(file, "base64");
      return `export const name = ${JSON.stringify(name)};\nexport const base64 = ${JSON.stringify(base64)};\n`;
    },
  };
}

const plugins = () => [scripts({ example: "www/examples", wasm: "www/wasm" })];

export default defineConfig({
  // Relative addresses: the site works from any folder of any host.
  base: "./",
  publicDir: false,
  plugins: plugins(),
  build: {
    target: "es2022",
    // The policy allows no inline script and no data: scripts; a polyfill or an inlined asset would be one.
    modulePreload: false,
    assetsInlineLimit: 0,
  },
  worker: {
    format: "es",
    plugins,
    // One file without imports: it is started from a blob, where a relative import leads nowhere.
    rolldownOptions: { output: { codeSplitting: false } },
  },
});
