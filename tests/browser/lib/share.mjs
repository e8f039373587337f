// What reads results out of files, alone on a page of its own: there it can be given anything, as fast as it reads.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { top } from "../../../scripts/setup/step.mjs";
import { serve } from "../../../scripts/site/server.mjs";

const modules = ["carried", "png"];

/** Serves a page whose `share` is all that www/share/carried.ts and png.ts export. Resolves to { origin, close }. */
export async function serveShare() {
  const folder = mkdtempSync(join(tmpdir(), "eigenscope-share-"));
  await build({
    configFile: false,
    root: top,
    publicDir: false,
    logLevel: "error",
    build: {
      target: "es2022",
      outDir: folder,
      emptyOutDir: true,
      lib: {
        entry: Object.fromEntries(modules.map((name) => [name, join(top, `www/share/${name}.ts`)])),
        formats: ["es"],
      },
    },
  });
  const lines = modules.map((name) => `import * as ${name} from "./${name}.js";`);
  writeFileSync(
    join(folder, "page.js"),
    `${lines.join("\n")}\nwindow.share = { ${modules.map((name) => `...${name}`).join(", ")} };\n`,
  );
  writeFileSync(
    join(folder, "index.html"),
    '<!doctype html><title>share</title><link rel="icon" href="data:,"><script type="module" src="page.js"></script>\n',
  );
  const { origin, close } = await serve(folder);
  const end = async () => {
    await close();
    rmSync(folder, { recursive: true });
  };
  return { origin, close: end };
}
