/* Keeping and sharing a result. Without this file the addresses are there to copy by hand. */
"use strict";
{
  const here = new URL(location.href);
  for (const once of ["receipt", "saved"]) here.searchParams.delete(once);
  if (here.href !== location.href) history.replaceState(history.state, "", here);

  const print = document.querySelector("#print");
  print.hidden = false;
  print.addEventListener("click", () => window.print());

  const share = document.querySelector("#share");
  if (navigator.share) {
    share.hidden = false;
    share.addEventListener("click", () => {
      const { url, title, text } = share.dataset;
      navigator.share({ url, title, text }).catch(() => { /* the person changed their mind */ });
    });
  }

  /* One plain count when the first card or source is opened. */
  const { seen } = document.querySelector("#week").dataset;
  const opened = ({ target }) => {
    if (!target.open || !target.matches(".later, .source")) return;
    removeEventListener("toggle", opened, true);
    navigator.sendBeacon(seen);
  };
  addEventListener("toggle", opened, true);
}
