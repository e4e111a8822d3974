-- The wire's file, version 3: what is pushed, to the programs of people; large stories.

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
