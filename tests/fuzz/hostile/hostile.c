/* A connector that does whatever its payload says, byte by byte: the worst that can be done to the host without
 * leaving the sink. It is a pure function of its arguments, as abi.h demands, and keeps no other rule. */

#include <handoff/abi.h>

struct program {
  const char* at;
  size_t left;
};

static uint32_t byte_of(struct program* p) {
  if (p->left == 0) return 0;
  --p->left;
  return (unsigned char)*p->at++;
}

/* Up to 255 bytes of the program itself; sometimes nothing, and sometimes a length without bytes. */
static handoff_str text_of(struct program* p) {
  handoff_str out = {p->at, byte_of(p)};
  if (out.len == 255) {
    out.ptr = 0;
    return out;
  }
  out.ptr = p->at;
  if (out.len > p->left) out.len = p->left;
  p->at += out.len;
  p->left -= out.len;
  return out;
}

static uint32_t size_of(struct program* p, size_t honest) {
  uint32_t byte = byte_of(p);
  return byte < 224 ? (uint32_t)honest : byte - 224;
}

static void call(struct program* p, handoff_sink* sink) {
  handoff_pair headers[2];
  handoff_http_request http = {0};
  handoff_mac_check mac = {0};
  handoff_call made = {0};
  made.struct_size = size_of(p, sizeof made);
  made.kind = byte_of(p);
  made.retry_class = byte_of(p);
  made.label = text_of(p);
  headers[0].name = text_of(p);
  headers[0].value = text_of(p);
  headers[1] = headers[0];
  http.struct_size = size_of(p, sizeof http);
  http.method = text_of(p);
  http.target = text_of(p);
  http.body = text_of(p);
  http.n_headers = byte_of(p);
  http.headers = http.n_headers < 200 ? headers : 0;
  if (http.n_headers < 200) http.n_headers %= 3;
  mac.struct_size = size_of(p, sizeof mac);
  mac.algorithm = byte_of(p);
  mac.encoding = byte_of(p);
  mac.secret = http.method;
  mac.message = http.body;
  mac.expected = http.target;
  int keyed =
      made.kind == HANDOFF_CALL_MAC_CHECK || made.kind == HANDOFF_CALL_MAC; /* the latter begins as the former */
  made.request = keyed ? (const void*)&mac : (const void*)&http;
  if (byte_of(p) > 250) made.request = 0;
  sink->call(sink, byte_of(p) > 250 ? 0 : &made);
}

static void verdict(struct program* p, handoff_sink* sink) {
  handoff_verdict given = {0};
  given.struct_size = size_of(p, sizeof given);
  given.kind = byte_of(p);
  given.label = text_of(p);
  given.code = text_of(p);
  given.message = text_of(p);
  given.echoes_json = text_of(p);
  given.retry_after_ms = (uint64_t)byte_of(p) << 56;
  sink->verdict(sink, byte_of(p) > 250 ? 0 : &given);
}

static void step(const handoff_instance* self, const handoff_args* args, const handoff_reply* const* replies,
                 size_t n_replies, handoff_sink* sink) {
  struct program p = {args->payload.ptr, args->payload.len};
  int acts = 0;
  (void)self;
  (void)replies;
  (void)n_replies;
  for (; p.left > 0 && acts < 100; ++acts) {
    switch (byte_of(&p) % 8) {
      case 0:
      case 1:
        call(&p, sink);
        break;
      case 2:
      case 3:
        verdict(&p, sink);
        break;
      case 4:
        sink->emit(sink, text_of(&p));
        break;
      case 5:
        sink->done(sink, text_of(&p));
        break;
      case 6:
        sink->more(sink, text_of(&p));
        break;
      default: {
        uint32_t failure = byte_of(&p);
        sink->fail(sink, failure, text_of(&p));
      }
    }
  }
}

static char the_instance;

static handoff_instance* create(const handoff_settings* settings, handoff_sink* sink) {
  (void)settings;
  (void)sink;
  return (handoff_instance*)&the_instance;
}

static void destroy(handoff_instance* self) { (void)self; }

static const handoff_operation operations[] = {{sizeof(handoff_operation), 0, {"pull/1", 6}, step}};

__attribute__((visibility("default"))) const handoff_plugin handoff_plugin_v1 = {
    HANDOFF_ABI_MAGIC, sizeof(handoff_plugin), HANDOFF_ABI_MAJOR, HANDOFF_ABI_MINOR, 0, 1, operations, create, destroy};
