/** For modules of the page that listen to it from the start: nothing happens on it. Import this before them. */

globalThis.addEventListener ??= () => {};

export {};
