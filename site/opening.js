// The page before its program has arrived: the seam of the recorded example moves
// already, and the map of a prompt says what it shows. The program takes over with
// the event "takeover", and finds everything as the visitor left it.

const element = (id) => document.getElementById(id);
const frame = element("frame");
const seam = element("split");

const opening = new AbortController();
const { signal } = opening; // until the program takes over
let prompt = null; // statistics of its map, as soon as they are here

document.addEventListener("takeover", () => opening.abort(), { once: true });
document.addEventListener("wordschange", tell, { signal });
frame.addEventListener("pointerdown", press, { signal });
seam.addEventListener("input", showSeam, { signal });
tell(); // a browser may remember where the seam was

// Beside the picture there is room for it; on a phone it is a long way past.
element("steer").open = matchMedia("(min-width: 60rem)").matches;

fetch("example/recording.json", { signal })
  .then((response) => response.json())
  .then((recording) => { prompt = recording.prompt; tell(); })
  .catch(() => {}); // the program, which reads it too, tells

/** Drags the seam. A drag that is at work when the program takes over goes on to its end. */
function press(down) {
  if (down.button !== 0 || !down.isPrimary) return;
  down.preventDefault(); // or the focus would go to the document
  frame.setPointerCapture(down.pointerId);
  seam.focus({ preventScroll: true });
  follow(down);
  const lifted = new AbortController();
  const listen = (type, listener) => frame.addEventListener(type, (event) => {
    if (event.pointerId === down.pointerId) listener(event);
  }, { signal: lifted.signal });
  listen("pointermove", follow);
  listen("pointerup", () => lifted.abort());
  listen("pointercancel", () => lifted.abort());
}

function follow({ clientX }) {
  const { left, width } = frame.getBoundingClientRect();
  seam.value = (100 * (clientX - left)) / width;
  showSeam();
}

function showSeam() {
  const [left, right] = ["tag-left", "tag-right"].map((id) => element(id).textContent);
  frame.style.setProperty("--split", `${seam.value}%`);
  seam.setAttribute("aria-valuetext", words.say("{left} up to {share} %, then {right}", { left, share: seam.value, right }));
}

function tell() {
  showSeam();
  if (prompt) showPrompt();
}

/** Writes under the map of the first source's prompt what the program would. */
function showPrompt() {
  const { number, say } = words;
  const { min, mean, max, std } = prompt;
  element("map-name-first").textContent = say("Prompt of {part}", { part: element("tag-left").textContent });
  for (const [id, value] of [["low", 0], ["middle", 0.5], ["high", 1]]) element(`${id}-first`).textContent = number(value, 2);
  element("map-stats-first").textContent = say("Least {least}, mean {mean}, most {most}, spread {spread}.", {
    least: number(min, 3), mean: number(mean, 3), most: number(max, 3), spread: number(std, 3),
  });
}
