/**
 * Puts a picture in the place of an older one. What is the same in both stays: while a window moves that is most of a spectrum, and the browser need not lay it out and paint
 * it again.
 */
export function redraw(place: Element, picture: SVGSVGElement): void {
  const old = place.firstElementChild;
  const [before, after] = [[...(old?.children ?? [])], [...picture.children]];
  if (!old?.cloneNode().isEqualNode(picture.cloneNode()) || before.length !== after.length) {
    place.replaceChildren(picture);
    return;
  }
  for (const [index, element] of after.entries()) {
    if (!before[index]?.isEqualNode(element)) before[index]?.replaceWith(element);
  }
}
