"use strict";
for (const rest of [
  { height: 4321 },
  { event: "step", top: 99999 },
  { event: "ready" },
  { event: "started" },
  { event: "finished", style: { id: "forged", name: "Forged" } },
]) parent.postMessage({ type: "networkingquiz", v: 1, ...rest }, "*");
parent.postMessage("done", "*");
