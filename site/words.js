// The page's language. English stands in index.html and in the sources; of any
// other language words/LANGUAGE.json has every text by its English one, and is
// fetched only when it is wanted. wasm/page/say.go tells how to add texts.
//
// This is no module, because it must run before the page is painted: who reads
// another language is not to see an English page first.
globalThis.words = (() => {
  const tags = { en: "en-GB", de: "de" }; // language → lang attribute
  const names = { en: "English", de: "Deutsch" };
  const key = "tcmoa-language";
  const patience = 1500; // ms without a page: then rather English than nothing

  let language = "en";
  let wanted = language; // the last choice, whose texts may be on their way
  let texts = {}; // English → text, or texts by plural categories
  let patterns = []; // of sentences that others make: [RegExp, text]
  let rules, formats;
  speak("en", { texts: {}, foreign: {} });

  /** A text in the page's language, its blanks filled with what values has for their names. */
  const say = (english, values) => {
    const text = texts[english] ?? english;
    return values ? fill(text, (name) => values[name]) : text;
  };

  /** The text that fits a number; other, the English of many, finds it. */
  const plural = (one, other, n) => texts[other]?.[rules.select(n)] ?? (n === 1 ? one : other);

  /** A number with so many digits after the point, and a true minus, unless it is nothing. */
  const number = (value, digits) =>
    (formats[digits] ??= new Intl.NumberFormat(tags[language], {
      useGrouping: false, minimumFractionDigits: digits, maximumFractionDigits: digits,
    })).format(value).replace(/^-(?=[0.,]*$)/, "").replace("-", "−");

  /**
   * A sentence of the engine, the module or the browser in the page's language,
   * as far as the table knows it; what fills its blanks is translated, too.
   */
  function foreign(sentence) {
    for (const [pattern, text] of patterns) {
      const { groups } = pattern.exec(sentence) ?? {};
      if (groups) return fill(text, (name) => foreign(groups[name]));
    }
    return sentence;
  }

  const fill = (text, value) => text.replace(/\{(\w+)\}/g, (_, name) => value(name));

  /** "Frame {i} ends." as an expression with named groups. */
  function patternOf(text) {
    const parts = text.split(/\{(\w+)\}/);
    const source = parts.map((part, i) => (i % 2 ? `(?<${part}>.+?)` : part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))).join("");
    return new RegExp(`^(?<whole>)${source}$`, "u");
  }

  function speak(next, table) {
    language = next;
    texts = Object.assign({}, ...Object.values(table.texts));
    patterns = Object.entries(table.foreign).map(([english, text]) => [patternOf(english), text]);
    rules = new Intl.PluralRules(tags[language]);
    formats = {};
  }

  const api = { say, plural, number, foreign, speak, get language() { return language; } };
  if (!globalThis.document) return api; // under the program's own tests

  const root = document.documentElement;
  const parsed = new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve, { once: true }));
  let fixed = null; // the texts of index.html: [{english, last, read, write}]

  /** Changes to a language, if it is still wanted when its texts are there. */
  async function change(next) {
    wanted = next;
    const table = next === "en" ? { texts: {}, foreign: {} } : await fetchTable(next);
    await parsed;
    if (wanted !== next) return;
    speak(next, table);
    root.lang = tags[language];
    fixed ??= [...fixedTexts()];
    for (const text of fixed) translate(text);
    nameSwitch();
    document.dispatchEvent(new Event("wordschange"));
  }

  async function fetchTable(next) {
    const response = await fetch(`words/${next}.json`);
    if (!response.ok) throw new Error(`words/${next}.json: ${response.status}`);
    return response.json();
  }

  // What the program has written over meanwhile is no longer index.html's.
  function translate(text) {
    if (text.read() !== text.last) return;
    const [, before, english, after] = /^(\s*)(.*?)(\s*)$/s.exec(text.english);
    text.last = before + say(english.replace(/\s+/g, " ")) + after;
    text.write(text.last);
  }

  function* fixedTexts() {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
      node.matches?.('[translate="no"], script, style, noscript') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        if (/\p{L}/u.test(node.data)) yield fixedText(() => node.data, (data) => (node.data = data));
        continue;
      }
      for (const name of ["aria-label", "alt", "title", "placeholder", node.name === "description" ? "content" : ""]) {
        const value = name && node.getAttribute(name);
        if (value) yield fixedText(() => node.getAttribute(name), (value) => node.setAttribute(name, value));
      }
    }
  }

  const fixedText = (read, write) => ({ english: read(), last: read(), read, write });

  // The switch offers the other language, in its own words.
  function nameSwitch() {
    const other = language === "en" ? "de" : "en";
    const button = document.getElementById("language");
    button.textContent = names[other];
    button.lang = tags[other];
    button.onclick = () => choose(other);
  }

  function choose(next) {
    const problem = document.getElementById("error-language");
    problem.textContent = "";
    change(next).then(() => remember(next), () => {
      problem.textContent = say("The texts did not arrive. Look at the connection and try again.");
    });
  }

  // A browser may forbid to store anything, by an exception.
  function remember(next) {
    try { localStorage.setItem(key, next); } catch {}
  }

  function recall() {
    try { return localStorage.getItem(key); } catch { return null; }
  }

  const known = (tag) => Object.hasOwn(tags, tag);
  const preferred = [recall(), ...navigator.languages.map((tag) => tag.split("-", 1)[0])].find(known) ?? "en";
  parsed.then(nameSwitch);
  if (preferred !== "en") {
    root.dataset.words = "awaited";
    const show = () => delete root.dataset.words;
    setTimeout(show, patience);
    change(preferred).catch(() => {}).then(show);
  }
  return api;
})();
