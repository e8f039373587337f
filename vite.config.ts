import { readdirSync, readFileSync } from "node:fs";
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

/** Packages whose code is in the site: those in package.json, and what they bring. */
function* shipped(names: string[]): Generator<string> {
  for (const name of names) {
    yield name;
    const own = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
    yield* shipped(
      Object.keys(own.dependencies ?? {}).filter((more) => !more.startsWith("@types/")),
    );
  }
}

/** Writes licenses.txt: their licenses ask that every copy has the notice. */
function notices(): Plugin {
  return {
    name: "notices",
    generateBundle() {
      const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));
      const packages = [...new Set(shipped(Object.keys(dependencies)))].sort();
      const notice = (name: string) => {
        const folder = `node_modules/${name}`;
        const file = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
        const own = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
        const text = file ? readFileSync(`${folder}/${file}`, "utf8").trim() : own.license;
        return `${name} ${own.version}\n\n${text}\n`;
      };
      const source = packages.map(notice).join(`\n${"-".repeat(72)}\n\n`);
      this.emitFile({ type: "asset", fileName: "licenses.txt", source });
    },
  };
}

/**
 * Makes eigen-scope.js, which other pages load by that name, and its types beside it. It is a script of its own and imports nothing (scripts/site/site.mjs looks).
 */
function element(): Plugin {
  const folder = "www/embed";
  return {
    name: "element",
    buildStart() {
      this.emitFile({ type: "chunk", id: `${folder}/element.ts`, fileName: "eigen-scope.js" });
    },
    generateBundle() {
      const source = readFileSync(`${folder}/eigen-scope.d.ts`, "utf8");
      this.emitFile({ type: "asset", fileName: "eigen-scope.d.ts", source });
    },
  };
}

export default defineConfig({
  // Relative addresses: the site works from any folder of any host.
  base: "./",
  // What must keep its name: the manifest, and the icons that it names.
  publicDir: "www/public",
  plugins: [filesAsScripts(), notices(), element()],
  build: {
    target: "es2022",
    // The policy allows no inline script and no data: scripts; a polyfill or an inlined asset would be one.
    modulePreload: false,
    assetsInlineLimit: 0,
  },
  // Workers import more of the site's scripts when they want them. The one that the page starts from a blob must not, because a relative import leads nowhere there:
  // it has nothing to import (scripts/site/site.mjs looks).
  worker: {
    format: "es",
    plugins: () => [filesAsScripts()],
  },
});
