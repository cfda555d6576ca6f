/* A choice counts at once, and new results come in by themselves. Without this file a button does it. */
"use strict";
{
  const EVERY = 30000;
  const AWAY = 20 * 60000; /* a page that nobody touches keeps no session alive */
  const form = document.querySelector(".narrow");
  const figures = document.querySelector(".figures");
  const status = form.querySelector("[role=status]");
  const live = form.querySelector(".live");
  const alone = ["period", "source", "language"].map((name) => form.elements[name]).filter(Boolean);
  const sections = (place) => [...place.children];
  let served = new Map(sections(figures).map((section) => [section.id, section.outerHTML]));
  let last = 0, touched = Date.now(), pause;

  const busy = (place) => place.contains(document.activeElement);
  const keepOpen = (old, fresh) => {
    for (const opened of old.querySelectorAll("details[open]"))
      fresh.querySelector(`#${CSS.escape(opened.id)}`)?.setAttribute("open", "");
  };
  /* Only what differs is put in, tables stay open, and nothing is taken from under the focus. */
  const put = (fresh) => {
    const before = sections(figures).map((section) => section.id).join();
    const after = sections(fresh);
    const now = new Map(after.map((section) => [section.id, section.outerHTML]));
    if (before !== after.map((section) => section.id).join()) {
      if (busy(figures)) return;
      keepOpen(figures, fresh);
      figures.replaceChildren(...after);
      served = now;
      return;
    }
    for (const section of after) {
      const old = document.getElementById(section.id);
      if (served.get(section.id) === now.get(section.id) || busy(old)) continue;
      keepOpen(old, section);
      old.replaceWith(section);
      served.set(section.id, now.get(section.id));
    }
  };
  const fetched = async (address) => {
    const own = ++last;
    const answer = await fetch(address, { cache: "no-store" });
    if (answer.redirected) location.assign(address);
    const text = await answer.text();
    if (!answer.ok || answer.redirected || own !== last) return null;
    return new DOMParser().parseFromString(text, "text/html");
  };
  const follow = async () => {
    const given = [...new FormData(form)].filter(([, value]) => value);
    const query = new URLSearchParams(given).toString();
    const address = location.pathname + (query && `?${query}`);
    const fresh = await fetched(address);
    if (!fresh) return;
    history.replaceState(history.state, "", address);
    document.getElementById("problems").replaceWith(fresh.getElementById("problems"));
    put(fresh.querySelector(".figures"));
    status.textContent = status.dataset.said;
  };
  const refresh = async () => {
    if (document.hidden || Date.now() - touched > AWAY || !live.querySelector("input").checked) return;
    const fresh = await fetched(location.href);
    if (fresh) put(fresh.querySelector(".figures"));
  };
  const quietly = (work) => work().catch(() => { /* the button still works */ });

  form.addEventListener("input", (event) => {
    if (event.target.closest(".live")) return;
    if (alone.includes(event.target) && event.target.value)
      for (const field of alone) if (field !== event.target) field.value = "";
    clearTimeout(pause);
    pause = setTimeout(() => quietly(follow), event.target.matches("select, [type=checkbox]") ? 0 : 400);
  });
  form.querySelector("[type=submit]").hidden = true;
  live.hidden = false;
  for (const sign of ["pointerdown", "keydown", "wheel", "touchstart"])
    addEventListener(sign, () => { touched = Date.now(); }, { passive: true });
  setInterval(() => quietly(refresh), EVERY);
  document.addEventListener("visibilitychange", () => quietly(refresh));
}
