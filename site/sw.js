// The service worker: it keeps the shell, which is all of the page but the
// model, so that the page opens without a network. The engine stores the model
// by itself.
//
// build.sh puts the constant shell before this text: the name of every file of
// the shell and its SHA-256 sum. So whenever one of them changes this file does,
// which is how a browser notices a new version.
//
// A version is whole or not there: it is installed only when every file has
// arrived with the sum that it must have, and a page is served by one version
// from its beginning to its end. Files are kept under their name and sum, so
// that versions share what they have in common.

const scope = new URL("./", location.href).href;
const keyOf = (name) => `${scope}${name}?sha256=${shell[name]}`;
const openCache = () => caches.open(`tcmoa shell of ${scope}`);

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(removeOthers()));
addEventListener("fetch", (event) => {
  const name = nameOf(event.request);
  if (name !== null) event.respondWith(answer(name));
});
addEventListener("message", (event) => event.waitUntil(takeOver(event.ports[0])));

// One file after the other: the page, which needs the network too, goes first.
async function install() {
  const cache = await openCache();
  for (const name of Object.keys(shell)) {
    if (!(await cache.match(keyOf(name)))) await cache.put(keyOf(name), await download(name));
  }
}

async function removeOthers() {
  const cache = await openCache();
  const keys = new Set(Object.keys(shell).map(keyOf));
  for (const request of await cache.keys()) {
    if (!keys.has(request.url)) await cache.delete(request);
  }
}

/** The file that a request is for, null if it is none of the shell's. */
function nameOf({ method, mode, url }) {
  if (method !== "GET" || !url.startsWith(scope)) return null;
  const [name, query] = url.slice(scope.length).split("#", 1)[0].split("?", 2);
  if (mode === "navigate" && name === "") return "index.html";
  return query === undefined && Object.hasOwn(shell, name) ? name : null;
}

// A browser may clear what it keeps at any time.
async function answer(name) {
  const cache = await openCache();
  return (await cache.match(keyOf(name))) ?? download(name);
}

/** Fetches a file of this version, and fails if the server has that of another. */
function download(name) {
  const bytes = shell[name].match(/../g).map((digits) => parseInt(digits, 16));
  const integrity = `sha256-${btoa(String.fromCharCode(...bytes))}`;
  // Hosts redirect index.html to its folder, and no page may open by a redirect.
  const url = scope + (name === "index.html" ? "" : name);
  return fetch(url, { cache: "no-cache", integrity, priority: "low" });
}

// The page asks for the version that waits. It takes over only from that one
// page: others would go on with files of both versions.
async function takeOver(port) {
  const windows = await clients.matchAll({ type: "window", includeUncontrolled: true });
  if (windows.filter(({ url }) => url.startsWith(scope)).length > 1) port.postMessage("others");
  else await skipWaiting();
}
