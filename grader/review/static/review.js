// The queue and a student's checks by keyboard. What a student wrote reaches the page as text only, never as HTML.

const body = document.body;
const cards = [...document.querySelectorAll(".card")];
const undoButton = document.getElementById("undo");
const scopeButton = document.getElementById("scope");
const done = JSON.parse(sessionStorage.getItem("done") ?? "[]"); // what may be taken back: [{numbers, keys}]
let newest = Number(body.dataset.newest); // up to this one the page has shown every decision about its cards
let latest = newest; // what was shown last is of this time: an answer that was overtaken on its way shows nothing
const mine = []; // decisions of this page: nobody is overtaken by his own
let writing = Promise.resolve(); // one request after the other, so that quick keys keep their order

function tell(text) {
  document.getElementById("told").textContent = text;
}

function remember() {
  sessionStorage.setItem("done", JSON.stringify(done.slice(-100)));
  if (undoButton) undoButton.disabled = done.length === 0;
}

async function ask(address, data) {
  const options = data && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(data) };
  const answer = await fetch(address, options);
  const said = await answer.json().catch(() => ({ error: `the server answers ${answer.status}` }));
  if (!answer.ok) throw Object.assign(new Error(said.error), { overtaken: answer.status === 409 });
  return said;
}

function show(said) {
  if (said.newest < latest) return false;
  latest = said.newest;
  document.getElementById("progress").value = said.done;
  document.getElementById("progress-text").textContent = `${said.done} of ${said.count}`;
  for (const count of document.querySelectorAll("[data-stack]")) count.textContent = said.waiting[count.dataset.stack] ?? 0;
  for (const size of document.querySelectorAll("[data-size]")) size.textContent = said.sizes?.[size.dataset.size] ?? size.textContent;
  for (const [key, state] of Object.entries(said.cards)) {
    const card = document.getElementById(`card-${key}`);
    if (!card) continue;
    card.classList.toggle("decided", !state.open);
    card.querySelector(".state").textContent = state.said;
  }
  return true;
}

function renewFeedback() { // what the student will see has changed
  for (const frame of document.querySelectorAll("iframe.feedback")) frame.src = frame.getAttribute("src");
}

function keysOf(some) {
  return some.map((card) => card.dataset.key);
}

async function refresh() {
  if (!cards.length) return;
  const query = new URLSearchParams(keysOf(cards).map((key) => ["key", key]));
  const said = await ask(`/changes?${query}`);
  if (show(said)) newest = said.newest; // only here every card is shown
}

function inTurn(work) { // what counts is what the person had seen when the key was pressed
  const seen = newest;
  writing = writing.then(() => work(seen)).catch(async (problem) => {
    tell(problem instanceof TypeError ? "The server does not answer: nothing was written." : problem.message);
    if (problem.overtaken) await refresh().catch(() => {});
  }).then(remember);
}

async function write(address, seen, data, keys, words) {
  const said = await ask(address, { seen, mine: mine.filter((number) => number > seen), ...data });
  mine.push(...said.numbers);
  done.push({ numbers: said.numbers, keys });
  show(said);
  renewFeedback();
  tell(words);
}

function current() {
  return document.activeElement?.closest(".card") ?? cards.find((card) => !card.classList.contains("decided")) ?? cards[0];
}

function go(card) {
  if (!card) return;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const at = document.activeElement?.closest(".card");
  go(at ? cards[Math.min(Math.max(cards.indexOf(at) + by, 0), cards.length - 1)] : current());
}

function pressed() {
  return scopeButton?.getAttribute("aria-pressed") === "true";
}

function meantBy(card) { // the card alone, or its group when that was said before; which holds once
  const wide = pressed();
  scopeButton?.setAttribute("aria-pressed", "false");
  return wide ? cards.filter((other) => other.dataset.group === card.dataset.group) : [card];
}

function give(card, points) {
  const meant = meantBy(card);
  const reason = card.querySelector(".reason").value.trim();
  const keys = keysOf(meant);
  const words = keys.length > 1 ? `${points} points for ${keys.length} answers` : `${points} points`;
  inTurn((seen) => write("/decide", seen, { points: Object.fromEntries(keys.map((key) => [key, points])), reason }, keys, words));
  if (!("single" in card.dataset)) goOn(meant);
}

function goOn(meant) {
  go(cards[cards.indexOf(meant.at(-1)) + 1] ?? meant[0]);
}

function take(card) {
  const meant = meantBy(card);
  accept(meant);
  goOn(meant);
}

function accept(some) {
  inTurn(async (seen) => {
    const meant = some.filter((card) => card.dataset.suggested !== undefined && !card.classList.contains("decided"));
    if (!meant.length) return tell("There is no open suggestion here.");
    const points = Object.fromEntries(meant.map((card) => [card.dataset.key, Number(card.dataset.suggested)]));
    return write("/decide", seen, { points, reason: "" }, keysOf(meant), meant.length === 1 ? "1 suggestion accepted" : `${meant.length} suggestions accepted`);
  });
}

function undo() {
  inTurn(async () => {
    const last = done.pop();
    if (!last) return tell("There is nothing to take back.");
    const said = await ask("/undo", last);
    mine.push(...said.numbers);
    show(said);
    renewFeedback();
    return tell("Taken back.");
  });
}

function withdraw(card) {
  const data = { key: card.dataset.key, reason: card.querySelector(".reason").value };
  inTurn((seen) => write("/withdraw", seen, data, [card.dataset.key], "The checks' own result counts again."));
}

function reveal(card) {
  if ("single" in card.dataset) return;
  inTurn(async () => showNames(card, await ask(`/names?key=${card.dataset.key}`)));
}

function showNames(card, { names }) {
  const place = card.querySelector(".names");
  place.replaceChildren(...names.flatMap(({ student, shown, path }, number) => {
    const link = document.createElement("a");
    link.title = path;
    link.href = `/student?${new URLSearchParams({ name: student })}`;
    link.textContent = shown;
    return number ? [", ", link] : [link];
  }));
}

function typed(card) {
  const field = card.querySelector(".points-typed");
  const points = Number(field.value);
  if (field.value === "" || !(points >= 0 && points <= Number(card.dataset.max))) {
    return tell(`Say points from 0 to ${Number(card.dataset.max)}.`);
  }
  give(card, points);
}

function toggleScope() {
  scopeButton?.setAttribute("aria-pressed", String(!pressed()));
  tell(pressed() ? "The next decision is for all that are alike." : "The next decision is for one answer.");
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  f: () => give(current(), Number(current().dataset.max)),
  s: () => take(current()),
  a: () => accept(cards),
  g: toggleScope,
  c: () => current().querySelector(".reason").focus(),
  u: undo,
  h: () => reveal(current()),
  n: () => document.querySelector("a[rel=next]")?.click(),
  p: () => document.querySelector("a[rel=prev]")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const card = event.target.closest?.(".card");
  if (event.key === "Escape" && card) return go(card);
  if (event.target.matches("input, select, textarea")) {
    if (event.key === "Enter" && event.target.matches(".points-typed") && card) typed(card);
    else if (event.key === "Enter" && event.target.matches(".reason") && card) go(card);
    return;
  }
  const digit = /^[0-9]$/.test(event.key) && current() && !("single" in current().dataset);
  const act = digit ? () => {
    if (Number(event.key) > Number(current().dataset.max)) tell(`There are only ${Number(current().dataset.max)} points.`);
    else give(current(), Number(event.key));
  } : KEYS[event.key];
  if (!act || (!cards.length && !"np".includes(event.key))) return;
  if (current() && "single" in current().dataset && !"jku".includes(event.key)) return;
  event.preventDefault();
  act();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const card = button?.closest(".card");
  if (!button) return;
  if (button.id === "undo") undo();
  else if (button.id === "accept") accept(cards);
  else if (button.id === "scope") toggleScope();
  else if (button.matches(".give")) give(card, Number(button.dataset.points));
  else if (button.matches(".set")) typed(card);
  else if (button.matches(".withdraw")) withdraw(card);
  else if (button.matches(".reveal")) reveal(card);
});

remember();
const catchUp = () => document.hidden || refresh().catch(() => {}); // another person may decide at the same time
setInterval(catchUp, 3000);
document.addEventListener("visibilitychange", catchUp);
