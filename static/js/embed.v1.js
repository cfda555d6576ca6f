/* Fits the quiz's frame to its content. Version 1 never changes. Described in docs/embed.md. */
(() => {
  "use strict";
  const NAME = "networkingquiz", MARK = "[data-networking-quiz]";
  const place = /https?:\/\/[^\s()@]*\/embed(?=(\/v1)?\.js)/;
  /* A module has no currentScript, but it can see where it stands. */
  const found = place.exec(document.currentScript?.src) || place.exec(Error().stack);
  if (!found) return;
  const base = found[0] + "/";
  const { origin } = new URL(base);
  const once = Symbol.for(NAME + base);
  if (window[once]) return;
  window[once] = true;

  const known = new WeakSet(), ready = new WeakSet(), heights = new WeakMap();
  let here;

  /* The blog's style sheets can't undo this, the frame's style attribute can. */
  const grow = (frame, height) => {
    const shape = `display:block;position:static;width:${frame.width > 0 ? frame.width + "px" : "100%"};min-width:0;max-width:100%;min-height:0;max-height:none;border:0;padding:0`;
    for (const rule of shape.split(";")) {
      const [name, value] = rule.split(":");
      if (!frame.style.getPropertyValue(name)) frame.style.setProperty(name, value, "important");
    }
    frame.style.setProperty("height", height + "px", "important");
  };
  /* When the blog's scrollbar comes and goes with our height, the larger one stays. */
  const fit = (frame, height) => {
    const time = performance.now();
    const recent = (heights.get(frame) || []).filter(([, since]) => time - since < 3000);
    heights.set(frame, [...recent, [height, time]]);
    if (height < frame.offsetHeight && recent.filter(([old]) => old === height).length > 1) return;
    grow(frame, height);
  };

  /* Where the reader goes on, if it is out of view. */
  const pixels = (element, name) => parseFloat(getComputedStyle(element)[name]) || 0;
  const bring = (frame, top) => {
    const own = frame.style.scrollMarginTop;
    const margin = pixels(frame, "scrollMarginTop");
    const y = frame.getBoundingClientRect().top + top - margin;
    if (y >= pixels(document.documentElement, "scrollPaddingTop") && y < innerHeight * 0.8) return;
    frame.style.scrollMarginTop = margin - top + "px";
    frame.scrollIntoView();
    frame.style.scrollMarginTop = own;
  };

  const relay = (frame, event, detail = {}) =>
    frame.dispatchEvent(new CustomEvent(NAME + ":" + event, { bubbles: true, detail }));
  const hear = (frame, { height, event, top, style }) => {
    if (height > 0 && height < 3e4) fit(frame, +height);
    if (event === "here") here = frame;
    if (top >= 0 && (event === "step" || (event === "page" && here === frame))) bring(frame, +top);
    if (event === "started") relay(frame, event);
    if (event === "finished" && typeof style?.id === "string" && typeof style.name === "string") {
      relay(frame, event, { style: style.id, name: style.name });
    }
    if (event === "ready" && !ready.has(frame)) {
      ready.add(frame);
      for (const other of frame.parentElement?.closest(MARK)?.children || []) {
        if (!other.contains(frame)) other.style.setProperty("display", "none", "important");
      }
      relay(frame, event);
    }
  };
  addEventListener("message", ({ data, source, origin: from }) => {
    if (data?.type !== NAME || data.v !== 1) return;
    for (const frame of document.querySelectorAll("iframe")) {
      const closed = frame.sandbox.length && !frame.sandbox.contains("allow-same-origin");
      if (frame.contentWindow === source && frame.src.startsWith(base) && from === (closed ? "null" : origin)) hear(frame, data);
    }
  });
  /* A new page moves nothing unless the reader's last press was in its frame. */
  for (const type of ["pointerdown", "keydown"]) addEventListener(type, () => { here = 0; }, true);

  const adopt = (element) => {
    const { dataset } = element;
    const given = element.matches("iframe") ? element : element.querySelector("iframe");
    const from = given ? given.src : base + dataset.networkingQuiz;
    const address = new URL(from.startsWith(base) ? from : origin);
    if (known.has(element) || known.has(given) || !address.href.startsWith(base)) return;
    const frame = given || document.createElement("iframe");
    known.add(element).add(frame);
    for (const option of ["theme", "accent", "lang", "source", "compact"]) {
      if (option in dataset) address.searchParams.set(option, dataset[option] || 1);
    }
    frame.title ||= dataset.title || "Networking-style quiz";
    if (!given) {
      frame.loading = "lazy";
      frame.allow = "clipboard-write; web-share";
      frame.referrerPolicy = "no-referrer";
      grow(frame, 720);
    }
    /* Out and in again: Firefox can lose a new address that comes while the first one loads. */
    const { parentNode, nextSibling } = frame;
    if (frame.src !== address.href) {
      frame.remove();
      frame.src = address;
      parentNode?.insertBefore(frame, nextSibling);
    }
    if (given) frame.contentWindow?.postMessage({ type: NAME, v: 1, ask: true }, "*");
    else element.prepend(frame);
  };
  const look = () => document.querySelectorAll(`${MARK}, iframe[src^="${base}"]`).forEach(adopt);
  const start = () => {
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
    look();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
