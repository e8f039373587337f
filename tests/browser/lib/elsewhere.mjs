// Another host than the site's, for tests of what the page cannot reach.

import { once } from "node:events";
import { createServer } from "node:http";

/**
 * A server that is not the site: it counts what it is told. A connection alone is not counted: Chromium opens
 * one for a frame before it asks the policy, and then says nothing on it.
 */
export async function listenElsewhere() {
  let bytes = 0;
  const server = createServer((_, response) => response.end());
  server.on("connection", (socket) => {
    socket.on("data", (data) => {
      bytes += data.length;
    });
  });
  await once(server.listen(0, "localhost"), "listening");
  return {
    origin: `http://localhost:${server.address().port}`,
    bytesHeard: () => bytes,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
