/* Inside a blog's frame. Tells the blog how high the page is and what happens, never an answer;
   and finds a way where the frame may send no form. Without this file the page scrolls inside. */
"use strict";
if (parent !== self) {
  const { style, name, lost } = document.currentScript.dataset;
  const page = document.documentElement;
  let height = 0, fresh = true;

  const tell = (message) => parent.postMessage({ type: "networkingquiz", v: 1, ...message }, "*");
  const say = (event, rest) => tell({ event, ...rest });

  /* The page's own height and where a place in it begins: nothing in it depends on the frame's. It
     is taken without a scrollbar, for a narrower page may be lower, and then it would stay; or
     higher, and then the place would not be where it is once the frame has grown. */
  const measure = (place = page) => {
    const barred = page.clientWidth < innerWidth;
    if (barred) page.style.overflowY = "hidden";
    const { top, height: whole } = page.getBoundingClientRect();
    const below = Math.round(place.getBoundingClientRect().top - top);
    if (barred) page.style.overflowY = "";
    const now = Math.ceil(whole);
    if (now && Math.abs(now - height) >= 1) tell({ height: height = now });
    return Math.max(0, below);
  };
  const show = (place, event = "step") => say(event, { top: measure(place) });
  new ResizeObserver(() => {
    measure();
    if (height && fresh) show(document.querySelector(":target") || page, "page");
    fresh &&= !height;
  }).observe(page);

  /* A scrollbar can keep itself alive: it makes the page narrower and so higher than the frame. */
  addEventListener("resize", () => measure());

  /* A blog's script that came later asks for what it missed. */
  addEventListener("message", ({ source, data }) => {
    if (source !== parent || data?.type !== "networkingquiz" || !data.ask) return;
    height = 0;
    measure();
    say("ready");
  });
  say("ready");
  if (style) say("finished", { style: { id: style, name } });
  const started = ({ target }) => {
    if (!target.closest("form.quiz")) return;
    removeEventListener("change", started);
    say("started");
  };
  addEventListener("change", started);
  addEventListener("moved", ({ target }) => show(target));
  addEventListener("click", ({ target, defaultPrevented }) => {
    if (target.closest("a, button")) say("here");
    const link = !defaultPrevented && target.closest("a[href^='#']");
    const place = link && document.getElementById(link.hash.slice(1));
    if (place) show(place);
  });

  /* A closed frame (sandbox="allow-scripts") sends no form, opens no window, saves and prints no
     page: forms go by fetch, and what can't be opened is there to be copied. */
  const write = (html) => {
    document.open();
    document.write(html);
    document.close();
  };
  const send = async (form) => {
    const fields = new URLSearchParams(new FormData(form));
    const to = new URL(form.action);
    if (form.method === "get") {
      to.search = fields;
      return location.assign(to);
    }
    const answer = await fetch(to, { method: "POST", body: fields });
    if (answer.ok && answer.redirected) return location.replace(answer.url);
    return write(await answer.text());
  };
  const sorry = (form) => {
    const words = form.querySelector(".lost") || document.createElement("p");
    words.className = "open lost";
    words.setAttribute("role", "alert");
    form.append(words);
    words.textContent = lost;
    dispatchEvent(new Event("pageshow"));
  };
  const spell = (link) => {
    if (link.textContent.includes(link.href) || link.nextElementSibling?.matches("code")) return;
    const address = document.createElement("code");
    address.textContent = ` ${link.href} `;
    link.after(address);
  };
  if (self.origin === "null") {
    for (const button of document.querySelectorAll("#print")) button.parentElement.hidden = true;
    addEventListener("click", (event) => {
      const button = event.target.closest("button");
      const link = event.target.closest("a[target], a[download], .files a");
      if (link) spell(link);
      if (!button?.form || button.type !== "submit" || event.defaultPrevented) return;
      event.preventDefault();
      const { form } = button;
      const submit = new SubmitEvent("submit", { bubbles: true, cancelable: true, submitter: button });
      if (form.dispatchEvent(submit)) send(form).catch(() => sorry(form));
    });
  }
}
