// A window over the page: the browser's own dialog, so Escape closes it and the focus goes back where it was.

/**
 * Loads a stylesheet of the site; it is there when the promise is kept.
 * @param {string} name
 */
export function styled(name) {
  const href = new URL(name, import.meta.url).href;
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return Promise.resolve();
  return new Promise((resolve) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    link.onload = link.onerror = resolve; // plain is better than nothing
    document.head.append(link);
  });
}

/**
 * An element with attributes and children; text becomes text and never HTML.
 * @param {string} name
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function made(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/**
 * A window, not yet shown.
 * @param {string} name what its parts are called by
 * @param {string} title
 * @returns {{ dialog: HTMLDialogElement, body: HTMLElement }}
 */
export function makeWindow(name, title) {
  const close = made("button", { type: "button", class: "close" }, "Close");
  const body = made("div", { class: "body" });
  const head = made("div", { class: "head" }, made("h2", { id: `${name}-title` }, title), close);
  const dialog = made("dialog", { class: `window md-typeset ${name}-window`, "aria-labelledby": `${name}-title` }, head, body);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // beside the window
  document.body.append(dialog);
  return { dialog, body };
}
