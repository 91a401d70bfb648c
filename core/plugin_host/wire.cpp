#include "core/plugin_host/wire.hpp"

#include <cstring>

#include "core/plugin_host/sink.hpp"

namespace handoff::plugin_host::wire {

namespace {

enum Event : std::uint32_t { kCall = 1, kVerdict, kEmit, kDone, kMore, kFail };
constexpr std::uint32_t kUnreadable = 0xFFFF'FFFF;  // instead of a length: a text without bytes, or too long to take

void put_number(std::string& out, std::uint32_t value) { out.append(reinterpret_cast<const char*>(&value), 4); }
void put_long(std::string& out, std::uint64_t value) { out.append(reinterpret_cast<const char*>(&value), 8); }
void put_text(std::string& out, std::string_view text) {
  put_number(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}
/// A text as a connector passes it: it may be no text.
void put_text(std::string& out, handoff_str raw) {
  if (raw.len > kTextBytesMax || (raw.len > 0 && raw.ptr == nullptr)) return put_number(out, kUnreadable);
  put_text(out, std::string_view(raw.len ? raw.ptr : "", raw.len));
}

/// A frame of this kind, its length still to be filled in.
std::string frame_of(Kind kind) {
  std::string out(4, '\0');
  put_number(out, static_cast<std::uint32_t>(kind));
  return out;
}
std::string closed(std::string frame) {
  auto size = static_cast<std::uint32_t>(frame.size() - 4);
  std::memcpy(frame.data(), &size, 4);
  return frame;
}

/// Reads a frame, never past its end.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}
  bool ok() const { return ok_; }
  bool more() const { return ok_ && !left_.empty(); }

  std::uint32_t number() { return fixed<std::uint32_t>(); }
  std::uint64_t longer() { return fixed<std::uint64_t>(); }
  handoff_str raw() {
    std::uint32_t size = number();
    if (size == kUnreadable) return {nullptr, 1};
    if (size > left_.size()) ok_ = false;
    if (!ok_) return {};
    handoff_str out = {left_.data(), size};
    left_.remove_prefix(size);
    return out;
  }
  std::string text() {
    handoff_str out = raw();
    return out.ptr ? std::string(out.ptr, out.len) : std::string();
  }
  /// A count of things that take at least `bytes_each`.
  std::size_t count(std::size_t bytes_each) {
    std::uint32_t out = number();
    if (out > left_.size() / bytes_each) ok_ = false;
    return ok_ ? out : 0;
  }

 private:
  template <class T>
  T fixed() {
    T out = 0;
    if (left_.size() < sizeof out) ok_ = false;
    if (!ok_) return 0;
    std::memcpy(&out, left_.data(), sizeof out);
    left_.remove_prefix(sizeof out);
    return out;
  }
  std::string_view left_;
  bool ok_ = true;
};

/// Past the kind, if it is this one.
Reader body_of(std::string_view body, Kind wanted) {
  return Reader(kind_of(body) == wanted ? body.substr(4) : std::string_view());
}

void put_http(std::string& out, const void* request) {
  auto raw = taken<handoff_http_request>(request);
  bool readable = raw && raw->n_headers <= kHeadersMax && (raw->n_headers == 0 || raw->headers != nullptr);
  put_number(out, readable ? 1 : 0);
  if (!readable) return;
  for (handoff_str text : {raw->method, raw->target, raw->body}) put_text(out, text);
  put_number(out, static_cast<std::uint32_t>(raw->n_headers));
  for (std::size_t i = 0; i < raw->n_headers; ++i) {
    put_text(out, raw->headers[i].name);
    put_text(out, raw->headers[i].value);
  }
}

void put_mac_check(std::string& out, const void* request) {
  auto raw = taken<handoff_mac_check>(request);
  put_number(out, raw ? 1 : 0);
  if (!raw) return;
  put_number(out, raw->algorithm);
  put_number(out, raw->encoding);
  for (handoff_str text : {raw->secret, raw->message, raw->expected}) put_text(out, text);
}

void put_file(std::string& out, const void* request) {
  auto raw = taken<handoff_file_request>(request);
  put_number(out, raw ? 1 : 0);
  if (!raw) return;
  put_number(out, raw->action);
  for (handoff_str text : {raw->path, raw->to, raw->content}) put_text(out, text);
  put_long(out, raw->offset);
  put_long(out, raw->length);
}

void put_sleep(std::string& out, const void* request) {
  auto raw = taken<handoff_sleep_request>(request);
  put_number(out, raw ? 1 : 0);
  if (raw) put_long(out, raw->milliseconds);
}

void put_mac(std::string& out, const void* request) {
  auto raw = taken<handoff_mac_request>(request);
  put_number(out, raw ? 1 : 0);
  if (!raw) return;
  put_number(out, raw->algorithm);
  put_number(out, raw->encoding);
  for (handoff_str text : {raw->secret, raw->message}) put_text(out, text);
}

void replay_call(Reader& in, handoff_sink* into) {
  if (in.number() == 0) return in.ok() ? into->call(into, nullptr) : void();
  handoff_call call = {};
  call.struct_size = sizeof call;
  call.kind = in.number();
  call.retry_class = in.number();
  call.label = in.raw();
  handoff_http_request http = {};
  handoff_mac_check check = {};
  handoff_file_request file = {};
  handoff_sleep_request sleep = {};
  handoff_mac_request mac = {};
  std::vector<handoff_pair> headers;
  bool readable = in.number() == 1;
  if (readable && call.kind == HANDOFF_CALL_HTTP) {
    http.struct_size = sizeof http;
    for (handoff_str* text : {&http.method, &http.target, &http.body}) *text = in.raw();
    headers.resize(in.count(8));
    for (handoff_pair& header : headers) {
      header.name = in.raw();
      header.value = in.raw();
    }
    http.headers = headers.data();
    http.n_headers = headers.size();
    call.request = &http;
  } else if (readable && call.kind == HANDOFF_CALL_MAC_CHECK) {
    check.struct_size = sizeof check;
    check.algorithm = in.number();
    check.encoding = in.number();
    for (handoff_str* text : {&check.secret, &check.message, &check.expected}) *text = in.raw();
    call.request = &check;
  } else if (readable && call.kind == HANDOFF_CALL_FILE) {
    file.struct_size = sizeof file;
    file.action = in.number();
    for (handoff_str* text : {&file.path, &file.to, &file.content}) *text = in.raw();
    file.offset = in.longer();
    file.length = in.longer();
    call.request = &file;
  } else if (readable && call.kind == HANDOFF_CALL_SLEEP) {
    sleep.struct_size = sizeof sleep;
    sleep.milliseconds = in.longer();
    call.request = &sleep;
  } else if (readable && call.kind == HANDOFF_CALL_MAC) {
    mac.struct_size = sizeof mac;
    mac.algorithm = in.number();
    mac.encoding = in.number();
    for (handoff_str* text : {&mac.secret, &mac.message}) *text = in.raw();
    call.request = &mac;
  }
  if (in.ok()) into->call(into, &call);
}

void replay_verdict(Reader& in, handoff_sink* into) {
  if (in.number() == 0) return in.ok() ? into->verdict(into, nullptr) : void();
  handoff_verdict verdict = {};
  verdict.struct_size = sizeof verdict;
  verdict.kind = in.number();
  for (handoff_str* text : {&verdict.label, &verdict.code, &verdict.message, &verdict.echoes_json}) *text = in.raw();
  verdict.retry_after_ms = in.longer();
  if (in.ok()) into->verdict(into, &verdict);
}

void replay_end(Reader& in, std::uint32_t event, handoff_sink* into) {
  std::uint32_t failure = event == kFail ? in.number() : 0;
  handoff_str text = in.raw();
  if (!in.ok()) return;
  if (event == kEmit) into->emit(into, text);
  if (event == kDone) into->done(into, text);
  if (event == kMore) into->more(into, text);
  if (event == kFail) into->fail(into, failure, text);
}

}  // namespace

std::string encode(const Start& start) {
  std::string out = frame_of(Kind::start);
  put_text(out, std::string_view(start.settings));
  put_number(out, static_cast<std::uint32_t>(start.operations.size()));
  for (const std::string& id : start.operations) put_text(out, std::string_view(id));
  return closed(std::move(out));
}

std::string encode(const std::string& id, const Arguments& arguments, const std::vector<Answer>& answers) {
  std::string out = frame_of(Kind::step);
  auto text = [&out](const std::string& value) { put_text(out, std::string_view(value)); };
  text(id);
  put_long(out, static_cast<std::uint64_t>(arguments.now_ms));
  text(arguments.input);
  text(arguments.payload);
  put_number(out, static_cast<std::uint32_t>(arguments.ids.size()));
  for (const CallIds& ids : arguments.ids) {
    text(ids.label);
    text(ids.key);
    text(ids.ref20);
  }
  put_number(out, static_cast<std::uint32_t>(answers.size()));
  for (const Answer& answer : answers) {
    put_number(out, answer.kind);
    put_number(out, static_cast<std::uint32_t>(answer.http.status));
    text(answer.label);
    text(answer.http.body);
    put_number(out, static_cast<std::uint32_t>(answer.http.headers.size()));
    for (const auto& [name, value] : answer.http.headers) {
      text(name);
      text(value);
    }
  }
  return closed(std::move(out));
}

std::string encode_broken(std::string_view why) {
  std::string out = frame_of(Kind::broken);
  out += why;
  return closed(std::move(out));
}

Kind kind_of(std::string_view body) { return static_cast<Kind>(Reader(body).number()); }

bool decode(std::string_view body, Start& out) {
  Reader in = body_of(body, Kind::start);
  out.settings = in.text();
  out.operations.resize(in.count(4));
  for (std::string& id : out.operations) id = in.text();
  return in.ok();
}

bool decode(std::string_view body, StepRequest& out) {
  Reader in = body_of(body, Kind::step);
  out.id = in.text();
  out.arguments.now_ms = static_cast<std::int64_t>(in.longer());
  out.arguments.input = in.text();
  out.arguments.payload = in.text();
  out.arguments.ids.resize(in.count(12));
  for (CallIds& ids : out.arguments.ids) {
    ids.label = in.text();
    ids.key = in.text();
    ids.ref20 = in.text();
  }
  out.answers.resize(in.count(20));
  for (Answer& answer : out.answers) {
    answer.kind = in.number();
    answer.http.status = static_cast<int>(in.number());
    answer.label = in.text();
    answer.http.body = in.text();
    answer.http.headers.resize(in.count(8));
    for (auto& [name, value] : answer.http.headers) {
      name = in.text();
      value = in.text();
    }
  }
  return in.ok();
}

std::string_view broken_text(std::string_view body) { return body.substr(std::min<std::size_t>(body.size(), 4)); }

bool replay(std::string_view body, handoff_sink* into) {
  Reader in(body.substr(std::min<std::size_t>(body.size(), 4)));
  for (std::size_t events = 0; in.more(); ++events) {
    std::uint32_t event = in.number();
    if (events == kEventsMax || event < kCall || event > kFail) return false;
    if (event == kCall)
      replay_call(in, into);
    else if (event == kVerdict)
      replay_verdict(in, into);
    else
      replay_end(in, event, into);
  }
  return in.ok();
}

Recorder::Recorder() {
  raw_.struct_size = sizeof raw_;
  raw_.host = this;
  static constexpr auto of = [](handoff_sink* raw) -> Recorder& { return *static_cast<Recorder*>(raw->host); };
  static constexpr auto note = [](handoff_sink* raw, std::uint32_t event, handoff_str text) {
    put_number(of(raw).events_, event);
    put_text(of(raw).events_, text);
  };
  raw_.call = [](handoff_sink* raw, const handoff_call* call) { of(raw).call(call); };
  raw_.verdict = [](handoff_sink* raw, const handoff_verdict* verdict) { of(raw).verdict(verdict); };
  raw_.emit = [](handoff_sink* raw, handoff_str record) { note(raw, kEmit, record); };
  raw_.done = [](handoff_sink* raw, handoff_str result) { note(raw, kDone, result); };
  raw_.more = [](handoff_sink* raw, handoff_str cursor) { note(raw, kMore, cursor); };
  raw_.fail = [](handoff_sink* raw, std::uint32_t failure, handoff_str detail) {
    put_number(of(raw).events_, kFail);
    put_number(of(raw).events_, failure);
    put_text(of(raw).events_, detail);
  };
}

std::string Recorder::frame(Kind kind) && { return closed(frame_of(kind) + events_); }

void Recorder::call(const handoff_call* passed) {
  auto raw = taken<handoff_call>(passed);
  put_number(events_, kCall);
  put_number(events_, raw ? 1 : 0);
  if (!raw) return;
  put_number(events_, raw->kind);
  put_number(events_, raw->retry_class);
  put_text(events_, raw->label);
  if (raw->kind == HANDOFF_CALL_HTTP)
    put_http(events_, raw->request);
  else if (raw->kind == HANDOFF_CALL_MAC_CHECK)
    put_mac_check(events_, raw->request);
  else if (raw->kind == HANDOFF_CALL_FILE)
    put_file(events_, raw->request);
  else if (raw->kind == HANDOFF_CALL_SLEEP)
    put_sleep(events_, raw->request);
  else if (raw->kind == HANDOFF_CALL_MAC)
    put_mac(events_, raw->request);
  else
    put_number(events_, 0);
}

void Recorder::verdict(const handoff_verdict* passed) {
  auto raw = taken<handoff_verdict>(passed);
  put_number(events_, kVerdict);
  put_number(events_, raw ? 1 : 0);
  if (!raw) return;
  put_number(events_, raw->kind);
  for (handoff_str text : {raw->label, raw->code, raw->message, raw->echoes_json}) put_text(events_, text);
  put_long(events_, raw->retry_after_ms);
}

}  // namespace handoff::plugin_host::wire
