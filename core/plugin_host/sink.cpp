#include "core/plugin_host/sink.hpp"

#include <array>

#include "core/crypto/hash.hpp"
#include "core/model/file_path.hpp"

namespace handoff::plugin_host {

namespace {

void put(std::string& out, std::string_view field) {
  out += std::to_string(field.size());
  out += ':';
  out += field;
}

}  // namespace

Sink::Sink(Step& step, const Layout& layout) : step_(step) {
  raw_.struct_size = static_cast<std::uint32_t>(sizeof raw_) + layout.extra_bytes;
  raw_.host = this;
  raw_.call = [](handoff_sink* raw, const handoff_call* call) {
    whole(call) ? of(raw).call(*call) : of(raw).blame("a call is missing or cut short");
  };
  raw_.verdict = [](handoff_sink* raw, const handoff_verdict* verdict) {
    whole(verdict) ? of(raw).verdict(*verdict) : of(raw).blame("a verdict is missing or cut short");
  };
  raw_.emit = [](handoff_sink* raw, handoff_str record) { of(raw).emit(record); };
  raw_.done = [](handoff_sink* raw, handoff_str result) { of(raw).end(StepEnd::done, result); };
  raw_.more = [](handoff_sink* raw, handoff_str cursor) { of(raw).end(StepEnd::more, cursor); };
  raw_.fail = [](handoff_sink* raw, std::uint32_t failure, handoff_str detail) {
    of(raw).step_.failure = failure;
    of(raw).end(StepEnd::failed, detail);
  };
  at_ = const_cast<handoff_sink*>(placed_struct(raw_, layout));
}

void Sink::blame(const std::string& what) {
  if (step_.misbehaviour.empty()) step_.misbehaviour = what;
}

/// What the connector says, as far as it can be had.
std::string Sink::text(handoff_str raw) {
  bool readable = raw.len == 0 || (raw.ptr != nullptr && raw.len <= kTextBytesMax);
  if (!readable) blame("a text has no bytes, or more than " + std::to_string(kTextBytesMax));
  return readable ? std::string(raw.ptr ? raw.ptr : "", raw.len) : std::string();
}

json::Value Sink::read(handoff_str raw, const char* what) {
  std::string said = text(raw);
  if (said.empty()) return json::Value();
  json::Parsed parsed = json::parse(said);
  if (!parsed) blame(std::string(what) + " is no JSON: " + parsed.error.message);
  return parsed ? *parsed : json::Value();
}

void Sink::end(StepEnd how, handoff_str detail) {
  if (step_.end != StepEnd::waiting) blame("the step ended twice");
  step_.end = how;
  step_.result = read(detail, "the result");
}

void Sink::verdict(const handoff_verdict& raw) {
  Verdict out;
  out.kind = raw.kind;
  out.label = text(raw.label);
  out.code = text(raw.code);
  out.message = text(raw.message);
  out.retry_after_ms = raw.retry_after_ms;
  std::string problem = raw.echoes_json.len ? decode(read(raw.echoes_json, "echoes"), out.echoes) : std::string();
  if (!problem.empty()) blame("echoes of '" + out.label + "': " + problem);
  step_.verdicts.push_back(std::move(out));
}

void Sink::call(const handoff_call& raw) {
  if (step_.end != StepEnd::waiting) blame("a call after the end of the step");
  Asked out;
  out.kind = raw.kind;
  out.retry = raw.retry_class;
  out.safe = raw.retry_class == HANDOFF_RETRY_SAFE;
  out.label = text(raw.label);
  std::string all;
  put(all, out.label);
  put(all, std::to_string(raw.kind) + "/" + std::to_string(raw.retry_class));
  if (raw.kind == HANDOFF_CALL_HTTP)
    http(static_cast<const handoff_http_request*>(raw.request), out, all);
  else if (raw.kind == HANDOFF_CALL_HMAC)
    hmac(static_cast<const handoff_hmac_check*>(raw.request), out, all);
  else if (raw.kind == HANDOFF_CALL_FILE)
    file(static_cast<const handoff_file_request*>(raw.request), out, all);
  else if (raw.kind == HANDOFF_CALL_SLEEP)
    rest(static_cast<const handoff_sleep_request*>(raw.request), out, all);
  else if (raw.kind == HANDOFF_CALL_MAC)
    mac(static_cast<const handoff_mac_request*>(raw.request), out, all);
  else
    blame("'" + out.label + "' is a kind of call this handoff does not know: " + std::to_string(raw.kind));
  out.digest = crypto::base32(crypto::bytes(crypto::sha256(all)).substr(0, 15));
  step_.asked.push_back(std::move(out));
}

void Sink::http(const handoff_http_request* request, Asked& out, std::string& all) {
  if (!whole(request) || request->n_headers > kHeadersMax || (request->n_headers > 0 && !request->headers))
    return blame("the request of '" + out.label + "' is missing or cut short");
  const handoff_http_request& raw = *request;
  out.http.method = text(raw.method);
  out.http.target = text(raw.target);
  out.http.body = text(raw.body);
  put(all, out.http.method);
  put(all, out.http.target);
  put(all, out.http.body);
  for (std::size_t i = 0; i < raw.n_headers; ++i) {
    out.http.headers.emplace_back(text(raw.headers[i].name), text(raw.headers[i].value));
    put(all, out.http.headers.back().first);
    put(all, out.http.headers.back().second);
  }
  if (!out.http.target.starts_with('/')) blame("the target of '" + out.label + "' must start with '/'");
}

/// Only a WRITE can be more than safe: the others end where they ended before, however often they are done.
void Sink::file(const handoff_file_request* request, Asked& out, std::string& all) {
  if (!whole(request)) return blame("the request of '" + out.label + "' is missing or cut short");
  static constexpr std::array<const char*, 6> kNames = {"", "LIST", "READ", "CLAIM", "WRITE", "MOVE"};
  const handoff_file_request& raw = *request;
  const std::string path = text(raw.path), to = text(raw.to);
  out.http.body = text(raw.content);
  if (raw.action == 0 || raw.action >= kNames.size())
    return blame("'" + out.label + "' asks a folder for what this handoff does not know: " + std::to_string(raw.action));
  out.http.method = kNames[raw.action];
  out.http.target = "/" + path;
  if (raw.action == HANDOFF_FILE_MOVE) out.http.headers.emplace_back("to", "/" + to);
  if (raw.action == HANDOFF_FILE_READ) {
    out.http.headers.emplace_back("offset", std::to_string(raw.offset));
    out.http.headers.emplace_back("length", std::to_string(raw.length));
  }
  std::string problem = path_problem(path, raw.action == HANDOFF_FILE_LIST);
  if (problem.empty() && raw.action == HANDOFF_FILE_MOVE) problem = path_problem(to);
  if (problem.empty() && raw.action == HANDOFF_FILE_MOVE && !path.starts_with("claimed/"))
    problem = "only what was claimed is moved";
  if (problem.empty() && raw.action == HANDOFF_FILE_READ && (raw.length == 0 || raw.length > kReadBytesMax))
    problem = "a read is of 1 byte to 1 MiB";
  if (problem.empty() && (raw.action == HANDOFF_FILE_WRITE) == out.safe)
    problem = out.safe ? "a WRITE is not safe" : "a " + out.http.method + " is safe, and asked for as something else";
  if (!problem.empty()) blame("'" + out.label + "': " + problem);
  put(all, out.http.method);
  put(all, path);
  put(all, to);
  put(all, std::to_string(raw.offset) + "+" + std::to_string(raw.length));
  put(all, out.http.body);
}

void Sink::rest(const handoff_sleep_request* request, Asked& out, std::string& all) {
  if (!whole(request)) return blame("the request of '" + out.label + "' is missing or cut short");
  if (!out.safe || request->milliseconds > kSleepMsMax)
    return blame("'" + out.label + "': a sleep is safe, and of at most five minutes");
  out.sleep_ms = static_cast<std::int64_t>(request->milliseconds);
  out.http.method = "SLEEP";
  out.http.target = "/" + std::to_string(out.sleep_ms);
  put(all, out.http.target);
}

void Sink::hmac(const handoff_hmac_check* check, Asked& out, std::string& all) {
  if (!whole(check)) return blame("the check of '" + out.label + "' is missing or cut short");
  const handoff_hmac_check& raw = *check;
  out.hmac = {raw.algorithm, raw.encoding, text(raw.secret), text(raw.message), text(raw.expected)};
  put(all, std::to_string(raw.algorithm) + "/" + std::to_string(raw.encoding));
  put(all, out.hmac.secret);
  put(all, out.hmac.message);
  put(all, out.hmac.expected);
}

void Sink::mac(const handoff_mac_request* request, Asked& out, std::string& all) {
  if (!whole(request)) return blame("the request of '" + out.label + "' is missing or cut short");
  const handoff_mac_request& raw = *request;
  if (!out.safe) return blame("'" + out.label + "': a MAC is safe, and asked for as something else");
  if (raw.algorithm != HANDOFF_HMAC_SHA256 && raw.algorithm != HANDOFF_HMAC_SHA1)
    return blame("'" + out.label + "' asks for a MAC that this handoff does not know: " + std::to_string(raw.algorithm));
  if (raw.encoding != HANDOFF_ENCODING_HEX && raw.encoding != HANDOFF_ENCODING_BASE64)
    return blame("'" + out.label + "' asks for an encoding that this handoff does not know: " + std::to_string(raw.encoding));
  out.hmac = {raw.algorithm, raw.encoding, text(raw.secret), text(raw.message), {}};
  put(all, std::to_string(raw.algorithm) + "/" + std::to_string(raw.encoding));
  put(all, out.hmac.secret);
  put(all, out.hmac.message);
}

const handoff_operation* find_operation(const handoff_plugin& header, std::string_view id) {
  for (std::uint32_t i = 0; i < header.n_operations; ++i) {
    const handoff_operation& one = operation_at(header, i);
    if (std::string_view(one.id.ptr, one.id.len) == id) return &one;
  }
  return nullptr;
}

}  // namespace handoff::plugin_host
