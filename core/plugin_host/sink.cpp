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
    std::optional<handoff_call> made = taken<handoff_call>(call);
    made ? of(raw).call(*made) : of(raw).blame("a call is missing or cut short");
  };
  raw_.verdict = [](handoff_sink* raw, const handoff_verdict* verdict) {
    std::optional<handoff_verdict> given = taken<handoff_verdict>(verdict);
    given ? of(raw).verdict(*given) : of(raw).blame("a verdict is missing or cut short");
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
  if (raw.kind == HANDOFF_CALL_HTTP) {
    if (auto request = request_of<handoff_http_request>(raw, out)) http(*request, out, all);
  } else if (raw.kind == HANDOFF_CALL_MAC_CHECK) {
    if (auto request = request_of<handoff_mac_check>(raw, out)) mac_check(*request, out, all);
  } else if (raw.kind == HANDOFF_CALL_FILE) {
    if (auto request = request_of<handoff_file_request>(raw, out)) file(*request, out, all);
  } else if (raw.kind == HANDOFF_CALL_SLEEP) {
    if (auto request = request_of<handoff_sleep_request>(raw, out)) rest(*request, out, all);
  } else if (raw.kind == HANDOFF_CALL_MAC) {
    if (auto request = request_of<handoff_mac_request>(raw, out)) mac(*request, out, all);
  } else {
    blame("'" + out.label + "' is a kind of call this handoff does not know: " + std::to_string(raw.kind));
  }
  out.digest = crypto::base32(crypto::bytes(crypto::sha256(all)).substr(0, 15));
  step_.asked.push_back(std::move(out));
}

void Sink::http(const handoff_http_request& raw, Asked& out, std::string& all) {
  if (raw.n_headers > kHeadersMax || (raw.n_headers > 0 && !raw.headers)) return cut(out);
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
void Sink::file(const handoff_file_request& raw, Asked& out, std::string& all) {
  static constexpr std::array<const char*, 6> kNames = {"", "LIST", "READ", "CLAIM", "WRITE", "MOVE"};
  const std::string path = text(raw.path), to = text(raw.to);
  out.http.body = text(raw.content);
  if (raw.action == 0 || raw.action >= kNames.size())
    return blame("'" + out.label +
                 "' asks a folder for what this handoff does not know: " + std::to_string(raw.action));
  out.http.method = kNames[raw.action];
  out.http.target = "/" + path;
  if (raw.action == HANDOFF_FILE_MOVE) out.http.headers.emplace_back("to", "/" + to);
  if (raw.action == HANDOFF_FILE_READ || (raw.action == HANDOFF_FILE_LIST && raw.offset > 0))
    out.http.headers.emplace_back("offset", std::to_string(raw.offset));
  if (raw.action == HANDOFF_FILE_READ) out.http.headers.emplace_back("length", std::to_string(raw.length));
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

void Sink::rest(const handoff_sleep_request& raw, Asked& out, std::string& all) {
  if (!out.safe || raw.milliseconds > kSleepMsMax)
    return blame("'" + out.label + "': a sleep is safe, and of at most five minutes");
  out.sleep_ms = static_cast<std::int64_t>(raw.milliseconds);
  out.http.method = "SLEEP";
  out.http.target = "/" + std::to_string(out.sleep_ms);
  put(all, out.http.target);
}

bool Sink::known_mac(std::uint32_t algorithm, std::uint32_t encoding, const Asked& out) {
  if (!out.safe) blame("'" + out.label + "': a MAC is safe, and asked for as something else");
  if (algorithm != HANDOFF_MAC_HMAC_SHA256 && algorithm != HANDOFF_MAC_HMAC_SHA1)
    blame("'" + out.label + "' asks for a MAC that this handoff does not know: " + std::to_string(algorithm));
  if (encoding != HANDOFF_ENCODING_HEX && encoding != HANDOFF_ENCODING_BASE64)
    blame("'" + out.label + "' asks for an encoding that this handoff does not know: " + std::to_string(encoding));
  return step_.misbehaviour.empty();
}

void Sink::mac_check(const handoff_mac_check& raw, Asked& out, std::string& all) {
  if (!known_mac(raw.algorithm, raw.encoding, out)) return;
  out.mac = {raw.algorithm, raw.encoding, text(raw.secret), text(raw.message), text(raw.expected)};
  put(all, std::to_string(raw.algorithm) + "/" + std::to_string(raw.encoding));
  put(all, out.mac.secret);
  put(all, out.mac.message);
  put(all, out.mac.expected);
}

void Sink::mac(const handoff_mac_request& raw, Asked& out, std::string& all) {
  if (!known_mac(raw.algorithm, raw.encoding, out)) return;
  out.mac = {raw.algorithm, raw.encoding, text(raw.secret), text(raw.message), {}};
  put(all, std::to_string(raw.algorithm) + "/" + std::to_string(raw.encoding));
  put(all, out.mac.secret);
  put(all, out.mac.message);
}

const handoff_operation* find_operation(const handoff_plugin& header, std::string_view id) {
  for (std::uint32_t i = 0; i < header.n_operations; ++i) {
    const handoff_operation& one = operation_at(header, i);
    if (std::string_view(one.id.ptr, one.id.len) == id) return &one;
  }
  return nullptr;
}

}  // namespace handoff::plugin_host
