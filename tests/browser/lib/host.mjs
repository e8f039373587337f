// Pages of another origin than the site's, which have Eigenscope inside.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { top } from "../../../scripts/setup/step.mjs";

const types = { html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8" };

/**
 * Serves pages by their paths, { "/": "<!doctype html>…" }, and the repository's files below /tests/. Resolves to { origin, close }.
 */
export async function serveHost(pages) {
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url, "http://localhost");
    const text = pages[pathname];
    const type = types[pathname.endsWith(".js") ? "js" : "html"];
    if (text !== undefined) response.writeHead(200, { "Content-Type": type }).end(text);
    else if (pathname.startsWith("/tests/"))
      response.writeHead(200).end(await readFile(join(top, pathname)));
    else response.writeHead(404).end();
  });
  await once(server.listen(0, "localhost"), "listening");
  return {
    origin: `http://localhost:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}
