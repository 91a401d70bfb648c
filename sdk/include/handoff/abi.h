/* handoff/abi.h: the contract between the handoff host and a connector. This header is the specification.
 *
 * A connector is a pure function. The host does all input and output, keeps all secrets, the clock and the random
 * source. An operation is one function,
 *
 *     step(instance, args, replies so far, sink)
 *
 * which asks for calls (`sink->call`), says what it makes of each reply (`sink->verdict`), emits records
 * (`sink->emit`) and may end (`done`, `more`, `fail`). The host performs the calls, journals the replies and calls
 * `step` again with one more of them. Given the same args and replies, `step` must ask for the same calls, byte for
 * byte, in the same order: the host compares every step with its journal and counts a difference as misbehaviour.
 * So there is nothing to cancel, nothing to leak and nothing to resume: a restart simply calls `step` again.
 *
 * One step, in order: for every call made so far the connector repeats `call`; for every reply it has seen it repeats
 * `verdict`; then it asks for the next call, or ends. It may ask for several new calls in one step, at most 16, if each is
 * `safe` and of the kind HTTP or FILE: the host may make them at the same time, and calls `step` again with their replies in
 * the order of the calls. It may also call `step` with the first of these replies only; then the connector repeats what it
 * asked for. A step that neither asks nor ends is misbehaviour.
 *
 * Order: `create`, then steps, then `destroy` once no step runs. The steps of one run may come on several threads, in
 * several processes, days apart, and from several releases of the host; a run may be left without an end, and nobody is
 * told. Replies:
 *   - There are never more of them than calls.
 *   - They come in the order of the calls.
 *   - Each has its call's label.
 *   - A call that got no answer gets none: the host makes a `safe` one again, looks up any other, and goes on with what it
 *     then has.
 * `create` uses its sink for `fail` alone.
 *
 * Memory: everything the host passes in stays valid until `step` (`create`) returns, the sink too; everything the connector
 * passes to the sink is copied before the sink function returns. Nothing else crosses; no allocation is freed by the other
 * side. No pointer is null, but those to nothing: an empty text, a list without elements.
 * Threads: `create` and `destroy` are called on one thread; `step` may run on any thread, also concurrently on one
 * instance, which is read-only after `create`. A sink is used on the thread of its step.
 * Errors: nothing may be thrown across this line, and no step ends by a jump.
 * Text: UTF-8, not terminated, `len` bytes; `body`, `content`, `payload` and `message` are bytes of any kind. An empty string
 * may have a null `ptr`.
 * Limits: the host takes at most 8 MiB in one text, 1000 headers in one request, 65,536 calls of the sink and 64 MiB of all
 * in one step; more is misbehaviour. A step computes: the kit allows 50 ms of the processor; where a hub runs a connector in
 * a process of its own, that allows 2 s and 512 MiB. Inside the hub nothing ends a step, and one that hangs stops the hub.
 *
 * Growth: this is 1.0, and frozen: what was built against it runs in every later 1.x. (docs/adr/0025-abi-1-0.md)
 *   - A struct grows at its end alone, behind `struct_size`, and has no holes. A reader takes what `struct_size` covers
 *     (HANDOFF_COVERS) and reads the rest as zero, which means what was meant before there was such a field. No struct is
 *     shorter than in 1.0. handoff_str and handoff_pair have no `struct_size` and never grow.
 *   - Several of a struct that may grow are passed as pointers, or (operations) each lies `struct_size` of the first behind
 *     the one before.
 *   - A field `reserved` is written as 0 and not read.
 *   - Every enum may grow: a side that meets a value it does not know takes the careful branch named beside the enum. Values
 *     from 0x80000000 on are for trials; no released host knows one.
 *   - JSON gets new members, in connector.json, input and result alike; who does not know a member passes over it, and one
 *     that is missing means what was meant before it came.
 *   - An operation whose meaning changes is another revision ("issue/2"), beside the first.
 *   - A connector that needs what 1.0 lacks says so in `abi_minor_needed`. What it can do without it finds by `struct_size`.
 *   - Another major is another entry symbol. A file may have both.
 */
#ifndef HANDOFF_ABI_H
#define HANDOFF_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HANDOFF_ABI_MAGIC 0x464F4448u /* the bytes "HDOF" in a little-endian file */
#define HANDOFF_ABI_MAJOR 1u
#define HANDOFF_ABI_MINOR 0u

/* Whether the struct that `pointer` leads to is long enough to have this field. */
#define HANDOFF_COVERS(pointer, type, field) \
  ((pointer)->struct_size >= offsetof(type, field) + sizeof((pointer)->field))

/* The connector's `connector.json`, readable without running any of its code, is an ELF note: section
 * HANDOFF_NOTE_SECTION, owner HANDOFF_NOTE_OWNER, type HANDOFF_NOTE_TYPE, descriptor = the JSON text. */
#define HANDOFF_NOTE_SECTION ".note.handoff"
#define HANDOFF_NOTE_OWNER "handoff"
#define HANDOFF_NOTE_TYPE 1u

/* The one symbol a connector exports: `const handoff_plugin handoff_plugin_v1`. */
#define HANDOFF_ENTRY_SYMBOL "handoff_plugin_v1"

typedef struct handoff_str {
  const char *ptr;
  size_t len;
} handoff_str;

typedef struct handoff_pair {
  handoff_str name;
  handoff_str value;
} handoff_pair;

/* ---- calls ------------------------------------------------------------------------------------------------- */

/* What kind of I/O is asked for. Unknown to the host: misbehaviour, and the effect is held; see `abi_minor_needed`. */
enum handoff_call_kind {
  HANDOFF_CALL_HTTP = 1,      /* request is a handoff_http_request */
  HANDOFF_CALL_MAC_CHECK = 2, /* request is a handoff_mac_check; always `safe`, answered at once; only in inbound */
  HANDOFF_CALL_FILE = 3,      /* request is a handoff_file_request; only where the connection is a folder */
  HANDOFF_CALL_SLEEP = 4,     /* request is a handoff_sleep_request; always `safe` */
  HANDOFF_CALL_MAC = 5        /* request is a handoff_mac_request; always `safe`, answered at once; only in auth and sign */
};

/* What the host may do when the answer is lost (INVARIANTS section F). It must equal the class in connector.json.
 * Unknown to the host: as UNSAFE. */
enum handoff_retry_class {
  HANDOFF_RETRY_SAFE = 1,       /* reads, and what a folder's order needs (CLAIM, MOVE): repeat freely */
  HANDOFF_RETRY_IDEMPOTENT = 2, /* may be sent again under the same key inside its key window */
  HANDOFF_RETRY_REVERSE = 3,    /* never sent again; reversed until acknowledged, then a new revision */
  HANDOFF_RETRY_UNSAFE = 4      /* never sent again before it is looked up */
};

typedef struct handoff_http_request {
  uint32_t struct_size;
  uint32_t reserved; /* 0 */
  handoff_str method;
  handoff_str target; /* path and query, appended to the connection's base URL; starts with '/' */
  const handoff_pair *headers; /* no Host, Content-Length, Connection or auth headers: those are the host's */
  size_t n_headers;
  handoff_str body;
} handoff_http_request;

/* A connection is either a base URL or a folder (settings `base_url`, `folder`); a FILE call goes to the folder. Paths are
 * relative to it, in segments of at most 255 bytes with '/' between them, 1024 bytes in all; no segment is empty, begins
 * with '.' or holds a control character, and no link is followed. `claimed/` is this hub's own: two hubs over one folder
 * do not see each other's.
 *
 * The answer is a HANDOFF_REPLY_HTTP. Its status and, when it is not 200, {"code","message"} in its body say:
 *   200            done
 *   404 no_such_file
 *   409 taken         CLAIM: another hub has it. MOVE, CLAIM: a file of that name, with other content, is there
 *   409 other_content WRITE: a file of that name, with other content, is there; it stands
 *   403 not_allowed   no rights to it, or it is no plain file
 *   503 no_space      nothing was changed; the same call may work later
 *   500 io            the system failed in the middle
 * No answer at all: the folder could not be reached, and nothing was started; or what came of it is not known.
 *
 * LIST, READ, CLAIM and MOVE are `safe`: done again they end where they ended before, and no value moves by them. WRITE is
 * not `safe`: it is declared in connector.json. */
enum handoff_file_action {
  HANDOFF_FILE_LIST = 1,  /* plain files of the folder `path` ("" = the connection's own), the oldest first, at most 1000,
                             and `offset` of them passed over: {"files":[{"name","size","modified_ms"}],"more":false}.
                             With "more" true others follow: whoever looks for one among strangers asks on */
  HANDOFF_FILE_READ = 2,  /* at most `length` bytes (1 MiB) from `offset`, as they are; header "size": of the whole file */
  HANDOFF_FILE_CLAIM = 3, /* `path` becomes claimed/<its last segment>, at once and for one hub alone; again: done.
                             {"path","size","modified_ms"} */
  HANDOFF_FILE_WRITE = 4, /* `content` under `path`, whole and durable or not at all; its folders are made. The same
                             content again: done. Answered with the bytes that lie there, read again; header "path" */
  HANDOFF_FILE_MOVE = 5   /* out of claimed/ to `to`; its folders are made. Again, or the same content there: done */
};

typedef struct handoff_file_request {
  uint32_t struct_size;
  uint32_t action; /* handoff_file_action */
  handoff_str path;
  handoff_str to;
  uint64_t offset;
  uint64_t length;
  handoff_str content;
} handoff_file_request;

/* Answered with status 200 when so much time has passed. A restart of the hub sleeps anew. */
typedef struct handoff_sleep_request {
  uint32_t struct_size;
  uint32_t reserved;     /* 0 */
  uint64_t milliseconds; /* at most 300,000 */
} handoff_sleep_request;

/* Unknown to the host, both: misbehaviour. */
enum handoff_mac_algorithm { HANDOFF_MAC_HMAC_SHA256 = 1, HANDOFF_MAC_HMAC_SHA1 = 2 };
enum handoff_encoding { HANDOFF_ENCODING_HEX = 1, HANDOFF_ENCODING_BASE64 = 2 }; /* hex: either case when read */

/* "Is `expected` the MAC of `message` under the named secret?" Compared in constant time by the host. A secret under
 * rotation may have two values; either matches. What cannot be decoded is not genuine. */
typedef struct handoff_mac_check {
  uint32_t struct_size;
  uint32_t algorithm; /* handoff_mac_algorithm */
  uint32_t encoding;  /* handoff_encoding, of `expected` */
  uint32_t reserved;  /* 0 */
  handoff_str secret; /* a name from connector.json "secrets"; the value never leaves the host */
  handoff_str message;
  handoff_str expected;
} handoff_mac_check;

/* "What is the MAC of `message` under the named secret?" Answered with status 200 and the MAC, in that encoding, as body.
 * Of a secret under rotation the first value counts. */
typedef struct handoff_mac_request {
  uint32_t struct_size;
  uint32_t algorithm; /* handoff_mac_algorithm */
  uint32_t encoding;  /* handoff_encoding, of the answer */
  uint32_t reserved;  /* 0 */
  handoff_str secret; /* a name from connector.json "secrets" */
  handoff_str message;
} handoff_mac_request;

/* The operations auth and sign: how the host gets past a vendor's door where no scheme of connector.json does. They run
 * where "auth" there says {"scheme": "steps"}, outside of any effect: nothing of them is journalled or logged.
 *
 *   auth/1  logs in. Its requests are all `safe` and need not be declared. It is done with {"headers","life_s"}: headers that
 *           every request carries from now on, until so many seconds have passed or the vendor refuses one. One run at a
 *           time, however many requests wait.
 *   sign/1  signs one attempt of one request, and is run for each. It makes no call but MAC. Its input is the request, the
 *           payload is the request's body, now_ms is the time of the attempt, and `nonce` was never given before. It is
 *           done with {"headers"}. Same input, same output.
 *
 * A secret is named, never seen. Where the text HANDOFF_SECRET_BEGIN NAME HANDOFF_SECRET_END stands in the target, a header or the
 * body of a request of auth, or in a header of either result, the host puts the secret's value: in the target and in a form
 * as a form encodes it, in JSON as inside of a string, else as it is. Nowhere else is it looked for. */
#define HANDOFF_SECRET_BEGIN "__secret."
#define HANDOFF_SECRET_END "__"

typedef struct handoff_call {
  uint32_t struct_size;
  uint32_t kind;        /* handoff_call_kind */
  uint32_t retry_class; /* handoff_retry_class */
  uint32_t reserved;    /* 0 */
  handoff_str label;    /* "create-card": unique within one run of the operation, never empty. A label that is not `safe`
                           must be declared under the operation's "calls" in connector.json */
  const void *request;
} handoff_call;

/* ---- replies ----------------------------------------------------------------------------------------------- */

/* Where a reply came from. Unknown to the connector: fail as `unsupported`. */
enum handoff_reply_kind {
  HANDOFF_REPLY_HTTP = 1,    /* the vendor's answer, whatever its status; a folder's and a sleep's have the same form */
  HANDOFF_REPLY_ADOPTED = 2, /* no usable answer came, but the host proved by reading that the call took effect:
                                `body` is the sighting (JSON) it was proved by, `status` is 0. Go on as after success. */
  HANDOFF_REPLY_CHECKED = 3  /* to HANDOFF_CALL_MAC_CHECK: status 1 = genuine, 0 = not */
};

typedef struct handoff_reply {
  uint32_t struct_size;
  uint32_t kind;   /* handoff_reply_kind */
  uint32_t status; /* HTTP status, or as its kind says */
  uint32_t reserved; /* 0 */
  handoff_str label;
  const handoff_pair *headers; /* names in lower case */
  size_t n_headers;
  handoff_str body;
} handoff_reply;

/* What the connector makes of the reply to one call that is not `safe`; of others nothing is asked. It is the same in every
 * later step, and the first of two in one step counts. The host judges: APPLIED holds only if
 * everything under "echoes" of the call's sheet is in `echoes_json` and equal to what was asked (P9); REJECTED only
 * if `code` is listed in "no_effect_codes"; REFUSED only if it is listed in "refused_before_execution_codes".
 * Anything else, and no verdict at all, is UNKNOWN: it is looked up and never sent blindly again (P5). */
enum handoff_verdict_kind {
  HANDOFF_VERDICT_UNKNOWN = 0,
  HANDOFF_VERDICT_APPLIED = 1,
  HANDOFF_VERDICT_ACCEPTED = 2, /* queued by the vendor: not yet an effect (P8) */
  HANDOFF_VERDICT_REJECTED = 3, /* the vendor said no; nothing happened and nothing will */
  HANDOFF_VERDICT_REFUSED = 4   /* not executed now, may be sent again: rate limits */
};

typedef struct handoff_verdict {
  uint32_t struct_size;
  uint32_t kind; /* handoff_verdict_kind */
  handoff_str label;
  handoff_str code;        /* "400/duplicate_found": HTTP status, then the vendor's code if it has one */
  handoff_str message;     /* the vendor's words, without secrets or personal data */
  handoff_str echoes_json; /* {"amount":{...},"code":"..."}; empty = {} */
  uint64_t retry_after_ms; /* REFUSED: 0 = the vendor did not say */
} handoff_verdict;

/* ---- the end of a run -------------------------------------------------------------------------------------- */

/* Why an operation could not go on, outside of a verdict. Unknown to the host: treated as BUG. */
enum handoff_failure {
  HANDOFF_FAIL_RETRYABLE = 1,     /* a safe call failed; run again later */
  HANDOFF_FAIL_RATE_LIMITED = 2,  /* a safe call was limited; detail may have "retry_after_ms" */
  HANDOFF_FAIL_AUTH = 3,          /* credentials refused: the connection pauses for a while */
  HANDOFF_FAIL_REJECTED = 4,      /* the vendor or the connector says no, for good; nothing happened */
  HANDOFF_FAIL_NOT_FOUND = 5,     /* the named thing is not there; nothing happened */
  HANDOFF_FAIL_UNSUPPORTED = 6,   /* an amount, currency or balance type this vendor cannot represent (M6) */
  HANDOFF_FAIL_CONFIG = 7,        /* settings are wrong: detail {"pointer":"/location_id","message":"..."} */
  HANDOFF_FAIL_UNREADABLE = 8,    /* the vendor answered something this connector cannot read */
  HANDOFF_FAIL_CURSOR_EXPIRED = 9,/* pull: start again at the watermark */
  HANDOFF_FAIL_FORGED = 10,       /* inbound: the signature is wrong, missing or too old */
  HANDOFF_FAIL_BUG = 11           /* the connector's own mistake */
};

typedef struct handoff_sink {
  uint32_t struct_size;
  uint32_t reserved; /* 0 */
  void *host; /* the host's; opaque */
  void (*call)(struct handoff_sink *, const handoff_call *);
  void (*verdict)(struct handoff_sink *, const handoff_verdict *);
  void (*emit)(struct handoff_sink *, handoff_str record_json); /* counts only in a step that ends in more or done */
  void (*done)(struct handoff_sink *, handoff_str result_json);
  void (*more)(struct handoff_sink *, handoff_str cursor_json); /* run again with this cursor; the replies are cut */
  void (*fail)(struct handoff_sink *, uint32_t failure, handoff_str detail_json);
} handoff_sink;

/* ---- operations -------------------------------------------------------------------------------------------- */

/* The identifiers the host derived for one declared label (P3). Both are stable over restarts and change only with
 * the call's revision. */
typedef struct handoff_call_id {
  uint32_t struct_size;
  uint32_t reserved; /* 0 */
  handoff_str label;
  handoff_str key;   /* 36 ASCII characters: "ho1-" and 32 of base32 */
  handoff_str ref20; /* 20 base32 characters, for vendor fields that are short */
} handoff_call_id;

typedef struct handoff_args {
  uint32_t struct_size;
  uint32_t reserved;      /* 0 */
  int64_t now_ms;         /* Unix time, fixed when the operation began: the only clock there is */
  handoff_str input_json; /* per operation: sdk/operations.hpp */
  handoff_str payload;    /* inbound: the raw body; sign: the body to be sent; otherwise empty */
  const handoff_call_id *const *call_ids; /* one for each declared label of the operation, in no particular order */
  size_t n_call_ids;
} handoff_args;

typedef struct handoff_settings {
  uint32_t struct_size;
  uint32_t reserved; /* 0 */
  handoff_str json;  /* valid against the schema in connector.json, defaults filled in */
} handoff_settings;

typedef struct handoff_instance handoff_instance; /* the connector's; opaque */

typedef struct handoff_operation {
  uint32_t struct_size;
  uint32_t reserved; /* 0 */
  handoff_str id; /* "issue/1": name and revision */
  void (*step)(const handoff_instance *, const handoff_args *, const handoff_reply *const *replies, size_t n_replies,
               handoff_sink *);
} handoff_operation;

/* The exported symbol, static and never changed. The host reads magic, struct_size and the numbers, and calls nothing
 * before they fit: same major; host minor >= abi_minor_needed. */
typedef struct handoff_plugin {
  uint32_t magic;
  uint32_t struct_size;
  uint32_t abi_major;
  uint32_t abi_minor;        /* the headers it was built with */
  uint32_t abi_minor_needed; /* the oldest minor that has everything it uses */
  uint32_t n_operations;
  const handoff_operation *operations; /* static */
  /* On failure returns null after sink->fail(HANDOFF_FAIL_CONFIG). */
  handoff_instance *(*create)(const handoff_settings *, handoff_sink *);
  void (*destroy)(handoff_instance *); /* of what `create` returned, once */
} handoff_plugin;

#ifdef __cplusplus
}
#endif
#endif
