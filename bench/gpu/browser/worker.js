// bench/forward's Worker, with what the GPU needs.
import "./replay.js";
import "./program.js";
