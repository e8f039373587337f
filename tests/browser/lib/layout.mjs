// How the page lies in its window. These run in the page.

/** What reaches out of the page sideways, other than in a box that scrolls by itself. */
export function beyond() {
  const { clientWidth, scrollWidth } = document.documentElement;
  const isInScroller = (one) => {
    for (let box = one.parentElement; box && box !== document.body; box = box.parentElement)
      if (getComputedStyle(box).overflowX !== "visible") return true;
    return false;
  };
  const out = [...document.querySelectorAll("body *")].filter((one) => {
    const { left, right } = one.getBoundingClientRect();
    const isSeen = one.checkVisibility({ visibilityProperty: true });
    return isSeen && (right > clientWidth + 1 || left < -1) && !isInScroller(one);
  });
  const names = out.map(({ localName, className }) => `${localName}.${className}`);
  return scrollWidth > clientWidth ? [`${scrollWidth} px wide`, ...names] : names;
}
