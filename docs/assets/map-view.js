// Lets a reader look closer at a drawing: zoom and move by buttons, keys, wheel, fingers and mouse.

const CLOSEST = 6;
const STEP = 1.4;
const KEY_MOVE = 60; // pixels
const CLICK = 5; // a pointer that moved less than this many pixels has clicked

/**
 * @param {HTMLElement} canvas what holds the drawing and takes the keys
 * @param {SVGSVGElement} svg the drawing; all of it stands in its `g.view`
 * @param {(zoom: number) => void} told called when the zoom changes; 1 shows everything
 * @returns {{closer: () => void, away: () => void, all: () => void}}
 */
export function mapView(canvas, svg, told) {
  const drawn = svg.querySelector("g.view");
  const { width, height } = svg.viewBox.baseVal;
  let [x, y, zoom] = [0, 0, 1];

  /** Moves the drawing, never past its edges; returns what was left of the move. */
  function show(wantedX, wantedY, wantedZoom) {
    const before = zoom;
    zoom = Math.min(Math.max(wantedZoom, 1), CLOSEST);
    x = Math.min(Math.max(wantedX, width * (1 - zoom)), 0);
    y = Math.min(Math.max(wantedY, height * (1 - zoom)), 0);
    drawn.style.transform = zoom > 1 ? `translate(${x}px, ${y}px) scale(${zoom})` : "";
    svg.classList.toggle("closer", zoom > 1);
    if (zoom !== before) told(zoom);
    return [wantedX - x, wantedY - y];
  }

  const perPixel = () => width / svg.getBoundingClientRect().width;

  /** Moves by pixels; returns the pixels that were left at the edge. */
  function move(dx, dy) {
    const unit = perPixel();
    return show(x + dx * unit, y + dy * unit, zoom).map((left) => left / unit);
  }

  /** Zooms by `factor` so that the place under the pixel stays where it is; without one, the middle. */
  function zoomAt(factor, acrossPixels, downPixels) {
    const box = svg.getBoundingClientRect();
    const placeX = ((acrossPixels ?? box.left + box.width / 2) - box.left) * perPixel();
    const placeY = ((downPixels ?? box.top + box.height / 2) - box.top) * perPixel();
    const wanted = Math.min(Math.max(zoom * factor, 1), CLOSEST);
    const share = wanted / zoom;
    show(placeX - (placeX - x) * share, placeY - (placeY - y) * share, wanted);
  }

  const view = { closer: () => zoomAt(STEP), away: () => zoomAt(1 / STEP), all: () => show(0, 0, 1) };

  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (moves) {
      const [left, top] = [x, y];
      move(moves[0] * KEY_MOVE, moves[1] * KEY_MOVE);
      if (left !== x || top !== y) event.preventDefault(); // at the edge the page scrolls on
    } else if (["+", "=", "-", "−", "0"].includes(event.key)) {
      event.preventDefault();
      view[{ "+": "closer", "=": "closer", 0: "all" }[event.key] ?? "away"]();
    }
  });

  svg.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return; // the page scrolls
      event.preventDefault();
      zoomAt(Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
    },
    { passive: false },
  );

  // What is focused is in sight. (The canvas listens: Chromium gives an <svg> that does a stop of its own.)
  canvas.addEventListener("focusin", (event) => {
    if (event.target === canvas) return;
    const [box, frame] = [event.target.getBoundingClientRect(), svg.getBoundingClientRect()];
    const inside = (low, high, start, end) => (low < start ? start - low + 8 : high > end ? end - high - 8 : 0);
    move(inside(box.left, box.right, frame.left, frame.right), inside(box.top, box.bottom, frame.top, frame.bottom));
  });

  follow(svg, move, zoomAt);
  return view;
}

/** One finger or the mouse moves, two fingers zoom; a drag that ends on a link does not open it. */
function follow(svg, move, zoomAt) {
  /** @type {Map<number, {x: number, y: number}>} */
  const fingers = new Map();
  let travelled = 0;

  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (fingers.size === 0) travelled = 0;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });

  svg.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const [dx, dy] = [event.clientX - before.x, event.clientY - before.y];
    travelled += Math.hypot(dx, dy);
    if (fingers.size === 1 && travelled < CLICK) return;
    svg.setPointerCapture(event.pointerId); // only now: a captured pointer clicks no link
    svg.classList.add("moving");
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 2) {
      const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
      const apart = Math.hypot(before.x - other.x, before.y - other.y);
      const now = Math.hypot(event.clientX - other.x, event.clientY - other.y);
      if (apart > 0) zoomAt(now / apart, (event.clientX + other.x) / 2, (event.clientY + other.y) / 2);
    } else {
      const left = move(dx, dy);
      if (event.pointerType === "touch") scrollBy(0, -left[1]); // a finger at the edge scrolls the page
    }
  });

  for (const name of ["pointerup", "pointercancel"]) {
    svg.addEventListener(name, (event) => {
      fingers.delete(event.pointerId);
      if (fingers.size === 0) svg.classList.remove("moving");
    });
  }
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener(
    "click",
    (event) => {
      if (travelled < CLICK || event.detail === 0) return; // a key's click has no detail
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );
}
