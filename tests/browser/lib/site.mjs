// The built site on localhost, for tests: at the root and below SUB_PATH, with a log of every request.

import { join } from "node:path";
import { top } from "../../../scripts/setup/step.mjs";
import { serve } from "../../../scripts/site/server.mjs";

/** Where a project page of a static host would be. */
export const SUB_PATH = "/some/sub/path/";

/** Resolves to { origin, requests, close }; `requests` grows with each { method, url }. `headers` go with every file. */
export async function serveSite({ headers } = {}) {
  const requests = [];
  const { origin, close } = await serve(join(top, "dist"), {
    paths: ["/", SUB_PATH],
    headers,
    onRequest: (request) => requests.push(request),
  });
  return { origin, requests, close };
}
