/* The preview and the lines to paste follow every choice. Without this file a button does it. */
"use strict";
{
  const form = document.querySelector(".choices");
  const frame = document.querySelector(".preview iframe");
  const status = form.querySelector("[role=status]");
  const copies = document.querySelectorAll("[data-copy]");
  const words = [...copies].map((button) => button.textContent);
  let shown = frame?.getAttribute("src"), last = 0, pause;

  const follow = async () => {
    const own = ++last;
    const address = `${location.pathname}?${new URLSearchParams(new FormData(form))}`;
    const answer = await fetch(address);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok || own !== last) return;
    history.replaceState(history.state, "", address);
    for (const field of document.querySelectorAll(".offer [id]")) {
      const other = fresh.getElementById(field.id);
      if (field.matches("textarea, input")) field.value = other.value;
    }
    copies.forEach((button, at) => { button.textContent = words[at]; });
    document.getElementById("key").replaceWith(fresh.getElementById("key"));
    status.textContent = status.dataset.said;
    const next = fresh.querySelector(".preview iframe");
    if (!frame || !next) return;
    frame.width = next.width;
    /* Replaced, so that the back button does not step through every colour. */
    if (next.getAttribute("src") !== shown) frame.contentWindow.location.replace(next.src);
    shown = next.getAttribute("src");
  };
  form.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => follow().catch(() => { /* the button still works */ }), 200);
  });
  form.querySelector("[type=submit]").hidden = true;
}
