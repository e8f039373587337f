import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const prefix = "virtual:example/";

/**
 * `import("virtual:example/<file>")` gives `{ name, base64 }` of www/examples/<file>.
 *
 * An example travels as a script in a chunk of its own: once the page has loaded, its content security policy
 * lets it fetch nothing, but it may still import the site's own scripts.
 */
function examples(): Plugin {
  return {
    name: "examples",
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return undefined;
      const name = id.slice(prefix.length + 1);
      const file = fileURLToPath(new URL(`www/examples/${name}`, import.meta.url));
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
  plugins: [examples()],
  build: {
    target: "es2022",
    // The policy allows no inline script and no data: scripts; a polyfill or an inlined asset would be one.
    modulePreload: false,
    assetsInlineLimit: 0,
  },
  worker: {
    format: "es",
    // One file without imports: it is started from a blob, where a relative import leads nowhere.
    rolldownOptions: { output: { codeSplitting: false } },
  },
});
