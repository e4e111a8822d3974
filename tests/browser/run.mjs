// Pages in Chromium, over the example wire: read by keyboard, on a phone's screen, without
// JavaScript, dark, from right to left; looked over by axe; and pages of hostile feeds.
//
//     node tests/browser/run.mjs build/release/kabar [WORD…]
//
// With words, only the groups with one of them in the name run.  Pictures of the pages go
// to build/screenshots.  Without playwright-core, axe-core (tools/setup --dev puts both
// under .deps/browser) or Chromium it says that it skips.
import { spawn, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const require = createRequire(join(root, ".deps/browser/"));
const [kabar, ...words] = process.argv.slice(2);
const pictures = join(root, "build/screenshots");
let passed = 0;
const failures = [];

function check(ok, what, ...shown) {
  if (ok) return void passed++;
  failures.push(what);
  console.log("FAIL " + what);
  for (const each of shown) console.log("    " + String(JSON.stringify(each)).slice(0, 1500));
}

let chromium, axe;
const program = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
try {
  ({ chromium } = require("playwright-core"));
  axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
} catch { /* said below */ }
if (!chromium || !program) {
  console.log("skipped: Chromium, playwright-core or axe-core is missing");
  console.log("0 passed, 0 failed");
  process.exit(0);
}

// ---- a wire and its server -------------------------------------------------------------

const folder = mkdtempSync(join(tmpdir(), "kabar-browser-"));
const run = (input, ...call) => execFileSync(kabar, call, { input, maxBuffer: 1 << 28 });

// The example wire's pages, in the order in which they were published.
function fill(db) {
  const from = join(root, "examples/wire");
  const pages = [];
  for (const name of readdirSync(from).filter((name) => name.endsWith(".want"))) {
    const facts = readFileSync(join(from, name), "utf8");
    const fact = (key) => facts.match(new RegExp(`^${key} = (\\S+)`, "m"))?.[1];
    const page = [".html", ".txt"].map((end) => join(from, name.replace(/\.want$/, end))).find(existsSync);
    if (page && name.includes("-") && !/^page = listing/m.test(facts))
      pages.push({ page, url: fact("url"), at: fact("published") ?? "9999" });
  }
  pages.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const lines = pages.map(({ page, url }) =>
    run("", "read", "--format", "json", ...(url ? ["--url", url] : []), page));
  run(Buffer.concat(lines), "import", "--quiet", "--db", db, "-");
}

async function serve(db) {
  const child = spawn(kabar, ["serve", "--db", db, "--listen", "127.0.0.1:0"], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  const address = await new Promise((found, failed) => {
    child.stderr.on("data", (data) => {
      said += data;
      const at = said.match(/ at (http:\S+?)\/?\n/);
      if (at) found(at[1]);
    });
    child.on("exit", () => failed(new Error("the server ended: " + said)));
  });
  return { address, end: () => new Promise((done) => { child.once("exit", done); child.kill("SIGTERM"); }) };
}

async function logIn(browser, address, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const elsewhere = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith("data:")) elsewhere.push(request.url());
  });
  await page.goto(address + "/login");
  await page.fill("input[name=name]", "owner");
  await page.fill("input[name=password]", "correct horse");
  await page.click("main button");
  return { context, page, elsewhere };
}

async function lookOver(page, what) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  check(found.violations.length === 0, what + ": axe has nothing to say",
    found.violations.map((v) => [v.id, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200))]));
}

const picture = (page, name) => page.screenshot({ path: join(pictures, name + ".png"), fullPage: false });

// ---- groups ----------------------------------------------------------------------------

async function reading({ browser, address }) {
  const { context, page, elsewhere } = await logIn(browser, address, { viewport: { width: 1100, height: 900 } });
  await page.goto(address + "/");
  check((await page.locator("article").count()) >= 8, "the front page has its stories");
  await picture(page, "front");
  const beside = await page.locator(".under").evaluateAll((all) => all.every((under) => {
    const [facts, button] = [...under.querySelectorAll(":scope > .meta, :scope > form")].map((part) => part.getBoundingClientRect());
    return !button || (button.top < facts.bottom && button.right > facts.right);
  }));
  check(beside, "each story's button stands beside its facts, also the widest's");
  await lookOver(page, "front page");
  await page.click("main a[href*='/story/']");
  check((await page.locator("svg").count()) > 0, "a story's chain is drawn");
  await lookOver(page, "story");
  await page.goto(address + "/");
  await page.locator("a", { hasText: "Four dead" }).first().click();
  await picture(page, "story");
  await page.locator("svg").first().scrollIntoViewIfNeeded();
  await page.locator("figure, .chain").first().screenshot({ path: join(pictures, "chain.png") });
  check((await page.locator("main a[href*='/article/']").count()) >= 10, "the story names its articles");
  await lookOver(page, "the ferry's story");
  await page.locator("main a[href*='/article/']").first().click();
  await picture(page, "article");
  await lookOver(page, "article");
  for (const path of ["/unread", "/articles", "/starred", "/tags", "/outlets", "/feeds", "/rules", "/settings", "/search?q=ferry", "/help", "/nothing"]) {
    await page.goto(address + path);
    await lookOver(page, path);
  }
  await page.goto(address + "/search?q=ferry");
  check((await page.locator("article").count()) > 3, "a search finds articles");
  await picture(page, "search");
  await page.locator("article h2 a", { hasText: "Nine killed" }).click();
  await page.waitForURL(/\/article\//);
  const gaps = page.locator(".prose img[alt='']");
  check((await gaps.count()) > 0, "a picture without words is there");
  await gaps.first().waitFor({ state: "hidden", timeout: 20000 }).catch(() => {});
  check((await gaps.evaluateAll((all) => all.every((img) => img.closest("[hidden]")))), "where it does not come it leaves no gap");
  check(elsewhere.length === 0, "nobody else is asked for anything", elsewhere);
  await context.close();
}

async function keyboard({ browser, address }) {
  const { context, page } = await logIn(browser, address);
  await page.goto(address + "/unread");
  const title = () => page.evaluate(() => document.activeElement.closest("[data-item]")?.querySelector("a")?.textContent);
  await page.keyboard.press("j");
  const first = await title();
  await page.keyboard.press("j");
  const second = await title();
  check(first && second && first !== second, "j goes to the next item", first, second);
  await page.keyboard.press("k");
  check((await title()) === first, "k goes back");
  const starred = page.waitForResponse((answer) => answer.url().includes("/star"));
  await page.keyboard.press("s");
  check((await starred).status() < 400, "s stars");
  await page.keyboard.press("o");
  await page.waitForURL(/\/article\//);
  check((await page.locator("h1").textContent()).includes(first.trim().slice(0, 20)), "o opens");
  const opened = new URL(page.url()).pathname;
  await page.keyboard.press("j");
  await page.waitForURL((url) => !url.pathname.endsWith(opened));
  check((await page.locator("h1").textContent()).includes(second.trim().slice(0, 20)), "j in an article goes to the list's next one");
  check((await page.locator("nav.more a[rel=prev]").textContent()).includes(first.trim()), "and shows what is beside it");
  const marked = page.waitForResponse((answer) => answer.url().endsWith("/read") && answer.request().postData().includes("on=0"));
  await page.keyboard.press("m");
  await marked;
  check((await page.locator(".whole.unread").count()) === 1, "m marks it as unread");
  await page.keyboard.press("z");
  await page.locator(".whole:not(.unread)").waitFor();
  await page.keyboard.press("u");
  await page.waitForURL(/\/unread/);
  const third = await title();
  check(third && third !== first && third !== second, "u goes back to where the list was left", third);
  await page.goBack();
  await page.goBack();
  await page.goBack();
  await page.waitForURL(/\/unread/);
  check((await page.locator(".item.unread", { hasText: first.trim() }).count()) === 0, "what was read meanwhile is told so");
  const all = await page.locator(".item.unread").count();
  await page.keyboard.press("A");
  check((await page.locator(".item.unread").count()) === all, "the whole list is asked for twice");
  await page.keyboard.press("?");
  await page.waitForURL(/\/help/);
  await page.goto(address + "/starred");
  check((await page.locator("article", { hasText: first.trim().slice(0, 20) }).count()) === 1, "what was starred is there");
  await page.keyboard.press("/");
  check(await page.evaluate(() => document.activeElement.name === "q"), "/ goes to the search");
  await context.close();
}

async function phone({ browser, address }) {
  const { context, page } = await logIn(browser, address, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
  for (const [path, name] of [["/", "front"], ["/feeds", "feeds"], ["/settings", "settings"], ["/search?q=ferry", "search"]]) {
    await page.goto(address + path);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    check(wide <= 0, path + " fits a phone", wide);
    await picture(page, "phone-" + name);
  }
  await context.close();
}

async function dark({ browser, address }) {
  const { context, page } = await logIn(browser, address, { colorScheme: "dark" });
  await page.goto(address + "/");
  const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number));
  check(paper.slice(0, 3).every((part) => part < 60), "dark where the system is", paper);
  await picture(page, "dark-front");
  await lookOver(page, "front page, dark");
  await context.close();
}

async function plain({ browser, address }) {
  const { context, page } = await logIn(browser, address, { javaScriptEnabled: false });
  await page.goto(address + "/unread");
  await page.locator("main a[href*='/article/']").first().click();
  const title = await page.locator("h1").textContent();
  await page.locator("form[action$='/star'] button").click();
  await page.goto(address + "/starred");
  check((await page.content()).includes(title.trim().slice(0, 20)), "starred without JavaScript", title);
  await page.fill("input[name=q]", "ferry");
  await page.locator("form[role=search] input").first().press("Enter");
  check(page.url().includes("/search?q=ferry"), "searched without JavaScript", page.url());
  await context.close();
}

async function rightToLeft({ browser, address }) {
  const { context, page } = await logIn(browser, address, { locale: "ar" });
  await page.goto(address + "/");
  check((await page.getAttribute("html", "dir")) === "rtl", "from right to left in Arabic");
  await picture(page, "arabic-front");
  await lookOver(page, "front page in Arabic");
  await page.goto(address + "/settings");
  await lookOver(page, "settings in Arabic");
  for (const locale of ["de", "id", "zh"]) {
    const other = await logIn(browser, address, { locale });
    await other.page.goto(address + "/");
    check((await other.page.getAttribute("html", "lang")) === locale, "in " + locale);
    await other.context.close();
  }
  await context.close();
}

// Feeds that try to run something: each item tells where it stands in its title.
const attacks = [
  "<script>attacked()</script>", "<img src=x onerror=attacked()>", "<svg onload=attacked()>",
  "<a href='javascript:attacked()'>press</a>", "<iframe srcdoc='<script>parent.attacked()</script>'></iframe>",
  "<form action='javascript:attacked()'><button>press</button></form>", "<style>@import 'http://evil.test/x.css';</style>",
  "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=attacked()&gt;'>",
  "<noscript><p title='</noscript><img src=x onerror=attacked()>'>", "<base href='http://evil.test/'><link rel=stylesheet href=x.css>",
  "<meta http-equiv=refresh content='0;url=http://evil.test/'>", "<object data='data:text/html,<script>attacked()</script>'></object>",
  "<a href='data:text/html,<script>attacked()</script>'>press</a>", "<p style='background:url(http://evil.test/p.png)'>styled</p>",
  "<details open ontoggle=attacked()><summary>s</summary></details>", "<input autofocus onfocus=attacked()>",
  "{{t nav.rules}}{{html body}}", "\"><script>attacked()</script>", "'-attacked()-'", "</title><script>attacked()</script>",
];
const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

async function hostile({ browser, address, db }) {
  const items = attacks.map((attack, i) =>
    `<item><title>${escaped(attack)}</title><link>http://evil.test/${i}</link><guid>attack-${i}</guid><author>${escaped(attack)}</author>` +
    `<category>${escaped(attack)}</category><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>` +
    `<description>${escaped(attack + "<p>A long enough paragraph about number " + i + " so that it is an article of its own.</p>" + attack)}</description></item>`);
  const file = join(folder, "hostile.rss");
  writeFileSync(file, `<rss version="2.0"><channel><title>${escaped(attacks[0])}</title><link>http://evil.test/</link>${items.join("")}</channel></rss>`);
  run("", "import", "--quiet", "--db", db, file);
  const { context, page, elsewhere } = await logIn(browser, address);
  let attacked = 0;
  await page.exposeFunction("attacked", () => void attacked++);
  page.on("dialog", (dialog) => { attacked++; dialog.dismiss(); });
  await page.goto(address + "/search?q=paragraph&order=newest");
  const links = await page.locator("article h2 a").evaluateAll((found) => found.map((a) => a.href));
  check(links.length >= attacks.length - 2, "the hostile articles are there", links.length);
  for (const link of links) {
    await page.goto(link);
    for (const odd of await page.locator("main a[href^='javascript' i], main a[href^='data' i], [onerror], [onload], main script:not([type='application/ld+json']), iframe, main form[action^='javascript' i]").all())
      check(false, "something that could run is in " + link, await odd.evaluate((e) => e.outerHTML));
    check(page.url() === link, "the page stays where it is", page.url());
  }
  for (const path of ["/", "/unread", "/outlets", "/tags"]) await page.goto(address + path);
  check(attacked === 0, "nothing of a hostile feed runs", attacked);
  check(elsewhere.length === 0, "a hostile feed sends for nothing", elsewhere);
  await context.close();
}

// ---- all -------------------------------------------------------------------------------

mkdirSync(pictures, { recursive: true });
// What comes while the front page is open is told on it; another process's within 20 s.
async function news({ browser, address, db }) {
  const { context, page, elsewhere } = await logIn(browser, address);
  await page.goto(address + "/");
  const told = page.locator("[data-new]");
  check(!(await told.isVisible()), "nothing new yet: nothing is said");
  const words = "The tern colony on Holm skerry has moved to the lamp house roof. ".repeat(9);
  run(`<html lang=en><head><title>Terns</title><link rel=canonical href="https://terns.example.org/a"></head>
    <body><article><h1>Terns leave the skerry for a roof</h1><p>${words}</p></article></body></html>`,
    "import", "--quiet", "--db", db, "-");
  await told.waitFor({ state: "visible", timeout: 40000 });
  check(/1$/.test((await told.textContent()).trim()), "how many came is said", await told.textContent());
  await told.click();
  await page.locator("article", { hasText: "Terns leave the skerry" }).first().waitFor({ timeout: 5000 });
  check(!(await told.isVisible()), "they are there, and no longer new");
  check(elsewhere.length === 0, "nobody else is asked for anything", elsewhere);
  await context.close();
}

const db = join(folder, "wire.db");
let browser, server;
try {
  fill(db);
  run("correct horse\n", "user", "password", "owner", "--db", db);
  server = await serve(db);
  browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-gpu"] });
  for (const group of [reading, keyboard, phone, dark, plain, rightToLeft, hostile, news]) {
    if (words.length && !words.some((word) => group.name.includes(word))) continue;
    try {
      await group({ browser, address: server.address, db });
    } catch (error) {
      check(false, group.name + " goes through", error.message);
    }
  }
} finally {
  await browser?.close();
  await server?.end();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);
