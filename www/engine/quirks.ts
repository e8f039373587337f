/** What browsers do differently with WebGPU: the one place that asks which browser this is. */

const { userAgent } = navigator;
const isFirefox = /\bFirefox\//.test(userAgent);
const isSafari = /\bVersion\/[\d.]+.*\bSafari\//.test(userAgent);

/**
 * Milliseconds between two empty submissions while something is awaited, or 0 for none. Firefox looks only now and then (every 100 ms or so) whether
 * what was submitted is done (bug 1870699), unless something else is submitted.
 */
export const nudgeEvery = isFirefox ? 10 : 0;

/**
 * The largest buffer to ask for, in bytes, or 0 for no limit but the adapter's. Safari, on phones above all, ends a page that holds much of the GPU's memory instead of
 * refusing it a buffer.
 */
export const mostBufferBytes = isSafari ? 128 * 2 ** 20 : 0;
