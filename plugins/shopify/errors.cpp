#include "errors.hpp"

#include <algorithm>

namespace handoff::shopify {

namespace {

constexpr std::int64_t kWaitMsMax = 3'600'000;

/// Points of query cost, in thousandths: the bucket is written as "1989" or "2000.0".
std::optional<std::int64_t> points(const json::Value& value) {
  return value.number() ? parse_decimal(value.number()->text(), 3) : std::nullopt;
}

std::string one_code(const json::Array& errors, bool top_level) {
  std::string code;
  for (const json::Value& error : errors) {
    std::string_view found = (top_level ? error.at("extensions") : error).at("code").as_string("uncoded");
    if (!code.empty() && code != found) return "several";
    code = found;
  }
  return code;
}

}  // namespace

std::string code_of(const Reply& reply, const json::Value& body, std::string_view payload) {
  std::string status = std::to_string(reply.status());
  if (reply.status() != 200) return status;
  std::string code = one_code(body.at("errors").as_array(), true);
  if (code.empty()) code = one_code(body.at("data").at(payload).at("userErrors").as_array(), false);
  return code.empty() ? status : status + "/" + code;
}

std::uint64_t throttled_ms(const json::Value& body) {
  const json::Value& cost = body.at("extensions").at("cost");
  const json::Value& bucket = cost.at("throttleStatus");
  std::optional<std::int64_t> requested = points(cost.at("requestedQueryCost"));
  std::optional<std::int64_t> available = points(bucket.at("currentlyAvailable"));
  std::optional<std::int64_t> restored = points(bucket.at("restoreRate"));
  if (!requested || !available || !restored || *restored <= 0) return 0;
  // Numbers outside any plan's bucket are not believed; a bucket that seems full enough is asked again in a second.
  constexpr std::int64_t kPointsMax = 1'000'000'000;
  if (*requested > kPointsMax || *available > kPointsMax || *available < -kPointsMax) return 0;
  std::int64_t missing = *requested - *available;
  std::int64_t wait_ms = missing <= 0 ? 1000 : (missing * 1000 + *restored - 1) / *restored;
  return static_cast<std::uint64_t>(std::clamp<std::int64_t>(wait_ms, 1, kWaitMsMax));
}

bool readable(const Reply& reply, const json::Value& body) {
  return reply.status() == 200 && body.at("errors").is_null() && body.at("data").object();
}

void refuse_write(Replay& c, const Reply& reply, const json::Value& body, std::string_view payload) {
  std::string code = code_of(reply, body, payload);
  const json::Value& result = body.at("data").at(payload);
  bool refused_whole = body.at("errors").is_null() || result.is_null();
  if (!refused_whole) c.unclear(reply, code, "an answer with both a result and errors");
  if (code == "200/THROTTLED") c.refused(reply, code, throttled_ms(body));
  if (code == "200") c.unclear(reply, code, "the answer is no result of " + std::string(payload));
  const json::Value& error = result.is_null() ? body.at("errors").at(0) : result.at("userErrors").at(0);
  std::string message(error.at("message").as_string());
  if (reply.status() == 401 || reply.status() == 403)
    message = "the token was not accepted";  // their words may quote it
  c.rejected(reply, code, c.masked(message));
}

void fail_read(const Reply& reply, const json::Value& body) {
  std::string code = code_of(reply, body);
  int status = reply.status();
  if (code == "200/THROTTLED" || status == 429) {
    json::Object detail;
    detail.set("retry_after_ms", static_cast<std::int64_t>(throttled_ms(body)));
    throw Failure(Failed::rate_limited, code, std::move(detail));
  }
  // 402 and 423: the shop is frozen or locked. Nothing helps but a person.
  if (status == 401 || status == 402 || status == 403 || status == 423) throw Failure(Failed::auth, code);
  if (code == "200/ACCESS_DENIED" || code == "200/SHOP_INACTIVE") throw Failure(Failed::auth, code);
  if (status >= 500 || code == "200/INTERNAL_SERVER_ERROR") throw Failure(Failed::retryable, code);
  if (code == "200") throw Failure(Failed::unreadable, "the answer has neither data nor errors");
  throw Failure(Failed::rejected, code);
}

}  // namespace handoff::shopify
