#include "core/serve/refusals.hpp"

#include "core/model/identity.hpp"

namespace handoff::serve {

namespace {

constexpr std::int64_t kInTheLogAgainMs = 600'000;

bool counts(const std::string& listener, int status, std::string_view code) {
  if (status < 400 || status >= 500) return false;
  if (listener == "admin") return status == 401 || status == 403;
  if (listener == "inbound") return true;
  if (code == "conflict" || code == "collision") return false;
  return status != 409 && (status != 404 || code == "no_such_path");
}

}  // namespace

void Refusals::note(const std::string& listener, const std::string& peer, const net::ServerResponse& answer,
                    std::int64_t now_ms) {
  json::Parsed body = json::parse(answer.body);
  std::string code(body ? body->at("error").at("code").as_string() : ""), why;
  if (code.empty() && body) code = body->at("reason").as_string();  // of one credit that is not taken
  if (code == kRefusedByConnector) why = body->at("error").at("message").as_string();
  if (!counts(listener, answer.status, code)) return;
  std::string line;
  {
    std::scoped_lock lock(mutex_);
    Count& count = kinds_[{listener, answer.status, code, why}];
    ++count.times;
    count.last_ms = now_ms;
    count.from = peer;
    if (count.times > 1 && now_ms - count.said_ms < kInTheLogAgainMs) return;
    count.said_ms = now_ms;
    line = "refused at the " + listener + " listener: " + std::to_string(answer.status) + " " + code +
           (why.empty() ? "" : ": ") + why + ", from " + peer;
    if (count.times > 1) line += ", " + std::to_string(count.times) + " times since the start";
  }
  log_(line);
}

json::Array Refusals::view(std::int64_t now_ms) const {
  json::Array out;
  std::scoped_lock lock(mutex_);
  for (const auto& [kind, count] : kinds_) {
    const auto& [listener, status, code, why] = kind;
    json::Object one{{"listener", listener}, {"status", status}, {"code", code}};
    if (!why.empty()) one.set("why", why);
    one.set("times", static_cast<std::int64_t>(count.times)).set("last_at", rfc3339(count.last_ms));
    one.set("last_ms", now_ms - count.last_ms).set("from", count.from);
    out.emplace_back(std::move(one));
  }
  return out;
}

}  // namespace handoff::serve
