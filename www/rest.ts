/** What the page does once it rests. */

export { warmUp } from "./engine/warm";
export { start } from "./offline/index";
