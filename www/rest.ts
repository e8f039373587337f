/** What the page does once it rests. */

// Parts that the first files will want: should the network be gone by then, they are here.
import "./view/compare";
import "./view/depth";

export { warmUp } from "./engine/warm";
export { start } from "./offline/index";
