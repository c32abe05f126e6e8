// The peer's side: session.run() in a Worker of its own, timed there from ready
// tensors to the ready result.

/** Makes ready to fuse a pair: { side, first, second }. */
export async function open(peer, { side, first, second }) {
  const worker = new Worker(new URL("peer-worker.js", import.meta.url), { type: "module" });
  const ask = (message) => new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
    worker.postMessage(message);
  });
  await ask({ ...peer, side, first, second });
  return { run: () => ask("run"), close: () => worker.terminate() };
}
