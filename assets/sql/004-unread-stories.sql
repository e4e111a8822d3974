-- The wire's file, version 4: a list of stories costs a row or two a story, whatever the
-- stories hold.

-- How many articles of a story stand on a shelf; no row: none.
CREATE TABLE unread_story (
    shelf INTEGER NOT NULL,
    story INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (shelf, story)
) WITHOUT ROWID;
INSERT INTO unread_story (shelf, story, count)
    SELECT u.shelf, a.story, count(*) FROM unread u JOIN article a ON a.n = u.article
    GROUP BY u.shelf, a.story;

-- They follow what comes, what is read or taken away, and what moves to another story.
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

-- An article's story has to be known while its unread rows go.
DROP TRIGGER article_goes;
CREATE TRIGGER article_goes BEFORE DELETE ON article BEGIN
    DELETE FROM unread WHERE shelf IN (SELECT n FROM shelf) AND article = old.n;
    DELETE FROM marked WHERE user IN (SELECT n FROM user) AND article = old.n;
    UPDATE feed SET articles = articles - 1 WHERE n = old.feed;
END;

-- A story's articles by time, with their languages and outlets: its first one in a reader's
-- language, and who had it first, are found without a look at the articles.
DROP INDEX article_story_time;
CREATE INDEX article_story_time ON article (story, time, n, language, outlet);
