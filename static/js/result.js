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
}
