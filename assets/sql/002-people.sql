-- The wire's file, version 2: several people read one wire.  Articles, stories and feeds
-- are shared; who follows a feed, what is unread, stars, tags, saved searches and rules
-- are each person's own.  What was said before belongs to the first person.

CREATE TABLE user (
    n INTEGER PRIMARY KEY AUTOINCREMENT,    -- never used twice
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    role TEXT NOT NULL,                     -- 'owner', 'reader'
    password TEXT NOT NULL DEFAULT '',      -- Argon2id, as libsodium prints it; '': none
    settings TEXT NOT NULL DEFAULT '{}',    -- JSON: what they set in the browser
    added INTEGER NOT NULL DEFAULT 0,       -- 0: with the file
    seen INTEGER NOT NULL DEFAULT 0
);
INSERT INTO user (n, name, role) VALUES (1, 'owner', 'owner');

-- What lets somebody in beside the password: sessions of a browser, passwords of reader
-- apps, tokens of programs.  They are random, so a quick hash of each is enough.
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
CREATE INDEX pass_user ON pass (user, kind);

-- Who follows a feed, what they call it and where they put it.
CREATE TABLE subscription (
    user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    feed INTEGER NOT NULL REFERENCES feed ON DELETE CASCADE,
    name TEXT NOT NULL DEFAULT '',
    folder TEXT NOT NULL DEFAULT '',        -- "News/Asia"
    added INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user, feed)
) WITHOUT ROWID;
CREATE INDEX subscription_feed ON subscription (feed);
INSERT INTO subscription (user, feed, name, folder, added)
    SELECT 1, n, name, folder, added FROM feed;
ALTER TABLE feed DROP COLUMN name;
ALTER TABLE feed DROP COLUMN folder;
ALTER TABLE feed ADD COLUMN articles INTEGER NOT NULL DEFAULT 0; -- that it brought first
UPDATE feed SET articles = (SELECT count(*) FROM article WHERE feed = feed.n);

-- Articles that a feed has too, but another one brought first.
CREATE TABLE carried (
    feed INTEGER NOT NULL REFERENCES feed ON DELETE CASCADE,
    article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    time INTEGER NOT NULL,                  -- the article's
    PRIMARY KEY (feed, article)
) WITHOUT ROWID;
CREATE INDEX carried_time ON carried (feed, time, article);
CREATE INDEX carried_article ON carried (article);

-- What each person has not read.  Each order that lists are read in is an index, so a
-- page costs the same of a million as of a thousand.  Triggers below take them along with
-- an article or a person: foreign keys would want a fifth index, and would keep SQLite
-- from letting all of them go at once.
CREATE TABLE unread (
    user INTEGER NOT NULL,
    article INTEGER NOT NULL,
    feed INTEGER NOT NULL,                  -- by which it came to them; 0: by none
    time INTEGER NOT NULL,                  -- the article's
    PRIMARY KEY (user, article)
) WITHOUT ROWID;
INSERT INTO unread (user, article, feed, time)
    SELECT 1, n, coalesce(feed, 0), time FROM article WHERE NOT is_read ORDER BY n;
CREATE INDEX unread_time ON unread (user, time, article);
CREATE INDEX unread_feed_time ON unread (user, feed, time, article);
CREATE INDEX unread_feed ON unread (user, feed, article);

-- How many, so that nobody counts them.
CREATE TABLE unread_count (
    user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    feed INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (user, feed)
) WITHOUT ROWID;
INSERT INTO unread_count (user, feed, count)
    SELECT user, feed, count(*) FROM unread GROUP BY user, feed;

CREATE TABLE star (
    article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    at INTEGER NOT NULL DEFAULT 0,          -- when; 0: before this was written down
    PRIMARY KEY (article, user)
) WITHOUT ROWID;
INSERT INTO star (article, user) SELECT n, 1 FROM article WHERE starred;
CREATE INDEX star_user ON star (user, article);
DROP INDEX article_starred;
ALTER TABLE article DROP COLUMN is_read;
ALTER TABLE article DROP COLUMN starred;
CREATE INDEX article_feed_number ON article (feed);

ALTER TABLE tag RENAME TO tag_1;
CREATE TABLE tag (
    article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    name TEXT NOT NULL,
    PRIMARY KEY (article, user, name)
) WITHOUT ROWID;
INSERT INTO tag (article, user, name) SELECT article, 1, name FROM tag_1;
DROP TABLE tag_1;
CREATE INDEX tag_name ON tag (user, name, article);

ALTER TABLE rule RENAME TO rule_1;
CREATE TABLE rule (
    n INTEGER PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    position INTEGER NOT NULL,
    scope TEXT NOT NULL,                    -- 'all', 'folder', 'feed'
    value TEXT NOT NULL DEFAULT '',         -- the folder, or the feed's address
    text TEXT NOT NULL
);
INSERT INTO rule (n, user, position, scope, value, text)
    SELECT n, 1, position, scope, value, text FROM rule_1;
DROP TABLE rule_1;
CREATE INDEX rule_user ON rule (user);

ALTER TABLE saved RENAME TO saved_1;
CREATE TABLE saved (
    user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    added INTEGER NOT NULL,
    PRIMARY KEY (user, name)
) WITHOUT ROWID;
INSERT INTO saved (user, name, query, added) SELECT 1, name, query, added FROM saved_1;
DROP TABLE saved_1;

-- Counts follow what is counted, whoever writes.
CREATE TRIGGER unread_comes AFTER INSERT ON unread BEGIN
    INSERT INTO unread_count (user, feed, count) VALUES (new.user, new.feed, 1)
        ON CONFLICT (user, feed) DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER unread_goes AFTER DELETE ON unread BEGIN
    UPDATE unread_count SET count = count - 1 WHERE user = old.user AND feed = old.feed;
END;
CREATE TRIGGER unread_moves AFTER UPDATE OF feed ON unread BEGIN
    UPDATE unread_count SET count = count - 1 WHERE user = old.user AND feed = old.feed;
    INSERT INTO unread_count (user, feed, count) VALUES (new.user, new.feed, 1)
        ON CONFLICT (user, feed) DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER user_goes AFTER DELETE ON user BEGIN
    DELETE FROM unread WHERE user = old.n;
END;
CREATE TRIGGER article_goes AFTER DELETE ON article BEGIN
    DELETE FROM unread WHERE user IN (SELECT n FROM user) AND article = old.n;
    UPDATE feed SET articles = articles - 1 WHERE n = old.feed;
END;
CREATE TRIGGER article_comes AFTER INSERT ON article WHEN new.feed IS NOT NULL BEGIN
    UPDATE feed SET articles = articles + 1 WHERE n = new.feed;
END;
CREATE TRIGGER article_moves AFTER UPDATE OF feed ON article BEGIN
    UPDATE feed SET articles = articles - 1 WHERE n = old.feed;
    UPDATE feed SET articles = articles + 1 WHERE n = new.feed;
END;
