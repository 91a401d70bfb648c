#include "core/serve/refusals.hpp"

#include "core/model/identity.hpp"

namespace handoff::serve {

namespace {

constexpr std::int64_t kInTheLogAgainMs = 600'000;

bool counts(const std::string& listener, int status, std::string_view code) {
  if (status < 400 || status >= 500) return false;
  if (listener == "admin") return status == 401 || status == 403;
  return status != 409 && (status != 404 || code == "no_such_path");
}

}  // namespace

void Refusals::note(const std::string& listener, const std::string& peer, const net::ServerResponse& answer,
                    std::int64_t now_ms) {
  json::Parsed body = json::parse(answer.body);
  std::string code(body ? body->at("error").at("code").as_string() : "");
  if (!counts(listener, answer.status, code)) return;
  std::string line;
  {
    std::scoped_lock lock(mutex_);
    Count& count = kinds_[{listener, answer.status, code}];
    ++count.times;
    count.last_ms = now_ms;
    count.from = peer;
    if (count.times > 1 && now_ms - count.said_ms < kInTheLogAgainMs) return;
    count.said_ms = now_ms;
    line = "refused at the " + listener + " listener: " + std::to_string(answer.status) + " " + code + ", from " + peer;
    if (count.times > 1) line += ", " + std::to_string(count.times) + " times since the start";
  }
  log_(line);
}

json::Array Refusals::view(std::int64_t now_ms) const {
  json::Array out;
  std::scoped_lock lock(mutex_);
  for (const auto& [kind, count] : kinds_) {
    const auto& [listener, status, code] = kind;
    out.emplace_back(json::Object{{"listener", listener},
                                  {"status", status},
                                  {"code", code},
                                  {"times", static_cast<std::int64_t>(count.times)},
                                  {"last_at", rfc3339(count.last_ms)},
                                  {"last_ms", now_ms - count.last_ms},
                                  {"from", count.from}});
  }
  return out;
}

}  // namespace handoff::serve
