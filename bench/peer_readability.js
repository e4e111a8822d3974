// @mozilla/readability on pages in memory, on jsdom and on linkedom: prints name, pages a
// second and failures, tab-separated.  Building the DOM is a part of reading a page, so it
// is in the time.
"use strict";
const fs = require("fs");
const path = require("path");
const zlib = require("zlib");
const { Readability } = require("@mozilla/readability");
const version = JSON.parse(fs.readFileSync(
    path.join(path.dirname(require.resolve("@mozilla/readability")), "package.json"))).version;

function* walk(name) {
    if (fs.statSync(name).isDirectory()) {
        for (const entry of fs.readdirSync(name).sort()) yield* walk(path.join(name, entry));
    } else if (/\.x?html?(\.gz)?$/.test(name)) {
        yield name;
    }
}

function load(name) {
    const bytes = fs.readFileSync(name);
    return (name.endsWith(".gz") ? zlib.gunzipSync(bytes) : bytes).toString("utf8");
}

const doms = {
    jsdom() {
        const { JSDOM, VirtualConsole } = require("jsdom");
        const quiet = new VirtualConsole(); // its complaints about style sheets
        return (html) => {
            const dom = new JSDOM(html, { url: "https://wire.example/", virtualConsole: quiet });
            const article = new Readability(dom.window.document).parse();
            dom.window.close();
            return article;
        };
    },
    linkedom() {
        const { parseHTML } = require("linkedom");
        return (html) => new Readability(parseHTML(html).document).parse();
    },
};

const pages = process.argv.slice(2).flatMap((name) => [...walk(name)]).map(load);
for (const [name, make] of pages.length ? Object.entries(doms) : []) {
    let read, failures = 0;
    try {
        read = make();
        read(pages[0]);
    } catch (error) {
        console.error(`${name}: ${error.message}`);
        if (!read) continue;
    }
    const start = process.cpuUsage();
    for (const page of pages) {
        try {
            read(page);
        } catch {
            failures++;
        }
    }
    const used = process.cpuUsage(start);
    const rate = pages.length / ((used.user + used.system) / 1e6);
    console.log([`Readability ${version} on ${name}`, rate.toFixed(2), failures].join("\t"));
}
