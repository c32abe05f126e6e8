// Registers the service worker, by which the page opens without a network, and
// tells when that has a new version. The page's program has no part in this: an
// update must be able to mend a version in which the program does not start.

const hour = 3_600_000;
const element = (id) => document.getElementById(id);

// The page's own downloads come first. Without a secure context there is no
// service worker, and a browser may refuse one: the page then needs a network.
if (document.readyState === "complete") register().catch(() => {});
else addEventListener("load", () => register().catch(() => {}));

async function register() {
  const registration = await navigator.serviceWorker.register("sw.js", { updateViaCache: "none" });

  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker.addEventListener("statechange", () => {
      if (worker.state === "installed") offer(registration);
    });
  });
  offer(registration);

  let checked = Date.now();
  addEventListener("visibilitychange", () => {
    if (document.hidden || Date.now() - checked < hour) return;
    checked = Date.now();
    registration.update().catch(() => {});
  });

  // Who installs the page wants it to stay when the browser runs out of room.
  addEventListener("appinstalled", () => navigator.storage.persist());

  // There is an active worker once all files of the page are kept.
  await navigator.serviceWorker.ready;
  document.documentElement.dataset.shell = "kept";
}

/** Tells of a version that waits for the one before it to end. */
function offer(registration) {
  if (!registration.waiting || !registration.active) return;
  element("update-reload").onclick = () => update(registration.waiting);
  element("update-later").onclick = () => (element("update-notice").hidden = true);
  element("update-text").textContent = words.say("A new version of this page is ready.");
  element("update-notice").hidden = false;
}

function update(worker) {
  if (!worker) { // it has taken over already
    location.reload();
    return;
  }
  worker.addEventListener("statechange", () => {
    if (worker.state === "activated") location.reload();
  });
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    element("update-text").textContent =
      words.say("Close the other tabs with this page first: all of them get the new version at once.");
  };
  worker.postMessage("take over", [port2]);
}
