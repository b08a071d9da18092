// The service worker: keeps pages for reading without a connection. The network comes first, always; what was kept is
// shown only where the network fails, and says from when it is. It leaves no trace of what was asked: a kept address has
// no query. `sw.js?keep=essential` keeps the essential pages only.

const KEPT = { version: "", files: [] };
const scope = new URL(self.registration.scope);
const PREFIX = `atlas ${scope.pathname} `; // several copies of the atlas may share a host; keep.js knows it too
const ESSENTIAL = `${PREFIX}essential ${KEPT.version}`;
const READ = `${PREFIX}read`;
const MOST = 150; // pages and files that were read; the oldest go first
const readToo = new URL(self.location.href).searchParams.get("keep") !== "essential";
const essential = new Set(KEPT.files.map((path) => new URL(path, scope).href));

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepEssential());
});

self.addEventListener("activate", (event) => event.waitUntil(begin()));

self.addEventListener("fetch", (event) => {
  const address = event.request.method === "GET" ? keptAs(event.request.url) : null;
  if (address) event.respondWith(answer(event, address));
});

// The first page was read before there was a worker: it tells what it was made of.
self.addEventListener("message", (event) => Array.isArray(event.data?.read) && event.waitUntil(start(event.data.read)));

async function start(read) {
  if (readToo) await caches.open(READ);
  await keepEssential(); // a worker that was switched off and on again is not installed a second time
  if (!readToo) return;
  const addresses = read.map(keptAs).filter((one) => one && !essential.has(one));
  await Promise.allSettled(addresses.map(async (one) => keep(one, await fetch(one))));
}

let keeping = null; // both the installation and the first page ask for it: it is fetched once

function keepEssential() {
  keeping ??= fetchEssential().finally(() => (keeping = null));
  return keeping;
}

async function fetchEssential() {
  const cache = await caches.open(ESSENTIAL);
  for (const address of essential) {
    if (await cache.match(address)) continue; // an earlier try came this far
    const response = await fetch(address, { cache: "no-store" }); // new, and in no other store of the browser
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    await put(cache, address, response);
  }
}

/** Deletes what an older version kept, and what this one is not to keep; from now on every open page is served by it. */
async function begin() {
  const wanted = readToo ? [ESSENTIAL, READ] : [ESSENTIAL];
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && !wanted.includes(name)).map((name) => caches.delete(name)));
  if (readToo) await caches.open(READ);
  await self.clients.claim();
}

/**
 * The address under which something is kept: a page's is its folder.
 * @param {string} url
 * @returns {string | null} null for what is never kept: downloads, other sites
 */
function keptAs(url) {
  const address = new URL(url, scope);
  if (address.origin !== scope.origin || !address.pathname.startsWith(scope.pathname)) return null;
  address.search = address.hash = "";
  const path = address.pathname.slice(scope.pathname.length);
  const last = path.slice(path.lastIndexOf("/") + 1);
  if (last === "index.html") address.pathname = address.pathname.slice(0, -last.length);
  else if (last && !last.includes(".")) address.pathname += "/";
  else if (last && !/^(assets|r)\//.test(path)) return null; // in r/ stand the short addresses
  return address.href;
}

/**
 * What the network says; without a network what was kept.
 * @param {FetchEvent} event
 * @param {string} address
 * @returns {Promise<Response>}
 */
async function answer(event, address) {
  const { request } = event;
  const page = request.mode === "navigate";
  let response;
  try {
    response = await fetch(page ? fresh(request) : request);
  } catch {
    return (await kept(address)) ?? (page && (await helping())) ?? Response.error();
  }
  if (response.ok && !response.redirected) event.waitUntil(keep(address, response.clone()));
  return response;
}

/** The request for a page, so that the browser's own store answers only if the server says that nothing has changed. */
function fresh(request) {
  const { url, headers, referrer } = request;
  return new Request(url, { headers, referrer, cache: "no-cache", redirect: "manual", credentials: "same-origin" });
}

/** Keeps what was read, if the reader wants that. */
async function keep(address, response) {
  const name = essential.has(address) ? ESSENTIAL : READ;
  if (!readToo || !response.ok || !(await caches.has(name))) return; // without the cache, it was switched off meanwhile
  const cache = await caches.open(name);
  if (name === READ) await cache.delete(address); // so that it becomes the newest
  await put(cache, address, response);
  if (name !== READ) return;
  const all = await cache.keys();
  await Promise.all(all.slice(0, Math.max(0, all.length - MOST)).map((old) => cache.delete(old)));
}

function put(cache, address, response) {
  const headers = { "Content-Type": response.headers.get("Content-Type") ?? "", "X-Saved": new Date().toISOString() };
  return cache.put(address, new Response(response.body, { headers }));
}

/** What was kept of an address; a page says from when. */
async function kept(address) {
  for (const cacheName of [ESSENTIAL, READ]) {
    const found = await caches.match(address, { cacheName });
    if (found) return address.endsWith("/") ? dated(found) : found;
  }
  return undefined;
}

async function dated(found) {
  const saved = new Date(found.headers.get("X-Saved"));
  const day = saved.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
  const strip = `<strong>You are reading a copy saved on ${day}.</strong> Care advice may have changed: connect to check.`;
  const note = `<p class="kept-note">Saved on ${day}. Connect to check that it still holds.</p>`;
  const html = (await found.text()).replace(/<section class="care [^]*?(?=<\/section>)/g, (card) => card + note);
  return page(html, strip, 200);
}

/** The page that helps where nothing was kept: it stands at another address, so its links are told from the root. */
async function helping() {
  const found = await caches.match(new URL("offline/", scope).href, { cacheName: ESSENTIAL });
  if (!found) return undefined;
  const strip =
    '<strong>There is no connection, and this page is not kept on this device.</strong> <a href="">Try again</a>, or read what is kept: it is listed below.';
  const html = (await found.text())
    .replace(/<title>[^<]*/, "<title>No connection")
    .replace(/ (href|src)="(\.\.?)(\/[^"]*)?"/g, (all, name, dots, rest) => {
      const target = new URL(dots + (rest ?? ""), new URL("offline/", scope));
      return ` ${name}="${target.pathname}${target.hash}"`;
    });
  return page(html, strip, 503);
}

function page(html, strip, status) {
  const text = html.replace(/<main\b[^>]*>/, (main) => `${main}<p class="kept-copy" role="note">${strip}</p>`);
  return new Response(text, { status, headers: { "Content-Type": "text/html; charset=utf-8" } });
}
