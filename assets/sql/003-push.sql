-- The wire's file, version 3: what is pushed, to the programs of people and by hubs; large
-- stories.

-- Where a person's new stories are sent.  There is no queue: the mark is a place in the
-- articles' numbers, and what stands behind it is still to be told.
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
CREATE INDEX hook_user ON hook (user);

-- A story's articles in the order of time: a page of ten thousand costs what one of ten does.
CREATE INDEX article_story_time ON article (story, time);

-- Subscriptions at hubs (WebSub): a hub brings a feed's news by itself, until its lease
-- ends.
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
CREATE INDEX hub_next ON hub (next);

-- What hubs brought and nobody has read yet: it was answered as taken, so it is kept.
CREATE TABLE push (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    feed INTEGER NOT NULL,
    came INTEGER NOT NULL,
    topic TEXT NOT NULL,
    type TEXT NOT NULL,                     -- its Content-Type
    body BLOB NOT NULL
);
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

-- Feeds' icons: each picture once, and which feed has it.
CREATE TABLE icon (
    n INTEGER PRIMARY KEY AUTOINCREMENT,    -- never used twice: apps keep it
    name TEXT NOT NULL UNIQUE,              -- random: its address needs no login
    hash INTEGER NOT NULL,                  -- of its bytes
    type TEXT NOT NULL,                     -- as its first bytes tell: "image/png"
    bytes BLOB NOT NULL
);
CREATE INDEX icon_hash ON icon (hash);
CREATE TABLE feed_icon (
    feed INTEGER PRIMARY KEY REFERENCES feed ON DELETE CASCADE,
    icon INTEGER REFERENCES icon,           -- NULL: none was found yet
    url TEXT NOT NULL,                      -- as the feed names it; '': it names none
    next INTEGER NOT NULL                   -- when to look for it again
);
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

-- How many there are, so that nobody counts a million rows.
CREATE TABLE total (
    what TEXT PRIMARY KEY,                  -- 'articles'; 'stories', without joined ones
    count INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO total (what, count) SELECT 'articles', count(*) FROM article
    UNION ALL SELECT 'stories', count(*) FROM story WHERE into_story IS NULL;
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

-- Hashes of the addresses that articles name as their sources, so that an article finds who
-- has taken it up.
CREATE TABLE cited (
    hash INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    PRIMARY KEY (hash, article)
) WITHOUT ROWID;
CREATE INDEX cited_article ON cited (article);
INSERT OR IGNORE INTO cited (hash, article)
    SELECT c.value, b.article FROM body b JOIN article a ON a.n = b.article,
        json_each(kb_body_cites(b.record)) c WHERE a.agencies <> '' OR a.roles <> '';

-- Stories that several outlets tell, which reader apps are shown among the articles.
CREATE INDEX story_several ON story (last) WHERE into_story IS NULL AND outlets > 1;

-- What a person has not read stands on a shelf, which is theirs: who has read all gets an
-- empty one, at once, and the old one, which is nobody's, is cleared bit by bit.
CREATE TABLE shelf (
    n INTEGER PRIMARY KEY AUTOINCREMENT,    -- never used twice
    user INTEGER UNIQUE REFERENCES user ON DELETE SET NULL -- NULL: to be cleared
);
INSERT INTO shelf (n, user) SELECT n, n FROM user;
CREATE TRIGGER user_comes AFTER INSERT ON user BEGIN
    INSERT INTO shelf (user) VALUES (new.n);
END;
DROP TRIGGER IF EXISTS user_goes;
DROP TRIGGER IF EXISTS unread_comes;
DROP TRIGGER IF EXISTS unread_goes;
DROP TRIGGER IF EXISTS unread_moves;
DROP TRIGGER IF EXISTS article_goes;
ALTER TABLE unread RENAME COLUMN user TO shelf;

ALTER TABLE unread_count RENAME TO unread_count_2;
CREATE TABLE unread_count (
    shelf INTEGER NOT NULL REFERENCES shelf ON DELETE CASCADE,
    feed INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (shelf, feed)
) WITHOUT ROWID;
INSERT INTO unread_count (shelf, feed, count) SELECT user, feed, count FROM unread_count_2;
DROP TABLE unread_count_2;

-- When a person last marked an article, for apps that ask what has changed since.  Of
-- many that are marked at once the newest are noted.
CREATE TABLE marked (
    user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    article INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (user, article)
) WITHOUT ROWID;
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
CREATE TRIGGER article_goes AFTER DELETE ON article BEGIN
    DELETE FROM unread WHERE shelf IN (SELECT n FROM shelf) AND article = old.n;
    DELETE FROM marked WHERE user IN (SELECT n FROM user) AND article = old.n;
    UPDATE feed SET articles = articles - 1 WHERE n = old.feed;
END;
