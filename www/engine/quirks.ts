/** What browsers do differently with WebGPU: the one place that asks which browser this is. */

const { userAgent } = navigator;
const isFirefox = /\bFirefox\//.test(userAgent);
/** Safari, and every browser on a phone of Apple's. */
const isWebKit = /\bAppleWebKit\//.test(userAgent) && !/\bChrom(e|ium)\//.test(userAgent);

/**
 * Milliseconds between two empty submissions while something is awaited, or 0 for none. Firefox looks only now and then (every 100 ms or so) whether
 * what was submitted is done (bug 1870699), unless something else is submitted.
 */
export const nudgeEvery = isFirefox ? 10 : 0;

/**
 * The largest buffer to ask for, in bytes, or 0 for the usual limit. Safari ends a page that asks for much memory at once instead of refusing it, so its buffers are
 * no larger than every adapter's are.
 */
export const mostBufferBytes = isWebKit ? 128 * 2 ** 20 : 0;
