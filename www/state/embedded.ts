/**
 * Whether this page is a frame in another (`?embed`): it shows less around a spectrum, speaks with the page around it (`www/embed/`, which is loaded then alone), and keeps
 * nothing in the browser.
 */
export const isEmbedded = new URLSearchParams(location.search).has("embed");
