// How the page lies in its window, and what of it can be seen. These run in the page.

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

/** Each picture: its name, and how many tables of it there are. */
export function picturesOf() {
  return [...document.querySelectorAll("[role=img]")].map((picture) => {
    const label = picture.getAttribute("aria-labelledby");
    const name = label ? document.getElementById(label).textContent : picture.ariaLabel;
    const home = picture.closest("eigen-window-map, eigen-spectra, eigen-dots, .half");
    const tables = picture.matches(".plot-picture")
      ? document.querySelectorAll("#tab-Table")
      : home
        ? home.querySelectorAll(".as-table")
        : picture.closest(".more-body").querySelectorAll("table");
    return { name: name.trim(), tables: tables.length };
  });
}

/** Of pairs of what is chosen and what is not, those that look alike; and the paper of each picture. */
export function forced(pairs) {
  const look = (selector) => {
    const style = getComputedStyle(document.querySelector(selector));
    const seen = [
      "outlineStyle",
      "outlineColor",
      "borderColor",
      "borderStyle",
      "textDecorationLine",
    ];
    return seen.map((key) => style[key]).join();
  };
  const alike = pairs.filter(([one, other]) => look(one) === look(other));
  const pictures = [...document.querySelectorAll("[role=img]")].map(
    (picture) => getComputedStyle(picture).backgroundColor,
  );
  return { alike, pictures };
}

/** What has the focus, where none of it is in sight; and whether that is the first of the page. */
export function focused() {
  const one = document.activeElement;
  const { top, bottom } = one.getBoundingClientRect();
  const header = document.querySelector(".header");
  const end = header.getBoundingClientRect().bottom;
  const isThrough = header.contains(one) || one === document.body;
  const isHidden = !isThrough && (bottom <= end + 1 || top >= innerHeight);
  return { hidden: isHidden ? `${one.localName}.${one.className}` : "", isThrough };
}

/** What has a motion of its own by its style, and the number of motions that go on. */
export function moving() {
  const declared = [...document.querySelectorAll("*")].filter((one) => {
    const { animationName, transitionDuration } = getComputedStyle(one);
    return animationName !== "none" || !/^0s(, 0s)*$/.test(transitionDuration);
  });
  return {
    declared: declared.map(({ localName, className }) => `${localName}.${className}`),
    running: document.getAnimations().length,
  };
}
