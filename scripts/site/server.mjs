// A static file server for the built site. It sends no header that a plain static host would not, unless it is told to, so what
// works here works there.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

/**
 * Serves `folder` on localhost. `port` is the first to try, 0 for any; `paths` are where the folder appears
 * ("/" and, say, "/sub/path/"); `onRequest` hears of every request; `headers` gives more headers for a path.
 * Resolves to { origin, close }.
 */
export async function serve(folder, { port = 0, paths = ["/"], onRequest, headers } = {}) {
  const server = createServer(async (request, response) => {
    onRequest?.({ method: request.method, url: request.url });
    const file = await fileFor(folder, paths, request.url);
    if (!file) {
      response
        .writeHead(404, { "Content-Type": types[".txt"] })
        .end("There is no such file here.\n");
      return;
    }
    response.writeHead(200, {
      "Content-Type": types[extname(file.path)] ?? "application/octet-stream",
      "Content-Length": file.size,
      ...headers?.(new URL(request.url, "http://localhost").pathname),
    });
    if (request.method === "HEAD") response.end();
    else createReadStream(file.path).pipe(response);
  });
  await listen(server, port);
  return {
    origin: `http://localhost:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

async function fileFor(folder, paths, url) {
  let path;
  try {
    path = decodeURIComponent(new URL(url, "http://localhost").pathname);
  } catch {
    return undefined;
  }
  // The longest path that fits: "/" fits everything.
  const base = paths.filter((one) => path.startsWith(one)).sort((a, b) => b.length - a.length)[0];
  if (base === undefined) return undefined;
  const inside = path.slice(base.length);
  const full = normalize(
    join(folder, inside === "" || inside.endsWith("/") ? `${inside}index.html` : inside),
  );
  if (!full.startsWith(normalize(folder + sep))) return undefined;
  const found = await stat(full).catch(() => undefined);
  return found?.isFile() ? { path: full, size: found.size } : undefined;
}

/** Listens on the first free port from `port` on. "localhost" keeps the rest of the network out. */
function listen(server, port) {
  return new Promise((listening, failed) => {
    server.once("error", (error) => {
      if (error.code === "EADDRINUSE" && port < 65535)
        listen(server, port + 1).then(listening, failed);
      else failed(error);
    });
    server.listen(port, "localhost", listening);
  });
}
