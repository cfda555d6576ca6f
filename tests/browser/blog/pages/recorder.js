/* What a curious blog could learn: every message, and every event that embed.js makes of them. */
"use strict";
window.heard = [];
window.told = [];
addEventListener("message", ({ data, origin }) => heard.push({ data, origin }));
for (const name of ["ready", "started", "finished"]) {
  addEventListener(`networkingquiz:${name}`, ({ target, detail }) => told.push({ name, on: target.id, detail }));
}
