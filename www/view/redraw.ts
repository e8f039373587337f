/**
 * Puts a picture in the place of an older one, the `index`th in that place. What is the same in both stays: while a window moves that is most of a picture, and the browser need not
 * lay it out and paint it again.
 */
export function redraw(place: Element, picture: SVGSVGElement, index = 0): void {
  const old = place.children[index];
  if (!old) {
    place.append(picture);
    return;
  }
  const [before, after] = [[...old.children], [...picture.children]];
  if (!old.cloneNode().isEqualNode(picture.cloneNode()) || before.length !== after.length) {
    old.replaceWith(picture);
    return;
  }
  for (const [child, element] of after.entries()) {
    if (!before[child]?.isEqualNode(element)) before[child]?.replaceWith(element);
  }
}
