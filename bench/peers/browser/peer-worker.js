// Runs the peer: the first message opens a session, every further one runs it.

import { session } from "./session.js";

let run;

onmessage = async ({ data }) => {
  try {
    if (run) {
      postMessage(await run());
      return;
    }
    run = await session(data);
    postMessage({});
  } catch (error) {
    postMessage({ error: error.message });
  }
};
