/* The keys of the readers that people know, over pages that work without them:
   j k move, o opens, s stars, m marks, v shows the original, u goes up, / searches. */
"use strict";
(() => {
  const base = document.documentElement.dataset.base || "";
  const language = document.documentElement.dataset.locale;
  const go = { h: "/", u: "/unread", b: "/starred", f: "/feeds", t: "/tags", s: "/settings" };
  const toast = document.querySelector(".toast");
  let waiting = false;

  const items = () => [...document.querySelectorAll("[data-item]")];
  const current = () => document.activeElement.closest("[data-item]");
  const link = (item) => item && item.querySelector("a[data-open]");

  const say = (what) => {
    toast.textContent = toast.dataset[what] || "";
    toast.classList.add("shown");
    setTimeout(() => toast.classList.remove("shown"), 2500);
  };

  const move = (step) => {
    const all = items();
    const at = all.indexOf(current());
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
    if (!next) return;
    link(next).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };

  /* Sends a mark's form, and turns it round: the next time it takes the mark away.  Where
     it has no other way (a story's articles are read once) it goes. */
  const send = async (form, quiet) => {
    const button = form.querySelector("button[name=on]");
    const on = button.value === "1";
    const data = new URLSearchParams(new FormData(form));
    data.set("on", button.value);
    const answer = await fetch(form.action, {
      method: "POST", body: data, redirect: "manual", credentials: "same-origin",
    }).catch(() => null);
    if (!answer || (answer.type !== "opaqueredirect" && !answer.ok)) return say("failed");
    const item = form.closest("[data-item]") || document.querySelector(".whole");
    if (button.dataset.other) {
      button.value = on ? "0" : "1";
      [button.textContent, button.dataset.other] = [button.dataset.other, button.textContent];
    } else {
      link(form.closest("[data-item]"))?.focus({ preventScroll: true });
      form.remove();
    }
    const kind = form.dataset.mark;
    item?.classList.toggle(kind === "star" ? "starred" : "unread", kind === "star" ? on : !on);
    if (!quiet) say(kind === "star" ? (on ? "star" : "unstar") : on ? "read" : "unread");
  };

  const mark = (kind) => {
    const form = (current() || document).querySelector(`form[data-mark=${kind}]`);
    if (form) send(form);
  };

  document.addEventListener("submit", (event) => {
    if (!event.target.dataset.mark) return;
    event.preventDefault();
    send(event.target);
  });

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    o: () => link(current())?.click(),
    s: () => mark("star"),
    m: () => mark("read"),
    v: () => {
      const original = (current() || document).querySelector("a[data-original]");
      if (original) window.open(original.href, "_blank", "noopener");
    },
    u: () => document.querySelector("a[rel=up]")?.click(),
    "/": () => document.querySelector("form.search input")?.focus(),
    "?": () => { location.href = base + "/help"; },
    g: () => { waiting = true; setTimeout(() => { waiting = false; }, 1500); },
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "Escape" && typing) typing.blur();
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (waiting) {
      waiting = false;
      if (go[event.key]) location.href = base + go[event.key];
      return;
    }
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  /* Who opens an article has read it. */
  const opened = document.querySelector("form[data-auto]");
  if (opened) send(opened, true);

  /* How many stories came since the page was made.  Who does not look listens to nothing:
     a browser has few connections to one server. */
  const fresh = document.querySelector("[data-new]");
  let count = 0, last = fresh?.dataset.new, ear = null, later;
  const listen = () => {
    clearTimeout(later);
    ear?.close();
    ear = null;
    if (!document.hidden) later = setTimeout(() => {
      ear = new EventSource(`${base}/api/v1/events?after=${last}`);
      ear.addEventListener("story", (event) => {
        last = event.lastEventId;
        fresh.querySelector("bdi").textContent = (++count).toLocaleString(language);
        fresh.hidden = false;
      });
    }, 3000);
  };
  if (fresh) {
    listen();
    document.addEventListener("visibilitychange", listen);
  }

  /* Moments in the reader's own time. */
  for (const time of document.querySelectorAll("time[datetime*=T]")) {
    const at = new Date(time.dateTime);
    if (isNaN(at)) continue;
    const words = at.toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
    if (time.hasAttribute("data-ago")) time.title = words;
    else time.textContent = words;
  }
})();
