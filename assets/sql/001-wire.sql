-- The wire's file, version 1.  The whole of what kabar keeps is here; docs/file.md tells
-- it to people who want to ask it questions of their own.
--
-- Times are seconds since 1970 in UTC; n is a row's number inside this file and never
-- leaves it; id is what people and programs are told.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value
) WITHOUT ROWID;

-- Who prints: a registered domain, or a name in small letters where no domain is known.
CREATE TABLE outlet (
    n INTEGER PRIMARY KEY,
    domain TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL DEFAULT ''
);

CREATE TABLE feed (
    n INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,               -- where it is asked for
    title TEXT NOT NULL DEFAULT '',         -- its own
    name TEXT NOT NULL DEFAULT '',          -- the person's name for it
    folder TEXT NOT NULL DEFAULT '',        -- "News/Asia"
    home_url TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    format TEXT NOT NULL DEFAULT '',        -- "rss-2.0", "sitemap", "site" …
    full_text TEXT NOT NULL DEFAULT 'auto', -- 'always', 'never'; auto: where entries have none
    settings TEXT NOT NULL DEFAULT '{}',    -- JSON: what to send, what to keep
    added INTEGER NOT NULL,
    paused INTEGER NOT NULL DEFAULT 0,
    next INTEGER NOT NULL DEFAULT 0,        -- when it is due
    last_success INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,    -- in a row
    says TEXT NOT NULL DEFAULT '',          -- how the last round went, for people
    state TEXT NOT NULL DEFAULT '{}'        -- JSON: what the plan of fetching remembers
);
CREATE INDEX feed_next ON feed (next) WHERE NOT paused;

-- A story's number is its founding article's, and its id is that article's id.
CREATE TABLE story (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    into_story INTEGER REFERENCES story,    -- joined with an older one: this id is an alias
    articles INTEGER NOT NULL,
    reports INTEGER NOT NULL,               -- texts that are not copies of another
    outlets INTEGER NOT NULL,
    languages TEXT NOT NULL,                -- " de en id "
    first INTEGER NOT NULL,                 -- its articles' times
    last INTEGER NOT NULL,
    heat REAL NOT NULL                      -- last, and half a day for each doubling of outlets
);
CREATE INDEX story_heat ON story (heat) WHERE into_story IS NULL;
CREATE INDEX story_last ON story (last) WHERE into_story IS NULL;
CREATE INDEX story_into ON story (into_story) WHERE into_story IS NOT NULL;

CREATE TABLE article (
    n INTEGER PRIMARY KEY AUTOINCREMENT,    -- never used twice
    id TEXT NOT NULL UNIQUE,
    story INTEGER NOT NULL,
    report INTEGER NOT NULL,                -- the article whose text this one is, often itself
    outlet INTEGER REFERENCES outlet,
    feed INTEGER REFERENCES feed,
    language TEXT NOT NULL DEFAULT '',
    time INTEGER NOT NULL,                  -- published, where that can be believed; else seen
    published INTEGER,                      -- as the article says
    seen INTEGER NOT NULL,                  -- when it came here
    changed INTEGER,                        -- when its last version came
    versions INTEGER NOT NULL DEFAULT 1,
    url TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL DEFAULT '',
    author TEXT NOT NULL DEFAULT '',
    roles TEXT NOT NULL DEFAULT '',         -- " translation compilation "
    agencies TEXT NOT NULL DEFAULT '',      -- names of its sources, each between U+001F
    text_hash INTEGER NOT NULL,             -- of title and text without what is cosmetic
    joined REAL NOT NULL DEFAULT 0,         -- how near it was when it joined: 1 is just enough
    fixed INTEGER NOT NULL DEFAULT 0,       -- a person put it where it stands
    is_read INTEGER NOT NULL DEFAULT 0,
    starred INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX article_story ON article (story, outlet);
CREATE INDEX article_time ON article (time);
CREATE INDEX article_outlet ON article (outlet, time);
CREATE INDEX article_feed ON article (feed, time);
CREATE INDEX article_starred ON article (starred) WHERE starred;

-- The record as JSON, packed with zstd; away where retention kept the rest.
CREATE TABLE body (
    article INTEGER PRIMARY KEY REFERENCES article ON DELETE CASCADE,
    record BLOB NOT NULL
);

-- A record that a newer one replaced, packed with the newer one as its dictionary.
CREATE TABLE version (
    article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    number INTEGER NOT NULL,                -- 1 is the first
    seen INTEGER NOT NULL,
    patch BLOB NOT NULL,
    PRIMARY KEY (article, number)
) WITHOUT ROWID;

-- Hashes of an article's addresses, so that who names one finds it.
CREATE TABLE address (
    hash INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    PRIMARY KEY (hash, article)
) WITHOUT ROWID;
CREATE INDEX address_article ON address (article);

-- Fingerprints of the days that stories look back to.
CREATE TABLE print (
    article INTEGER PRIMARY KEY REFERENCES article ON DELETE CASCADE,
    time INTEGER NOT NULL,
    data BLOB NOT NULL
);
CREATE INDEX print_time ON print (time);

-- Entries of feeds that were looked at, so that they are looked at once.
CREATE TABLE entry (
    feed INTEGER NOT NULL REFERENCES feed ON DELETE CASCADE,
    id INTEGER NOT NULL,                    -- hash of what the feed calls it
    content INTEGER NOT NULL,               -- hash of what it says
    last INTEGER NOT NULL,                  -- when the feed last had it
    PRIMARY KEY (feed, id)
) WITHOUT ROWID;

CREATE TABLE tag (
    article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    name TEXT NOT NULL,
    PRIMARY KEY (article, name)
) WITHOUT ROWID;
CREATE INDEX tag_name ON tag (name, article);

CREATE TABLE rule (
    n INTEGER PRIMARY KEY,
    position INTEGER NOT NULL,
    scope TEXT NOT NULL,                    -- 'all', 'folder', 'feed'
    value TEXT NOT NULL DEFAULT '',         -- the folder, or the feed's address
    text TEXT NOT NULL
);

CREATE TABLE saved (
    name TEXT PRIMARY KEY,
    query TEXT NOT NULL,
    added INTEGER NOT NULL
) WITHOUT ROWID;

-- What a person corrected, in order; it holds for ever.
CREATE TABLE correction (
    n INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,                     -- 'join', 'split', 'move'
    article TEXT NOT NULL,                  -- ids
    story TEXT NOT NULL
);

-- A text begins with its language, which the tokenizer stems by.
CREATE VIEW search_text (n, title, author, text) AS
    SELECT a.n, kb_tagged(a.language, a.title), a.author,
           kb_tagged(a.language, kb_body_text(b.record))
    FROM article a JOIN body b ON b.article = a.n;

CREATE VIRTUAL TABLE search USING fts5 (
    title, author, text,
    content = 'search_text', content_rowid = 'n', tokenize = 'kabar'
);
