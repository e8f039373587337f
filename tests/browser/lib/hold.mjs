// Requests to the engine's workers that wait until a test lets them go: a page that is busy for as long as a test looks at it.
//
//   const { page } = await open("/", { init: holdable });
//   await hold(page, "chunk");                  // a type of www/engine/protocol.ts
//   …
//   await release(page);

/** Runs in the page before its own scripts. */
export function holdable() {
  const post = Worker.prototype.postMessage;
  const waiting = [];
  window.sent = {};
  Worker.prototype.postMessage = function (message, ...rest) {
    const { type } = message;
    const send = () => {
      window.sent[type] = (window.sent[type] ?? 0) + 1;
      post.call(this, message, ...rest);
    };
    if (type !== undefined && type === window.held) waiting.push(send);
    else send();
  };
  window.release = () => {
    window.held = undefined;
    for (const send of waiting.splice(0)) send();
  };
}

/** From now on requests of this type wait. */
export function hold(page, type) {
  return page.evaluate((held) => {
    window.held = held;
  }, type);
}

/** Sends the requests that wait. */
export function release(page) {
  return page.evaluate(() => window.release());
}

/** The number of requests of a type that were sent. */
export function sent(page, type) {
  return page.evaluate((which) => window.sent[which] ?? 0, type);
}
