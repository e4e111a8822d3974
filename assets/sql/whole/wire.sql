-- What the steps make of an empty file, for new ones.  Written by tests/store/make,
-- not by hand.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value
) WITHOUT ROWID;
CREATE TABLE outlet (
    n INTEGER PRIMARY KEY,
    domain TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL DEFAULT ''
);
CREATE TABLE feed (
    n INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,               -- where it is asked for
    title TEXT NOT NULL DEFAULT '',         -- its own
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
, articles INTEGER NOT NULL DEFAULT 0);
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
    fixed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE body (
    article INTEGER PRIMARY KEY REFERENCES article ON DELETE CASCADE,
    record BLOB NOT NULL
);
CREATE TABLE version (
    article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    number INTEGER NOT NULL,                -- 1 is the first
    seen INTEGER NOT NULL,
    patch BLOB NOT NULL,
    PRIMARY KEY (article, number)
) WITHOUT ROWID;
CREATE TABLE address (
    hash INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    PRIMARY KEY (hash, article)
) WITHOUT ROWID;
CREATE TABLE print (
    article INTEGER PRIMARY KEY REFERENCES article ON DELETE CASCADE,
    time INTEGER NOT NULL,
    data BLOB NOT NULL
);
CREATE TABLE entry (
    feed INTEGER NOT NULL REFERENCES feed ON DELETE CASCADE,
    id INTEGER NOT NULL,                    -- hash of what the feed calls it
    content INTEGER NOT NULL,               -- hash of what it says
    last INTEGER NOT NULL,                  -- when the feed last had it
    PRIMARY KEY (feed, id)
) WITHOUT ROWID;
CREATE TABLE correction (
    n INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,                     -- 'join', 'split', 'move'
    article TEXT NOT NULL,                  -- ids
    story TEXT NOT NULL
);
CREATE TABLE user (
    n INTEGER PRIMARY KEY AUTOINCREMENT,    -- never used twice
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    role TEXT NOT NULL,                     -- 'owner', 'reader'
    password TEXT NOT NULL DEFAULT '',      -- Argon2id, as libsodium prints it; '': none
    settings TEXT NOT NULL DEFAULT '{}',    -- JSON: what they set in the browser
    added INTEGER NOT NULL DEFAULT 0,       -- 0: with the file
    seen INTEGER NOT NULL DEFAULT 0
);
INSERT INTO user VALUES (1, 'owner', 'owner', '', '{}', 0, 0);
CREATE TABLE pass (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    kind TEXT NOT NULL,                     -- 'session', 'app', 'token'
    name TEXT NOT NULL DEFAULT '',          -- "Phone"
    scopes TEXT NOT NULL DEFAULT '',        -- "read mark"
    hash BLOB NOT NULL UNIQUE,              -- SHA-256
    fever TEXT UNIQUE,                      -- MD5 of "name:password", as Fever wants it
    added INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0,        -- to the minute
    expires INTEGER NOT NULL DEFAULT 0,     -- 0: never
    agent TEXT NOT NULL DEFAULT '',         -- the program, as it calls itself
    client TEXT NOT NULL DEFAULT ''         -- its address
);
CREATE TABLE subscription (
    user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    feed INTEGER NOT NULL REFERENCES feed ON DELETE CASCADE,
    name TEXT NOT NULL DEFAULT '',
    folder TEXT NOT NULL DEFAULT '',        -- "News/Asia"
    added INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user, feed)
) WITHOUT ROWID;
CREATE TABLE carried (
    feed INTEGER NOT NULL REFERENCES feed ON DELETE CASCADE,
    article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    time INTEGER NOT NULL,                  -- the article's
    PRIMARY KEY (feed, article)
) WITHOUT ROWID;
CREATE TABLE unread (
    shelf INTEGER NOT NULL,
    article INTEGER NOT NULL,
    feed INTEGER NOT NULL,                  -- by which it came to them; 0: by none
    time INTEGER NOT NULL,                  -- the article's
    PRIMARY KEY (shelf, article)
) WITHOUT ROWID;
CREATE TABLE star (
    article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    at INTEGER NOT NULL DEFAULT 0,          -- when; 0: before this was written down
    PRIMARY KEY (article, user)
) WITHOUT ROWID;
CREATE TABLE tag (
    article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    name TEXT NOT NULL,
    PRIMARY KEY (article, user, name)
) WITHOUT ROWID;
CREATE TABLE rule (
    n INTEGER PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    position INTEGER NOT NULL,
    scope TEXT NOT NULL,                    -- 'all', 'folder', 'feed'
    value TEXT NOT NULL DEFAULT '',         -- the folder, or the feed's address
    text TEXT NOT NULL
);
CREATE TABLE saved (
    user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    added INTEGER NOT NULL,
    PRIMARY KEY (user, name)
) WITHOUT ROWID;
CREATE TABLE hook (
    n INTEGER PRIMARY KEY AUTOINCREMENT,    -- never used twice
    user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    query TEXT NOT NULL DEFAULT '',         -- as it is searched for; '': all that comes to them
    secret TEXT NOT NULL,                   -- "whsec_…": signing needs it as it is
    added INTEGER NOT NULL,
    mark INTEGER NOT NULL,                  -- articles up to this number are told
    up_to INTEGER NOT NULL DEFAULT 0,       -- … and with the delivery under way up to this; 0: none is
    missed INTEGER NOT NULL DEFAULT 0,      -- articles that were passed over and not told of yet
    edits INTEGER NOT NULL DEFAULT 0,       -- how often a person changed or tried it
    test INTEGER NOT NULL DEFAULT 0,        -- when a trial was asked for; 0: none is to be made
    state TEXT NOT NULL DEFAULT 'on',       -- 'on'; 'resting' after long failing; 'gone' after a 410
    next INTEGER NOT NULL DEFAULT 0,        -- not before this time
    failures INTEGER NOT NULL DEFAULT 0,    -- in a row
    failing INTEGER NOT NULL DEFAULT 0,     -- since when; 0: it does not
    told INTEGER NOT NULL DEFAULT 0,        -- when it last took something
    tried INTEGER NOT NULL DEFAULT 0,       -- when it was last asked
    status INTEGER NOT NULL DEFAULT 0,      -- HTTP's, of the last answer; 0: none came
    says TEXT NOT NULL DEFAULT ''           -- the same for people
);
CREATE TABLE hub (
    n INTEGER PRIMARY KEY AUTOINCREMENT,    -- never used twice
    feed INTEGER UNIQUE,                    -- NULL: nobody wants it any more, the hub is to be told
    hub TEXT NOT NULL,                      -- its address
    topic TEXT NOT NULL,                    -- what the feed is called there: an address
    callback TEXT NOT NULL,                 -- where the hub finds us; ends with the token
    token TEXT NOT NULL UNIQUE,             -- random: who knows it may speak as the hub
    secret TEXT NOT NULL,                   -- by which what the hub brings is signed
    denied INTEGER NOT NULL DEFAULT 0,      -- the hub has said no
    lease_until INTEGER NOT NULL DEFAULT 0, -- 0: not confirmed
    next INTEGER NOT NULL DEFAULT 0,        -- when to speak to the hub again
    tries INTEGER NOT NULL DEFAULT 0,       -- since it was last confirmed
    pushed INTEGER NOT NULL DEFAULT 0,      -- when it last brought news that were taken
    says TEXT NOT NULL DEFAULT '',          -- how the last request went, for people
    left_url TEXT NOT NULL DEFAULT '',      -- of the feed that it was of
    left_settings TEXT NOT NULL DEFAULT ''  -- … how its host was to be asked
);
CREATE TABLE push (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    feed INTEGER NOT NULL,
    came INTEGER NOT NULL,
    topic TEXT NOT NULL,
    type TEXT NOT NULL,                     -- its Content-Type
    body BLOB NOT NULL
);
CREATE TABLE icon (
    n INTEGER PRIMARY KEY AUTOINCREMENT,    -- never used twice: apps keep it
    name TEXT NOT NULL UNIQUE,              -- random: its address needs no login
    hash INTEGER NOT NULL,                  -- of its bytes
    type TEXT NOT NULL,                     -- as its first bytes tell: "image/png"
    bytes BLOB NOT NULL
);
CREATE TABLE feed_icon (
    feed INTEGER PRIMARY KEY REFERENCES feed ON DELETE CASCADE,
    icon INTEGER REFERENCES icon,           -- NULL: none was found yet
    url TEXT NOT NULL,                      -- as the feed names it; '': it names none
    next INTEGER NOT NULL                   -- when to look for it again
);
CREATE TABLE total (
    what TEXT PRIMARY KEY,                  -- 'articles'; 'stories', without joined ones
    count INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO total VALUES ('articles', 0);
INSERT INTO total VALUES ('stories', 0);
CREATE TABLE cited (
    hash INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    PRIMARY KEY (hash, article)
) WITHOUT ROWID;
CREATE TABLE shelf (
    n INTEGER PRIMARY KEY AUTOINCREMENT,    -- never used twice
    user INTEGER UNIQUE REFERENCES user ON DELETE SET NULL -- NULL: to be cleared
);
INSERT INTO shelf VALUES (1, 1);
CREATE TABLE unread_count (
    shelf INTEGER NOT NULL REFERENCES shelf ON DELETE CASCADE,
    feed INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (shelf, feed)
) WITHOUT ROWID;
CREATE TABLE marked (
    user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    article INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (user, article)
) WITHOUT ROWID;
CREATE TABLE unread_story (
    shelf INTEGER NOT NULL,
    story INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (shelf, story)
) WITHOUT ROWID;
CREATE INDEX feed_next ON feed (next) WHERE NOT paused;
CREATE INDEX story_heat ON story (heat) WHERE into_story IS NULL;
CREATE INDEX story_last ON story (last) WHERE into_story IS NULL;
CREATE INDEX story_into ON story (into_story) WHERE into_story IS NOT NULL;
CREATE INDEX article_story ON article (story, outlet);
CREATE INDEX article_time ON article (time);
CREATE INDEX article_outlet ON article (outlet, time);
CREATE INDEX article_feed ON article (feed, time);
CREATE INDEX address_article ON address (article);
CREATE INDEX print_time ON print (time);
CREATE VIEW search_text (n, title, author, text) AS
    SELECT a.n, kb_tagged(a.language, a.title), a.author,
           kb_tagged(a.language, kb_body_text(b.record))
    FROM article a JOIN body b ON b.article = a.n;
CREATE VIRTUAL TABLE search USING fts5 (
    title, author, text,
    content = 'search_text', content_rowid = 'n', tokenize = 'kabar'
);
CREATE INDEX pass_user ON pass (user, kind);
CREATE INDEX subscription_feed ON subscription (feed);
CREATE INDEX carried_time ON carried (feed, time, article);
CREATE INDEX carried_article ON carried (article);
CREATE INDEX unread_time ON unread (shelf, time, article);
CREATE INDEX unread_feed_time ON unread (shelf, feed, time, article);
CREATE INDEX unread_feed ON unread (shelf, feed, article);
CREATE INDEX star_user ON star (user, article);
CREATE INDEX article_feed_number ON article (feed);
CREATE INDEX tag_name ON tag (user, name, article);
CREATE INDEX rule_user ON rule (user);
CREATE TRIGGER article_comes AFTER INSERT ON article WHEN new.feed IS NOT NULL BEGIN
    UPDATE feed SET articles = articles + 1 WHERE n = new.feed;
END;
CREATE TRIGGER article_moves AFTER UPDATE OF feed ON article BEGIN
    UPDATE feed SET articles = articles - 1 WHERE n = old.feed;
    UPDATE feed SET articles = articles + 1 WHERE n = new.feed;
END;
CREATE INDEX hook_user ON hook (user);
CREATE INDEX hub_next ON hub (next);
CREATE INDEX push_feed ON push (feed);
CREATE TRIGGER push_comes AFTER INSERT ON push BEGIN
    UPDATE hub SET pushed = new.came WHERE feed = new.feed;
END;
CREATE TRIGGER hub_left AFTER UPDATE OF feed ON hub WHEN new.feed IS NULL BEGIN
    UPDATE hub SET next = 0, tries = 0, left_url = (SELECT url FROM feed WHERE n =
        old.feed), left_settings = (SELECT settings FROM feed WHERE n = old.feed)
        WHERE n = old.n;
END;
CREATE TRIGGER feed_goes BEFORE DELETE ON feed BEGIN
    UPDATE hub SET feed = NULL WHERE feed = old.n;
    DELETE FROM push WHERE feed = old.n;
END;
CREATE INDEX icon_hash ON icon (hash);
CREATE INDEX feed_icon_next ON feed_icon (next);
CREATE INDEX feed_icon_icon ON feed_icon (icon);
CREATE TRIGGER icon_left AFTER UPDATE OF icon ON feed_icon
    WHEN old.icon IS NOT NULL AND old.icon IS NOT new.icon BEGIN
    DELETE FROM icon WHERE n = old.icon AND NOT EXISTS (SELECT 1 FROM feed_icon WHERE icon
        = old.icon);
END;
CREATE TRIGGER icon_goes AFTER DELETE ON feed_icon WHEN old.icon IS NOT NULL BEGIN
    DELETE FROM icon WHERE n = old.icon AND NOT EXISTS (SELECT 1 FROM feed_icon WHERE icon
        = old.icon);
END;
CREATE TRIGGER total_article_comes AFTER INSERT ON article BEGIN
    UPDATE total SET count = count + 1 WHERE what = 'articles';
END;
CREATE TRIGGER total_article_goes AFTER DELETE ON article BEGIN
    UPDATE total SET count = count - 1 WHERE what = 'articles';
END;
CREATE TRIGGER total_story_comes AFTER INSERT ON story WHEN new.into_story IS NULL BEGIN
    UPDATE total SET count = count + 1 WHERE what = 'stories';
END;
CREATE TRIGGER total_story_goes AFTER DELETE ON story WHEN old.into_story IS NULL BEGIN
    UPDATE total SET count = count - 1 WHERE what = 'stories';
END;
CREATE TRIGGER total_story_joins AFTER UPDATE OF into_story ON story BEGIN
    UPDATE total SET count = count + (new.into_story IS NULL) - (old.into_story IS NULL)
        WHERE what = 'stories';
END;
CREATE INDEX cited_article ON cited (article);
CREATE INDEX story_several ON story (last) WHERE into_story IS NULL AND outlets > 1;
CREATE TRIGGER user_comes AFTER INSERT ON user BEGIN
    INSERT INTO shelf (user) VALUES (new.n);
END;
CREATE INDEX marked_at ON marked (user, at, article);
CREATE TRIGGER unread_comes AFTER INSERT ON unread BEGIN
    INSERT INTO unread_count (shelf, feed, count) VALUES (new.shelf, new.feed, 1)
        ON CONFLICT (shelf, feed) DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER unread_goes AFTER DELETE ON unread BEGIN
    UPDATE unread_count SET count = count - 1 WHERE shelf = old.shelf AND feed = old.feed;
END;
CREATE TRIGGER unread_moves AFTER UPDATE OF feed ON unread BEGIN
    UPDATE unread_count SET count = count - 1 WHERE shelf = old.shelf AND feed = old.feed;
    INSERT INTO unread_count (shelf, feed, count) VALUES (new.shelf, new.feed, 1)
        ON CONFLICT (shelf, feed) DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER unread_story_comes AFTER INSERT ON unread BEGIN
    INSERT INTO unread_story (shelf, story, count)
        SELECT new.shelf, story, 1 FROM article WHERE n = new.article
        ON CONFLICT (shelf, story) DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER unread_story_goes AFTER DELETE ON unread BEGIN
    UPDATE unread_story SET count = count - 1 WHERE shelf = old.shelf AND story =
        (SELECT story FROM article WHERE n = old.article);
    DELETE FROM unread_story WHERE shelf = old.shelf AND story =
        (SELECT story FROM article WHERE n = old.article) AND count <= 0;
END;
CREATE TRIGGER unread_story_joins AFTER UPDATE OF story ON article
    WHEN old.story <> 0 AND old.story <> new.story BEGIN
    INSERT INTO unread_story (shelf, story, count)
        SELECT h.n, new.story, 1 FROM shelf h CROSS JOIN unread u ON u.shelf = h.n AND
        u.article = new.n WHERE true
        ON CONFLICT (shelf, story) DO UPDATE SET count = count + 1;
    UPDATE unread_story SET count = count - 1 WHERE story = old.story AND shelf IN
        (SELECT h.n FROM shelf h CROSS JOIN unread u ON u.shelf = h.n AND u.article =
        old.n);
    DELETE FROM unread_story WHERE story = old.story AND shelf IN (SELECT n FROM shelf)
        AND count <= 0;
END;
CREATE TRIGGER article_goes BEFORE DELETE ON article BEGIN
    DELETE FROM unread WHERE shelf IN (SELECT n FROM shelf) AND article = old.n;
    DELETE FROM marked WHERE user IN (SELECT n FROM user) AND article = old.n;
    UPDATE feed SET articles = articles - 1 WHERE n = old.feed;
END;
CREATE INDEX article_story_time ON article (story, time, n, language, outlet);
PRAGMA user_version = 4;
