/* Every limit of the library, with the reason for its size.
 *
 * A limit that a user may need to move stands in struct kabar_options as well; the value
 * here is then its default.  Past a limit a page is read as far as it goes, with a
 * warning that names the limit; only a page that is too large to begin with is
 * refused. */
#ifndef KB_BASE_LIMITS_H
#define KB_BASE_LIMITS_H

/* A page's bytes.  The largest page of three public collections has 5.3 MB; twelve times
 * that leaves room for pages that carry their pictures in them. */
#define KB_LIMIT_PAGE_BYTES ((size_t)64 << 20)

/* How deep elements may nest.  Browsers flatten at 512; the parser's scope look-ups walk
 * the open elements, so without a bound a million nested tags cost a million squared. */
#define KB_LIMIT_DEPTH 512

/* Open formatting elements (b, i, font, a …) that the parser may rebuild in each new
 * paragraph: n of them in m paragraphs make n·m elements.  Real pages stay under 20. */
#define KB_LIMIT_FORMATTING 64

/* Elements and texts of one page.  The largest real page seen has 190,000. */
#define KB_LIMIT_NODES 2000000

/* Attributes that one element keeps: duplicates are searched one by one. */
#define KB_LIMIT_ATTRIBUTES 256

/* One address.  Servers refuse longer ones; what is longer is a data: URL or a trap. */
#define KB_LIMIT_URL_BYTES 8192

/* A picture that stands inside an address (data:), as far as it is kept. */
#define KB_LIMIT_DATA_PICTURE_BYTES ((size_t)2 << 20)

/* Text blocks of one page that are scored; what lies behind them is not read. */
#define KB_LIMIT_BLOCKS 50000

/* Words of one page that are compared with its title and description. */
#define KB_LIMIT_WORDS 4000000

/* Memory that one document may take in kabar's own arenas (lexbor's tree apart). */
#define KB_LIMIT_DOCUMENT_MEMORY ((size_t)512 << 20)

/* Bytes of one printed record. */
#define KB_LIMIT_OUTPUT_BYTES ((size_t)256 << 20)

/* One JSON-LD or state script that is parsed; larger ones are left alone. */
#define KB_LIMIT_JSON_BYTES ((size_t)16 << 20)

/* Nesting of JSON that is followed, and values visited in one script. */
#define KB_LIMIT_JSON_DEPTH 64
#define KB_LIMIT_JSON_VALUES 200000

/* Items in each of the record's lists (pictures, authors, tags, removed pieces). */
#define KB_LIMIT_LIST_ITEMS 1000

/* Files that an entry gives beside its text (a podcast's episode, a video in several
 * sizes): more are a gallery's. */
#define KB_LIMIT_ATTACHMENTS 16

/* Persons of one byline: pages that list more name a whole house, or lie. */
#define KB_LIMIT_AUTHORS 100

/* Bytes of one metadata value (a title, a name); longer ones are cut at a character. */
#define KB_LIMIT_META_BYTES 4096

/* Warnings that one record carries. */
#define KB_LIMIT_WARNINGS 16

/* Bytes of a language data file, and of one phrase in it. */
#define KB_LIMIT_LANG_FILE_BYTES ((size_t)1 << 20)
#define KB_LIMIT_PHRASE_BYTES 200

/* Sources that one article names, and bytes of the words that prove one. */
#define KB_LIMIT_SOURCES 64
#define KB_LIMIT_EVIDENCE_BYTES 400

/* Bytes of one file of agencies' and outlets' names. */
#define KB_LIMIT_NAMES_FILE_BYTES ((size_t)4 << 20)

/* Agencies and outlets of all files, domains of one of them, and values of one phrase:
 * names that are spelled alike are looked through one by one, domains too. */
#define KB_LIMIT_NAMES 100000
#define KB_LIMIT_NAME_DOMAINS 32
#define KB_LIMIT_PHRASE_VALUES 64

/* A feed's bytes, unpacked.  Real podcast feeds reach 26 MB. */
#define KB_LIMIT_FEED_BYTES ((size_t)128 << 20)

/* Members of any list in a feed's record: site maps may have 50,000 addresses. */
#define KB_LIMIT_FEED_ITEMS 100000

/* Declarations of namespaces in force at one place of a feed: libxml2 looks through them
 * for each name.  Feeds have up to thirty. */
#define KB_LIMIT_NAMESPACES 256

/* Different names of elements and attributes in one feed: libxml2 keeps them in a table
 * that slows down beyond some ten thousand.  Feeds have a hundred. */
#define KB_LIMIT_XML_NAMES 10000

/* Bytes that the entities of one feed's DTD may become: real ones stand for a word or an
 * address, a "billion laughs" for gigabytes. */
#define KB_LIMIT_ENTITY_BYTES ((size_t)64 << 10)
/* A robots.txt: what RFC 9309 wants to be read of it at least.  Comparisons of one
 * address with its rules: enough for ten thousand plain ones; only rules made to cost
 * time need more.  Site maps: the largest sites name hundreds.  A minute between requests
 * is as slow as a crawl-delay can make us; above it a site is hardly read at all. */
#define KB_LIMIT_ROBOTS_BYTES ((size_t)500 << 10)
#define KB_LIMIT_ROBOTS_STEPS ((size_t)10000000)
#define KB_LIMIT_ROBOTS_SITEMAPS 10000
#define KB_LIMIT_CRAWL_DELAY_MS 60000

/* A secret shared with a hub: WebSub, section 5.1.  The challenge that a hub wants to
 * hear again: random words, and no way to make us say what somebody else wrote. */
#define KB_LIMIT_WEBSUB_SECRET 200
#define KB_LIMIT_WEBSUB_CHALLENGE 1024

/* A fetching thread that has something to do and is silent for so long has got stuck: the
 * longest that it does in one piece is to let old articles go, minutes in a large
 * wire. */
#define KB_LIMIT_LOOP_SILENT_MS ((int64_t)10 * 60 * 1000)

/* What a hub brings at once: the newest entries of a feed, of which whole ones rarely
 * have a megabyte.  Of one feed so many wait to be read; more are not kept, and the feed
 * is asked itself.  Hubs are asked so many at a time; an unsigned hint has a feed asked
 * no sooner than so many seconds after it was had. */
#define KB_LIMIT_PUSH_BYTES ((size_t)4 << 20)
#define KB_LIMIT_PUSHES 32
#define KB_LIMIT_HUBS_ASKED 100
#define KB_LIMIT_PUSH_LOOK_S 60

/* Gaps between a feed's last pieces of news that are remembered: a day's worth of an
 * hourly feed's, and small enough to be kept with each of a hundred thousand feeds. */
#define KB_LIMIT_RHYTHM_GAPS 24

/* Links of a page that are looked at for feeds and articles, and feeds and articles that
 * are told: real home pages have up to 2,000 links and 300 articles. */
#define KB_LIMIT_PAGE_LINKS 10000
#define KB_LIMIT_FOUND_FEEDS 64
#define KB_LIMIT_FOUND_ARTICLES 500

/* Articles of one story whose chain is made: what a person can still look through, and
 * all pairs of them can be counted.  Steps of counting what pairs of texts share: 500
 * outlets with one agency's report of 500 words; past it a fair part is counted. */
#define KB_LIMIT_CHAIN_ARTICLES 500
#define KB_LIMIT_CHAIN_STEPS ((size_t)150000000)

/* Word sequences of one text that are compared with the other texts' (a long report has
 * 3,000), and pieces of it that are told as added or left out. */
#define KB_LIMIT_CHAIN_SHINGLES 8192
#define KB_LIMIT_CHAIN_PIECES 64

/* Words of one text that are looked through for those that two articles share: each is
 * fingerprinted alone. */
#define KB_LIMIT_WHY_WORDS 6000

/* Text of one article that its fingerprint is taken of: a long report's first third. */
#define KB_LIMIT_STORY_BYTES ((size_t)128 << 10)

/* How long an article waits for others of its story, and how many articles wait.  A
 * hundred outlets write as much in a month. */
#define KB_LIMIT_STORY_DAYS 30
#define KB_LIMIT_STORY_ARTICLES ((size_t)1 << 17)

/* Stories that one trait is remembered of, those that said it last, and articles of a
 * list that is there as a whole.  What more have tells nobody apart; each costs time
 * whenever somebody says it. */
#define KB_LIMIT_POSTINGS 256
#define KB_LIMIT_RELATED 4096

/* Pages of one feed that one round fetches: a day's work of a busy desk; the rest is
 * asked for in the next round. */
#define KB_LIMIT_ROUND_PAGES 100

/* A page below it is a list, a notice or an error; an article has .6 and more. */
#define KB_LIMIT_ARTICLE_SURE .35f

/* How long another process's writing is waited for: a large import commits several times
 * a second, a look over a large file lasts a minute. */
#define KB_LIMIT_STORE_WAIT_MS 60000

/* Pages of the file that stay in memory, of each connection: of a command's, which ends
 * soon; of one that answers requests, as the system keeps the file's pages for all of
 * them; of the server's fetching, while a round goes on. */
#define KB_LIMIT_STORE_CACHE ((size_t)64 << 20)
#define KB_LIMIT_SERVE_CACHE ((size_t)2 << 20)
#define KB_LIMIT_LOOP_CACHE ((size_t)16 << 20)

/* Bytes of new articles' words that wait to go into the search index together: FTS5
 * gathers words for about as many before it writes them. */
#define KB_LIMIT_STORE_WAITING ((size_t)2 << 20)

/* Articles that retention takes away in one transaction: some 50 ms of writing, so that
 * who fetches meanwhile does not notice.  How long after a feed last had an entry it is
 * remembered that it was looked at: feeds that drop an entry and show it again after
 * half a year are none that we know of. */
#define KB_LIMIT_RETAIN_BATCH 200
#define KB_LIMIT_ENTRY_DAYS 180

/* Articles of a feed that are unread to whom follows it when others did before: a few
 * days of a busy feed, so that there is something to read and nothing to dig through. */
#define KB_LIMIT_FEED_WELCOME 100

/* Feeds up to which a person's list is gathered feed by feed; who follows more gets most
 * of what comes, and the whole wire is looked through for it. */
#define KB_LIMIT_LIST_FEEDS 500

/* Faults of one kind that a look over the file names; more are counted. */
#define KB_LIMIT_STORE_TOLD 20

/* Two versions of an article that are compared: bytes of each text (the longest reports
 * have a tenth), the distance up to which a shortest script is looked for (words of an
 * article of ten pages, all of them replaced), and the steps that this may take: two
 * texts with nothing in common cost their length squared. */
#define KB_LIMIT_CHANGES_BYTES ((size_t)4 << 20)
#define KB_LIMIT_CHANGES_DISTANCE 3000
#define KB_LIMIT_CHANGES_STEPS ((size_t)20000000)

/* Text that is shown to the language detector: enough to be sure, no more. */
#define KB_LIMIT_DETECT_BYTES 4096

/* Bytes of text that are shown to the charset detector. */
#define KB_LIMIT_CHARSET_BYTES ((size_t)64 << 10)

/* One word of a text as it is searched: the longest real ones (Tamil, German) have 150; a
 * longer one is found by its beginning. */
#define KB_LIMIT_TOKEN_BYTES 256

/* Languages that a query's words are stemmed for: each may cost one more look-up a
 * word. */
#define KB_LIMIT_QUERY_LANGUAGES 8

/* A query's bytes, words, filters, and how deep its parentheses nest: what is longer was
 * not typed by anybody, and FTS5's own parser stops at a hundred levels. */
#define KB_LIMIT_QUERY_BYTES 4096
#define KB_LIMIT_QUERY_WORDS 128
#define KB_LIMIT_QUERY_FILTERS 64
#define KB_LIMIT_QUERY_DEPTH 10

/* Places of one text that are marked: who has read so many knows where they are. */
#define KB_LIMIT_MARKS 64

/* Results of one search, those before the page that is shown included. */
#define KB_LIMIT_SEARCH_RESULTS 10000

/* The header lines of a WARC record, and of an HTTP response in one.  Real ones stay
 * under 2 and 20 KB; browsers stop at 256. */
#define KB_LIMIT_WARC_HEAD_BYTES ((size_t)64 << 10)
#define KB_LIMIT_WARC_HTTP_BYTES ((size_t)256 << 10)

/* The zstd dictionary at the head of a WARC file; usual ones have 100 KB to 1 MB. */
#define KB_LIMIT_WARC_DICTIONARY_BYTES ((size_t)16 << 20)

/* Bytes of a block of wrong length that are kept to look for the records that it
 * swallowed. */
#define KB_LIMIT_WARC_SWALLOWED_BYTES KB_LIMIT_PAGE_BYTES

/* Codings that lie about one HTTP body: two are seen at times, more are a trap. */
#define KB_LIMIT_WARC_CODINGS 4

/* The line in front of a chunk: its size in hexadecimal, and extensions that nobody
 * uses. */
#define KB_LIMIT_WARC_CHUNK_LINE_BYTES 4096

/* Things that a person allows the fetcher: each is looked at for each connection. */
#define KB_LIMIT_GUARD_RULES 1000

/* One answer's headers, all hops' lines of it.  Browsers stop at 256 KiB; large security
 * policies and cookies of real sites make 30. */
#define KB_LIMIT_HEADER_BYTES ((size_t)128 << 10)
#define KB_LIMIT_HEADER_LINES 1000

/* Redirects of one request.  Browsers follow 20, the feeds of real lists at most 5. */
#define KB_LIMIT_HOPS 10

/* Bodies of all requests under way in one client, and what each may have of it in any
 * case.  Feeds of 26 MB exist, ten at a time are possible, a hundred are an attack. */
#define KB_LIMIT_BODIES_BYTES ((size_t)256 << 20)
#define KB_LIMIT_BODY_SHARE_BYTES ((size_t)2 << 20)

/* What is kept of a redirect's own page, which nobody reads. */
#define KB_LIMIT_HOP_BYTES ((size_t)64 << 10)

/* What a caller may add to a request: header lines, and their bytes. */
#define KB_LIMIT_REQUEST_HEADERS 64
#define KB_LIMIT_REQUEST_BYTES ((size_t)64 << 10)

/* Requests under way in one client: each is a socket and some 50 KB with TLS. */
#define KB_LIMIT_CONNECTIONS 512

/* Rules of one person: a few for each of a thousand feeds, each looked at in its turn.
 * All their memory, patterns apart, and the file that they are read from. */
#define KB_LIMIT_RULES 10000
#define KB_LIMIT_RULES_MEMORY ((size_t)64 << 20)
#define KB_LIMIT_RULES_FILE_BYTES ((size_t)4 << 20)

/* One rule's line: a list of five hundred names.  Parentheses in each other: each is a
 * call of the parser's.  Words in a row that are looked for, of which Chinese has one a
 * character: each may be compared at every place. */
#define KB_LIMIT_RULE_BYTES 8192
#define KB_LIMIT_RULE_DEPTH 20
#define KB_LIMIT_RULE_WORDS 64

/* Text of one article that rules look at, its summary and its body each. */
#define KB_LIMIT_RULE_TEXT_BYTES ((size_t)256 << 10)

/* A pattern's text, and its steps in one text: some milliseconds.  A hundred ordinary
 * patterns together take fewer in a long report. */
#define KB_LIMIT_PATTERN_BYTES 1000
#define KB_LIMIT_PATTERN_STEPS 1000000

/* One answer of the server: its memory while it is made, its body (an export is told in
 * pieces), and how short it may be to be sent unpacked. */
#define KB_LIMIT_ANSWER_MEMORY ((size_t)256 << 20)
#define KB_LIMIT_ANSWER_BYTES ((size_t)64 << 20)
#define KB_LIMIT_ANSWER_PLAIN ((size_t)1400)

/* A request's body where its route says nothing else; and its fields: reader apps mark a
 * thousand entries at a time, each a field, RSS Guard ten thousand. */
#define KB_LIMIT_FORM_BYTES ((size_t)1 << 20)
#define KB_LIMIT_FIELDS 20000

/* What one request of a reader app gets: ids (RSS Guard asks for so many at once), whole
 * items (the most that any app asks for). */
#define KB_LIMIT_APP_IDS 200000
#define KB_LIMIT_APP_ITEMS 1000

/* Stories that apps are told of, the newest: an app that has no page for them is no
 * archive.  Outlets that a story's item names, and that an article's footer does. */
#define KB_LIMIT_APP_STORIES 1000
#define KB_LIMIT_APP_TELLERS 100
#define KB_LIMIT_APP_ALSO 6

/* Unread articles up to which a list of unread stories is made from them and sorted; of
 * more it is read off an index, as it meets some soon. */
#define KB_LIMIT_UNREAD_SORTED 2000

/* A story's first articles that are looked at for who tells it. */
#define KB_LIMIT_STORY_TELLING 2000

/* Entries that are counted for "total" in Miniflux's lists, where that is not known
 * without: an app pages no further. */
#define KB_LIMIT_APP_COUNTED 20000

/* Bytes of items after which a list ends and is to be gone on with. */
#define KB_LIMIT_APP_BYTES ((size_t)32 << 20)
#define KB_LIMIT_MULTIPART_PIECE ((size_t)64 << 10)

/* The path below which a proxy shows the server: a word or two. */
#define KB_LIMIT_PREFIX_BYTES 200

/* Connections of one socket, the seconds one may be silent, and what the head of a
 * request and the answer's may take: Accept-Language and cookies are short, addresses
 * long. */
#define KB_LIMIT_SERVE_CONNECTIONS 1000
#define KB_LIMIT_SERVE_IDLE_S 30
#define KB_LIMIT_SERVE_HEAD_BYTES ((size_t)64 << 10)

/* A certificate's chain, or its key. */
#define KB_LIMIT_PEM_BYTES ((size_t)256 << 10)

/* Proxies and nets that are trusted; connections of one address (64 of a browser's tabs
 * and apps behind one router, twice); seconds for a request's head and body, or for the
 * next one to begin, however steadily it trickles; seconds to take an answer. */
#define KB_LIMIT_TRUSTED 64
#define KB_LIMIT_SERVE_PER_ADDRESS 128
#define KB_LIMIT_SERVE_REQUEST_S 60
#define KB_LIMIT_SERVE_ANSWER_S 600

/* Bytes of requests' bodies that are held at once, small ones not counted: a list of
 * feeds has a few megabytes, and whoever sends one need not have logged in before it is
 * whole. */
#define KB_LIMIT_SERVE_BODIES ((size_t)64 << 20)
#define KB_LIMIT_SERVE_BODY_SMALL ((size_t)64 << 10)

/* How long a server that is stopped waits for requests that have begun. */
#define KB_LIMIT_SERVE_DRAIN_MS 1000

/* Who listens to events: all of them (a quarter of the connections), one person's (tabs
 * and programs), the seconds after which they have to come again and show that they may,
 * and the numbers of articles that Last-Event-ID may go back. */
#define KB_LIMIT_EVENTS_LISTENERS 256
#define KB_LIMIT_EVENTS_OF_ONE 16
#define KB_LIMIT_EVENTS_S 900
#define KB_LIMIT_EVENTS_BACK 10000

/* Pictures of others that pages show: bytes of one (a large photograph has two million);
 * how many are fetched at once (together some 40 MB of memory), and on their way at a
 * time; milliseconds that one fetch may take, and that a request waits for it, which is
 * less than a silent connection may; how many are kept, and their bytes. */
#define KB_LIMIT_PICTURE_BYTES ((size_t)5 << 20)
#define KB_LIMIT_PICTURES_AT_ONCE 8
#define KB_LIMIT_PICTURES_COMING 128
#define KB_LIMIT_PICTURE_FETCH_MS 10000
#define KB_LIMIT_PICTURE_WAIT_MS 15000
#define KB_LIMIT_PICTURES_KEPT 1024
#define KB_LIMIT_PICTURES_KEPT_BYTES ((size_t)16 << 20)

/* A feed's icon: bytes of one that is kept (apps are given all of them at once, as text),
 * of the page that names it; addresses tried for one; how many are asked for at a time;
 * days until it is looked for again, where there was one and where there was none. */
#define KB_LIMIT_ICON_BYTES ((size_t)64 << 10)
#define KB_LIMIT_ICON_PAGE_BYTES ((size_t)2 << 20)
#define KB_LIMIT_ICON_TRIES 5
#define KB_LIMIT_ICONS_AT_ONCE 8
#define KB_LIMIT_ICON_DAYS 30
#define KB_LIMIT_NO_ICON_DAYS 7

/* A file of settings: with the comment that `kabar config` writes it has 4 KB. */
#define KB_LIMIT_SETTINGS_BYTES ((size_t)256 << 10)

/* Addresses and names whose requests are counted at a time: 128 KB of memory; who asks
 * from more addresses than these is not stopped by counting. */
#define KB_LIMIT_RATE_KEYS 8192

/* Days that a browser stays logged in without being used, and what is kept of the name
 * that a program gives itself. */
#define KB_LIMIT_SESSION_DAYS 60
#define KB_LIMIT_AGENT_BYTES 200

/* A message to the Model Context Protocol's server, messages in one array, and the text
 * of one answer: models read a hundred thousand words at most, and pay for each. */
#define KB_LIMIT_MCP_LINE ((size_t)1 << 20)
#define KB_LIMIT_MCP_BATCH 50
#define KB_LIMIT_MCP_TEXT ((size_t)256 << 10)

/* Templates: sections in each other and names in a path, the operations of one template
 * with its parts, those that one page may take (a list of ten thousand takes some
 * hundred thousand), and the words of one value. */
#define KB_LIMIT_TEMPLATE_DEPTH 16
#define KB_LIMIT_TEMPLATE_OPS 20000
#define KB_LIMIT_TEMPLATE_STEPS ((size_t)5000000)
#define KB_LIMIT_TEMPLATE_WORDS 1000

/* Messages of the interface. */
#define KB_LIMIT_MESSAGES 5000

/* Outlets on their page: what somebody looks for further down is searched for. */
#define KB_LIMIT_OUTLETS_SHOWN 500

/* An uploaded list of feeds: four thousand feeds have one megabyte. */
#define KB_LIMIT_UPLOAD_BYTES ((size_t)8 << 20)

/* Articles and tags of one request to mark them, and the newest articles that a rule is
 * tried on: each costs some writes, or a tenth of a millisecond. */
#define KB_LIMIT_API_MARKS 1000
#define KB_LIMIT_API_TAGS 50
#define KB_LIMIT_API_TRIED 500

/* Hooks: one person's; the articles that are looked through for one delivery, and the
 * stories that it has at most; how many articles one that comes back is told of, of a
 * wire of 300 feeds those of some days; deliveries under way, the time of one, and what
 * is read of an answer, which says all by its status. */
#define KB_LIMIT_HOOKS 20
#define KB_LIMIT_HOOK_LOOK 1000
#define KB_LIMIT_HOOK_STORIES 100
#define KB_LIMIT_HOOK_BACK 50000
#define KB_LIMIT_HOOK_AT_ONCE 16
#define KB_LIMIT_HOOK_MS 15000
#define KB_LIMIT_HOOK_ANSWER_BYTES ((size_t)64 << 10)

/* Seconds until a delivery that failed is tried again: the first time, at most, and at
 * most where the receiver asks for it; and those of failing after which a hook rests. */
#define KB_LIMIT_HOOK_WAIT_S 10
#define KB_LIMIT_HOOK_WAIT_MOST_S 3600
#define KB_LIMIT_HOOK_ASKED_MOST_S 21600
#define KB_LIMIT_HOOK_FAILING_S (3 * 86400)

/* Stars that move in from another reader: a hundred a day for thirty years.  Past it a
 * server tells the same ones over and over. */
#define KB_LIMIT_MOVE_STARS 1000000

#endif
