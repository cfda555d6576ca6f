/* The questionnaire, one step at a time. Without this file the page is one long form that works. */
"use strict";
{
  const form = document.querySelector("form.quiz");
  const { key, count, seen, open: openText, cleared } = form.dataset;
  const find = (selector) => form.querySelector(selector);
  const pages = [...form.querySelectorAll(".page")];
  const items = [...form.querySelectorAll(".item")];
  const status = find("[role=status]");
  const small = matchMedia("(max-width: 40em)");
  const pace = form.elements.pace.value.split(",");
  let steps = [], step, since = Date.now(), behind = 0, touched = false, sent = false;

  const radios = (item) => [...item.querySelectorAll("input")];
  const chosen = (item) => radios(item).find((radio) => radio.checked);
  const missing = (some) => some.find((item) => !chosen(item));
  const stepOf = (item) => steps.find((one) => one.items.includes(item));

  /* A phone shows one line at a time, anything wider a whole section. */
  const cut = () => {
    const here = step && (step.items[0] || step.page);
    steps = pages.flatMap((page) => {
      const own = items.filter((item) => page.contains(item));
      const parts = small.matches && own[1] ? own.map((item) => [item]) : [own];
      return parts.map((part) => ({ page, items: part }));
    });
    step = steps.find((one) => one.page === here || one.items.includes(here));
    form.classList.toggle("single", small.matches);
  };

  const draw = () => {
    const at = steps.indexOf(step);
    const done = items.filter(chosen).length;
    for (const page of pages) page.hidden = page !== step.page;
    for (const item of items) item.hidden = !step.items.includes(item);
    for (const part of form.querySelectorAll(".first")) part.hidden = at > 0;
    find("#back").hidden = !at;
    find("#next").hidden = at === steps.length - 1;
    find("#send").hidden = !find("#next").hidden;
    find("progress").value = done;
    find(".progress label").textContent = count.replace("{n}", done).replace("{total}", items.length);
  };

  const keep = () => {
    try {
      const given = [...new FormData(form)].filter(([name]) => name !== "pace");
      sessionStorage.setItem(key, JSON.stringify({ given, pace }));
    } catch { /* A frame may not store anything: then a reload starts afresh. */ }
  };
  const forget = () => { try { sessionStorage.removeItem(key); } catch { /* nothing was kept */ } };
  const restore = () => {
    try {
      const kept = JSON.parse(sessionStorage.getItem(key));
      if (!kept || items.some(chosen)) return;
      fill(kept.given);
      pace.splice(0, pace.length, ...kept.pace);
    } catch { /* nothing was kept */ }
  };
  const fill = (given) => {
    const values = new Map(given);
    for (const field of form.elements) {
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.get(field.name) === field.value;
      else if (field.matches("select")) field.value = values.get(field.name) || "";
    }
  };

  const clock = () => {
    const page = pages.indexOf(step.page);
    if (page < pages.length - 1) pace[page] = Number(pace[page] || 0) + (Date.now() - since) / 1000;
    since = Date.now();
  };

  /* Focus goes where the reader goes on; the page moves only when that place is out of view. */
  const go = (to, target) => {
    clock();
    step = to;
    const page = pages.indexOf(to.page);
    if (page > behind) navigator.sendBeacon(seen + (behind = page)); /* a plain count */
    status.textContent = "";
    draw();
    const focus = target || (step.items.length === 1 ? chosen(step.items[0]) || radios(step.items[0])[0] : step.page.querySelector("h2"));
    focus.focus({ preventScroll: true });
    const place = target ? target.closest(".item") : form;
    const { top } = place.getBoundingClientRect();
    if (top < 0 || top > innerHeight * 0.8) place.scrollIntoView();
    place.dispatchEvent(new Event("moved", { bubbles: true }));
  };
  const say = (item) => {
    if (item.querySelector(".open")) return;
    const words = document.createElement("p");
    words.className = "open";
    words.id = `${radios(item)[0].name}-open`;
    words.textContent = openText;
    item.querySelector("legend").after(words);
    item.setAttribute("aria-describedby", words.id);
  };
  const goOn = () => {
    const item = missing(step.items);
    if (item) {
      say(item);
      go(step, radios(item)[0]);
    } else go(steps[steps.indexOf(step) + 1]);
  };
  const afterAnswer = (item) => {
    const next = step.items[step.items.indexOf(item) + 1];
    if (next) (chosen(next) || radios(next)[0]).focus();
    else if (step.items.length === 1) goOn();
    else find("#next").focus();
  };

  form.addEventListener("pointerdown", () => { touched = true; });
  addEventListener("keydown", (event) => {
    touched = false;
    const nowhere = event.target.matches("h2");
    const item = event.target.closest(".item") || (nowhere && (missing(step.items) || step.items[0]));
    const radio = item && radios(item)[event.key - 1];
    if (!radio || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    radio.click();
    afterAnswer(item);
  });
  /* A tap goes on by itself. Arrow keys only choose, and so does a screen reader's click. */
  form.addEventListener("click", ({ target }) => {
    const item = target.type === "radio" && target.closest(".item");
    if (item && touched && step.items.length === 1) setTimeout(() => step.items[0] === item && goOn(), 260);
  });
  form.addEventListener("change", ({ target }) => {
    const item = target.closest(".item");
    if (item) {
      item.querySelector(".open")?.remove();
      item.removeAttribute("aria-describedby");
    }
    draw();
    keep();
  });
  find("#next").addEventListener("click", goOn);
  find("#back").addEventListener("click", () => go(steps[steps.indexOf(step) - 1]));
  find("#clear").addEventListener("click", () => {
    fill([["count", "yes"]]);
    forget();
    pace.length = 0;
    find(".again").open = false;
    go(steps[0]);
    status.textContent = cleared;
  });
  document.querySelector("#problems")?.addEventListener("click", (event) => {
    const radio = event.target.hash && document.querySelector(event.target.hash);
    if (!radio) return;
    event.preventDefault();
    go(stepOf(radio.closest(".item")) || steps.at(-1), radio);
  });

  form.addEventListener("submit", (event) => {
    const item = missing(items);
    if (sent || item || step !== steps.at(-1)) {
      event.preventDefault();
      if (item && step === steps.at(-1)) {
        say(item);
        go(stepOf(item), radios(item)[0]);
      } else if (!sent) goOn();
      return;
    }
    clock();
    form.elements.pace.value = Array.from(pages.slice(1), (_, page) => Math.round(pace[page] || 0)).join();
    sent = true;
    setTimeout(() => { sent = false; }, 8000);
    forget();
  });
  /* After "back" some browsers fill in the answers only once this script has run. */
  addEventListener("pageshow", () => {
    sent = false;
    if (step === steps[0]) step = whereToGoOn();
    draw();
  });

  small.addEventListener("change", () => { cut(); draw(); });
  for (const part of form.querySelectorAll(".progress, .taps, .keys, .again")) part.hidden = false;
  form.classList.add("steps");
  restore();
  cut();
  const whereToGoOn = () => {
    const first = missing(items);
    return items.some(chosen) ? (first ? stepOf(first) : steps.at(-1)) : steps[0];
  };
  step = whereToGoOn();
  draw();
  const problems = document.querySelector("#problems, #notice");
  if (problems && (self === top || document.hasFocus())) problems.focus();
}
