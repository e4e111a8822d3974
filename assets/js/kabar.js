/* The keys of the readers that people know, over pages that work without them:
   j k move, o opens, s stars, m marks, v shows the original, u goes up, / searches.

   A list leaves its links with the tab (sessionStorage), so that what is opened from it
   knows what comes next and the way back. */
"use strict";
(() => {
  const html = document.documentElement;
  const base = html.dataset.base || "", language = html.dataset.locale;
  const go = { h: "/", u: "/unread", b: "/starred", f: "/feeds", t: "/tags", s: "/settings" };
  const toast = document.querySelector(".toast");
  const here = location.pathname + location.search;
  let waiting = false, hiding = 0;

  const items = () => [...document.querySelectorAll("[data-item]")];
  const current = () => document.activeElement.closest("[data-item]");
  const link = (item) => item && item.querySelector("a[data-open]");
  const pathOf = (a) => a.getAttribute("href");
  const follow = (selector) => document.querySelector(selector)?.click();

  const keep = (name, value) => {
    try { sessionStorage.setItem("kabar." + name, JSON.stringify(value)); } catch { /* full, or not allowed */ }
  };
  const kept = (name) => {
    try { return JSON.parse(sessionStorage.getItem("kabar." + name)); } catch { return null; }
  };

  const say = (what, more) => {
    toast.textContent = (toast.dataset[what] || "") + (more ? " · " + toast.dataset[more] : "");
    toast.classList.add("shown");
    clearTimeout(hiding);
    hiding = setTimeout(() => { toast.classList.remove("shown"); toast.textContent = ""; }, 4000);
  };

  /* ---- lists, and pages that were opened from them ---- */

  /* story, article, feed …: a list is known by what its links lead to. */
  const kindOf = (path) => path.slice(base.length).split("/")[1];

  const read = (page, url) => ({
    url,
    links: [...page.querySelectorAll("[data-item] a[data-open]")].map((a) => {
      const title = a.parentElement;
      return { path: pathOf(a), title: a.textContent, lang: title.lang, dir: title.dir };
    }),
    next: page.querySelector("main a[rel=next]")?.getAttribute("href") || "",
  });

  const list = read(document, here);
  const open = () => { if (list.links.length) keep(kindOf(list.links[0].path), list); };
  open();
  const from = kept(kindOf(location.pathname));
  const at = from ? from.links.findIndex((each) => each.path === location.pathname) : -1;

  /* To the article beside this one; behind the list's last one comes its next page. */
  const step = async (by) => {
    if (at < 0) return;
    const next = from.links[at + by];
    if (next) return void (location.href = next.path);
    if (by < 0 || !from.next) return say("end");
    const answer = await fetch(from.next, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok) return say("failed");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const more = read(page, from.next);
    if (!more.links.length) return say("end");
    keep(kindOf(location.pathname), more);
    location.href = more.links[0].path;
  };

  const focus = (item) => {
    link(item).focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
  };

  const move = (by) => {
    const all = items();
    if (!all.length) return step(by);
    const from = all.indexOf(current());
    const next = all[from < 0 ? (by > 0 ? 0 : all.length - 1) : from + by];
    if (next) return focus(next);
    if (by < 0 || !list.next) return say("end");
    keep("first", true);
    location.href = list.next;
  };

  const up = () => {
    if (at < 0) return follow("a[rel=up]");
    keep("left", from.links.slice(at).map((each) => each.path));
    location.href = from.url;
  };

  /* ---- marks ---- */

  /* Turns a form round: the next time it takes the mark away. */
  const turn = (form, on) => {
    const button = form.querySelector("button[name=on]");
    const kind = form.dataset.mark;
    const item = form.closest("[data-item]") || document.querySelector(".whole");
    if (!button.dataset.other) { /* has no way back */
      link(form.closest("[data-item]"))?.focus({ preventScroll: true });
      form.remove();
    } else if ((button.value === "1") === on) {
      button.value = on ? "0" : "1";
      [button.textContent, button.dataset.other] = [button.dataset.other, button.textContent];
    }
    item?.classList.toggle(kind === "star" ? "starred" : "unread", kind === "star" ? on : !on);
  };

  const post = async (action, fields) => {
    const answer = await fetch(action, {
      method: "POST", body: new URLSearchParams(fields), redirect: "manual", credentials: "same-origin",
    }).catch(() => null);
    return Boolean(answer) && (answer.type === "opaqueredirect" || answer.ok);
  };

  const send = async (form, quiet) => {
    const button = form.querySelector("button[name=on]");
    const on = button.value === "1", kind = form.dataset.mark, action = form.getAttribute("action");
    const back = Boolean(button.dataset.other);
    if (!(await post(action, { csrf: form.elements.csrf.value, on: button.value }))) return say("failed");
    turn(form, on);
    if (quiet) return;
    keep("undo", back ? { action, kind, on } : null);
    say(kind === "star" ? (on ? "star" : "unstar") : on ? "read" : "unread", back && "undo");
  };

  const undo = async () => {
    const last = kept("undo"), csrf = document.querySelector("input[name=csrf]");
    if (!last || !csrf) return;
    if (!(await post(last.action, { csrf: csrf.value, on: last.on ? "0" : "1" }))) return say("failed");
    keep("undo", null);
    const form = document.querySelector(`form[action="${CSS.escape(last.action)}"]`);
    if (form) turn(form, !last.on);
    say("undone");
  };

  const mark = (kind) => {
    const form = (current() || document.querySelector(".whole"))?.querySelector(`form[data-mark=${kind}]`);
    if (form) send(form);
  };

  /* What takes a whole list is asked for twice. */
  const sure = (form) => {
    if (form.dataset.asked) return true;
    const button = form.querySelector("button"), words = button.textContent;
    form.dataset.asked = "1";
    button.textContent = form.dataset.sure;
    setTimeout(() => { button.textContent = words; delete form.dataset.asked; }, 4000);
    say("sure");
    return false;
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sure && !sure(form)) event.preventDefault();
    if (!form.dataset.mark) return;
    event.preventDefault();
    send(form);
  });

  /* ---- keys ---- */

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    o: () => link(current())?.click(),
    s: () => mark("star"),
    m: () => mark("read"),
    A: () => document.querySelector("form[data-sure]")?.requestSubmit(),
    z: undo,
    v: () => {
      const original = (current() || document).querySelector("a[data-original]");
      if (original) window.open(original.href, "_blank", "noopener");
    },
    u: up,
    "/": () => document.querySelector("form[role=search] input[type=search]")?.focus(),
    "?": () => { location.href = base + "/help"; },
    g: () => { waiting = true; setTimeout(() => { waiting = false; }, 1500); },
  };
  Object.assign(keys, { n: keys.j, p: keys.k, f: keys.s });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "Escape" && typing) typing.blur();
    if (typing || event.ctrlKey || event.metaKey || event.altKey || html.dataset.keys === "off") return;
    /* The key's place, where its letter is of another script. */
    const key = /^[ -~]$/.test(event.key) ? event.key : event.code.replace(/^Key/, "").toLowerCase();
    if (waiting) {
      waiting = false;
      if (go[key]) location.href = base + go[key];
      return;
    }
    if (!keys[key]) return;
    event.preventDefault();
    keys[key]();
  });

  /* ---- when a page is there ---- */

  /* Who opens an article has read it. */
  const auto = document.querySelector("form[data-auto]");
  if (auto) send(auto, true);
  if (at >= 0) keep("seen", [...(kept("seen") || []), location.pathname].slice(-200));

  /* Links to what stands beside this one in its list, for whom has no keys. */
  const beside = (by, rel, words) => {
    const next = from.links[at + by];
    if (!next) return "";
    const a = document.createElement("a"), title = document.createElement("bdi");
    Object.assign(title, { textContent: next.title, lang: next.lang, dir: next.dir });
    Object.assign(a, { href: next.path, rel });
    a.append(toast.dataset[words] + ": ", title);
    return a;
  };
  if (at >= 0 && from.links.length > 1 && document.querySelector(".whole")) {
    const nav = document.createElement("nav");
    nav.className = "more";
    nav.setAttribute("aria-label", toast.dataset.beside);
    nav.append(beside(-1, "prev", "previous"), beside(1, "next", "next"));
    document.querySelector("main").append(nav);
  }

  /* Back in a list: where it was left, without what was read meanwhile. */
  addEventListener("pageshow", (event) => {
    const back = event.persisted || performance.getEntriesByType("navigation")[0]?.type === "back_forward";
    const first = kept("first"), seen = kept("seen") || [], left = back ? seen.slice(-1) : kept("left");
    keep("left", null);
    keep("first", null);
    if (back) open();
    for (const form of document.querySelectorAll(".unread form[data-mark=read]")) {
      const a = link(form.closest("[data-item]"));
      if (back && a && seen.includes(pathOf(a))) turn(form, true);
    }
    const all = items();
    const item = first ? all[0] : left?.map((path) => all.find((each) => pathOf(link(each)) === path)).find(Boolean);
    if (item) focus(item);
  });

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

  /* A picture that does not come leaves its words, or no gap where it has none. */
  const goneBy = (img) => {
    if (!img.alt) (img.closest("figure:not(:has(figcaption))") ?? img).hidden = true;
  };
  for (const img of document.querySelectorAll(".prose img")) {
    if (img.complete && !img.naturalWidth) goneBy(img);
    else img.addEventListener("error", () => goneBy(img));
  }

  /* Moments in the reader's own time. */
  for (const time of document.querySelectorAll("time[datetime*=T]")) {
    const moment = new Date(time.dateTime);
    if (isNaN(moment)) continue;
    const words = moment.toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
    if (time.hasAttribute("data-ago")) time.title = words;
    else time.textContent = words;
  }
})();
