// Keeps pages for reading without a connection, as the settings say: sets the service worker to work, or takes away all
// that it kept.

const site = new URL("../", import.meta.url);
const PREFIX = `atlas ${site.pathname} `; // as in sw.js
const possible = "serviceWorker" in navigator && "caches" in window;

/** Does what was chosen before; without a choice, pages are kept unless the device is to save data. */
export async function keepAsChosen() {
  let choice = "";
  try {
    choice = JSON.parse(localStorage.getItem("atlas-settings"))?.offline ?? "";
  } catch (error) {
    if (!(error instanceof SyntaxError)) return; // a browser that stores no settings could not remember a "no" either
  }
  if (choice === "" && navigator.connection?.saveData) return;
  await keepPages(choice, !navigator.serviceWorker?.controller);
}

/**
 * @param {string} choice "" keeps the essential pages and those that are read, "essential" the first, "off" none
 * @param {boolean} anew whether the worker is to begin anew, with this page
 * @returns {Promise<boolean>} whether it was done
 */
export async function keepPages(choice, anew = true) {
  if (!possible) return false;
  if (choice === "off") return forget();
  const script = new URL("sw.js", site);
  if (choice === "essential") script.searchParams.set("keep", "essential");
  const registration = await navigator.serviceWorker.register(script, { scope: site.pathname, updateViaCache: "none" });
  const worker = registration?.installing ?? registration?.waiting ?? registration?.active;
  if (anew) worker?.postMessage({ read: [location.href, ...performance.getEntriesByType("resource").map(({ name }) => name)] });
  return Boolean(worker);
}

async function forget() {
  const registrations = await navigator.serviceWorker.getRegistrations();
  await Promise.all(registrations.filter(({ scope }) => scope === site.href).map((one) => one.unregister()));
  await Promise.all((await cacheNames()).map((name) => caches.delete(name)));
  return true;
}

async function cacheNames() {
  return (await caches.keys()).filter((name) => name.startsWith(PREFIX));
}

/**
 * The pages that are kept, by title.
 * @returns {Promise<{ address: string, title: string, saved: Date }[]>}
 */
export async function keptPages() {
  const pages = [];
  for (const name of possible ? await cacheNames() : []) {
    const cache = await caches.open(name);
    for (const { url } of await cache.keys()) {
      if (!url.endsWith("/")) continue;
      const response = await cache.match(url);
      const title = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("h1")?.firstChild;
      pages.push({ address: url, title: title?.textContent.trim() || url, saved: new Date(response.headers.get("X-Saved")) });
    }
  }
  return pages.sort((a, b) => a.title.localeCompare(b.title));
}
