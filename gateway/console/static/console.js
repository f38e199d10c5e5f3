// What a page does beside htmx: times by the reader's clock, keys, copying, completion, news of a list. No page needs it to be usable.

const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const announce = (text) => { $("#announce").textContent = text; };

// ---- times: the reader's clock in the page, UTC on hover -------------------------------------------------------------

const page = document.documentElement.lang;
const region = navigator.languages.find((each) => each.split("-")[0] === page) ?? page;
document.documentElement.dataset.region = region;
const clock = new Intl.DateTimeFormat(region, { dateStyle: "short", timeStyle: "medium" });

const relative = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always", style: "narrow" });

function ago(moment) {
  const seconds = Math.max(0, (Date.now() - moment) / 1000);
  const [unit, size] = [["day", 86400], ["hour", 3600], ["minute", 60]].find(([, each]) => seconds >= each) ?? ["second", 1];
  return relative.format(-Math.floor(seconds / size), unit);
}

function localise(within) {
  for (const time of $$("time[datetime]", within)) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.valueOf())) time.textContent = clock.format(moment);
  }
  for (const age of $$("[data-since]", within)) age.textContent = ago(new Date(age.dataset.since));
  for (const element of $$("button.copy, [data-scripted]", within)) element.hidden = false;
  for (const button of $$(".preferences button", within)) button.hidden = true;
}

// ---- the list that somebody came from, for [ and ] -------------------------------------------------------------------

function rememberList() {
  const list = $("[data-rows]");
  if (!list) return;
  const rows = $$("a[data-open]", list).map((link) => link.getAttribute("href"));
  sessionStorage.setItem("list", JSON.stringify(rows));
}

function neighbours() {
  const place = $("[data-neighbours]");
  if (!place) return;
  const rows = JSON.parse(sessionStorage.getItem("list") ?? "[]");
  const here = rows.indexOf(place.dataset.neighbours);
  for (const [name, row] of [["previous", rows[here - 1]], ["next", rows[here + 1]]]) {
    const link = $(`[data-neighbour="${name}"]`, place);
    if (here >= 0 && row) { link.href = row; link.hidden = false; }
  }
}

// ---- keys ------------------------------------------------------------------------------------------------------------

let going = false;

function typing(target) {
  return target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
}

function moveRow(step) {
  const rows = $$("[data-rows] a[data-open]");
  const at = rows.findIndex((row) => row.closest("tr, li").contains(document.activeElement));
  rows[Math.min(Math.max(at + step, 0), rows.length - 1)]?.focus();
}

function selectRow() {
  document.activeElement.closest("tr, li")?.querySelector("input[type=checkbox]")?.click();
}

function use(element) {
  if (element.matches("input, select, textarea")) { element.focus(); element.select?.(); } else element.click();
}

function keyed(event) {
  if (event.isComposing || event.altKey) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openDialog("palette");
    return;
  }
  if (event.ctrlKey || event.metaKey || typing(event.target) || $("dialog[open]")) return;
  if (event.key === " " && event.target.matches("a[role=button]")) { event.preventDefault(); event.target.click(); return; }
  const wanted = going ? $(`[data-go="${CSS.escape(event.key)}"]`) : null;
  const went = going;
  going = false;
  if (wanted) wanted.click();
  else if (went) return;
  else if (event.key === "g") going = true;
  else if (event.key === "j") moveRow(1);
  else if (event.key === "k") moveRow(-1);
  else if (event.key === "x") selectRow();
  else {
    const element = $$(`[data-key="${CSS.escape(event.key)}"]`).find((each) => !each.hidden);
    if (!element) return;
    use(element);
  }
  event.preventDefault();
}

function openDialog(name) {
  const dialog = document.getElementById(name);
  if (dialog && !dialog.open) dialog.showModal();
}

// ---- rows that are selected --------------------------------------------------------------------------------------------

let lastBox = null;

function countSelected() {
  const form = $("form[data-selects]");
  if (!form) return;
  const boxes = $$("input[name=id]", form);
  const some = boxes.filter((box) => box.checked).length;
  const all = $("[data-all]", form);
  all.checked = some > 0 && some === boxes.length;
  all.indeterminate = some > 0 && some < boxes.length;
  $("[data-selected]", form).textContent = form.dataset[some === 1 ? "one" : "several"].replace("{count}", some.toLocaleString(document.documentElement.lang));
}

function selectRange(box) {
  const boxes = $$("input[name=id]", box.form);
  const [from, to] = [boxes.findIndex((each) => each === lastBox), boxes.indexOf(box)].sort((one, other) => one - other);
  if (from >= 0) for (const each of boxes.slice(from, to + 1)) each.checked = box.checked;
}

function selected(event) {
  const form = event.target.closest("form[data-selects]");
  if (!form) return;
  if (event.target.matches("[data-all]")) for (const box of $$("input[name=id]", form)) box.checked = event.target.checked;
  if (event.target.name === "id") {
    if (event.shiftKey) selectRange(event.target);
    lastBox = event.target;
  }
  countSelected();
}

function nothingSelected(event) {
  if (!event.target.matches("form[data-selects]") || $("input[name=id]:checked", event.target)) return;
  event.preventDefault();
  announce(event.target.dataset.none);
  $("[data-selected]", event.target).textContent = event.target.dataset.none;
}

// ---- the palette: what can be gone to, by a few letters ----------------------------------------------------------------

function narrow(input) {
  const wanted = input.value.trim().toLowerCase();
  for (const item of $$(".choices li", input.form)) item.hidden = !item.textContent.toLowerCase().includes(wanted);
}

function choose(event) {
  const input = $("#palette-text");
  if (event.target !== input || event.key !== "Enter") return;
  const first = input.value.trim() && $$(".choices li", input.form).find((item) => !item.hidden);
  if (first) { event.preventDefault(); $("a", first).click(); }
}

// ---- completion of a search box (ARIA combobox): the server knows the words ---------------------------------------------

class Completion {
  constructor(input) {
    this.input = input;
    this.list = document.getElementById(input.getAttribute("aria-controls"));
    this.asked = 0;
    input.addEventListener("input", () => this.ask());
    input.addEventListener("keydown", (event) => this.keyed(event));
    input.addEventListener("blur", () => this.show([]));
    this.list.addEventListener("mousedown", (event) => { event.preventDefault(); this.take(event.target.closest("li")); });
  }

  async ask() {
    const number = ++this.asked;
    const { value: text, selectionStart: cursor } = this.input;
    if (!/\S$/.test(text.slice(0, cursor))) { this.show([]); return; }
    const answer = await fetch(`${this.input.dataset.complete}?${new URLSearchParams({ text, cursor })}`, { headers: { Accept: "application/json" } });
    const offers = answer.ok ? await answer.json() : [];
    if (number === this.asked && document.activeElement === this.input) this.show(offers);
  }

  show(offers) {
    this.list.replaceChildren(...offers.map((offer, place) => {
      const item = document.createElement("li");
      item.id = `${this.list.id}-${place}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.textContent = offer.text;
      return item;
    }));
    this.offers = offers;
    this.list.hidden = offers.length === 0;
    this.input.setAttribute("aria-expanded", String(offers.length > 0));
    this.input.removeAttribute("aria-activedescendant");
  }

  keyed(event) {
    const items = $$("li", this.list);
    if (!items.length) return;
    const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = items[(at + (event.key === "ArrowDown" ? 1 : items.length) + (at < 0 && event.key === "ArrowUp" ? 1 : 0)) % items.length] ?? items[0];
      items.forEach((item) => item.setAttribute("aria-selected", String(item === next)));
      this.input.setAttribute("aria-activedescendant", next.id);
    } else if ((event.key === "Enter" || event.key === "Tab") && at >= 0) this.take(items[at]);
    else if (event.key === "Escape") this.show([]);
    else return;
    event.preventDefault();
  }

  take(item) {
    const offer = item && this.offers[$$("li", this.list).indexOf(item)];
    if (!offer) return;
    const goesOn = offer.text.endsWith(":");
    const before = this.input.value.slice(0, offer.start) + offer.text + (goesOn ? "" : " ");
    this.input.value = before + this.input.value.slice(offer.end).trimStart();
    this.input.setSelectionRange(before.length, before.length);
    if (goesOn) this.ask(); else this.show([]);
  }
}

// ---- news: how many have come since the list was shown; rows do not move until somebody wants them ------------------------

let listening = null;
let lastTouched = Date.now();
const LONGEST_ALONE = 15 * 60 * 1000;

// What a page asks for by itself must not keep the session of somebody who has left.
const attended = () => document.visibilityState === "visible" && Date.now() - lastTouched < LONGEST_ALONE;

function touched() {
  lastTouched = Date.now();
  if (!listening) hear();
}

function refresh() {
  if (attended()) for (const part of $$("[data-refreshes]")) window.htmx.trigger(part, "refresh");
  for (const age of $$("[data-since]")) age.textContent = ago(new Date(age.dataset.since));
}

function hear() {
  const list = $("[data-news]");
  if (!list) { listening?.close(); listening = null; return; }
  if (listening || !window.EventSource) return;
  listening = new EventSource(list.dataset.news);
  listening.addEventListener("error", () => { if (!attended()) { listening?.close(); listening = null; } });
  listening.addEventListener("messages", (event) => {
    const bar = $("#news");
    const number = JSON.parse(event.data).new + Number(bar?.dataset.count ?? 0);
    if (!bar) return;
    bar.dataset.count = number;
    const words = number === 1 ? bar.dataset.one : bar.dataset.several;
    $("a", bar).textContent = words.replace("{count}", number.toLocaleString(document.documentElement.lang));
    bar.hidden = false;
  });
}

// ---- a page, and each part that htmx puts into it ---------------------------------------------------------------------------

function settle(within) {
  localise(within);
  rememberList();
  neighbours();
  hear();
  countSelected();
  for (const input of $$("input[data-complete]", within)) {
    if (!input.dataset.ready) { input.dataset.ready = "yes"; new Completion(input); }
  }
}

document.addEventListener("keydown", keyed);
document.addEventListener("keydown", choose);
document.addEventListener("input", (event) => { if (event.target.id === "palette-text") narrow(event.target); });
document.addEventListener("click", selected);
document.addEventListener("submit", nothingSelected);
for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, touched, { passive: true });
setInterval(refresh, 60_000);
setInterval(() => { if (attended()) for (const part of $$("[data-runs]")) window.htmx.trigger(part, "refresh"); }, 2_000);
document.addEventListener("change", (event) => {
  if (event.target.closest(".preferences")) event.target.form.requestSubmit();
});
document.addEventListener("click", async (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) { event.preventDefault(); openDialog(opener.dataset.opens); }
  const closer = event.target.closest("dialog[open] [data-closes]");
  if (closer) { event.preventDefault(); closer.closest("dialog").close(); }
  const copier = event.target.closest("[data-copy]");
  if (copier) {
    const from = copier.dataset.copyFrom ? document.getElementById(copier.dataset.copyFrom).textContent : copier.dataset.copy;
    await navigator.clipboard.writeText(from);
    announce(document.body.dataset.copied);
  }
});
document.addEventListener("htmx:load", (event) => settle(event.detail.elt));
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, serverResponse } = event.detail;
  if (xhr.status >= 400 && !serverResponse.includes('id="content"')) event.detail.shouldSwap = false;  // a proxy's, not ours
});
document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target.id === "content") $("#content").focus(); });
document.addEventListener("htmx:sendError", () => announce(document.body.dataset.notSent));
document.addEventListener("htmx:responseError", () => announce(document.body.dataset.refused));
window.addEventListener("pagehide", () => { listening?.close(); listening = null; });
window.addEventListener("pageshow", () => settle(document));
document.documentElement.dataset.ready = "yes";
