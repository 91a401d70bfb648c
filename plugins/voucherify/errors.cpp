#include "errors.hpp"

namespace handoff::voucherify {

namespace {

/// limits.mdx: X-Rate-Limit-Retry holds the Unix second of the next allowed request; Retry-After, seconds, is
/// optional. Without a trusted clock only the relative form is used.
std::uint64_t retry_after_ms(const Reply& reply) {
  std::optional<std::int64_t> seconds = parse_decimal(reply.header("retry-after"), 0);
  return seconds && *seconds > 0 && *seconds <= 3600 ? static_cast<std::uint64_t>(*seconds) * 1000 : 0;
}

}  // namespace

std::string code_of(const Reply& reply) {
  std::string code = std::to_string(reply.status());
  std::string key(reply.json().at("key").as_string());
  return key.empty() ? code : code + "/" + key;
}

void refuse_write(Replay& c, const Reply& reply) {
  if (reply.status() == 429) c.refused(reply, "429", retry_after_ms(reply));
  std::string message(reply.json().at("message").as_string());
  c.rejected(reply, code_of(reply), message);  // the sheet decides which codes truly mean "no effect"
}

void fail_read(const Reply& reply) {
  std::string code = code_of(reply);
  if (reply.status() == 429) {
    json::Object detail;
    detail.set("retry_after_ms", static_cast<std::int64_t>(retry_after_ms(reply)));
    throw Failure(Failed::rate_limited, code, std::move(detail));
  }
  if (reply.status() == 401 || reply.status() == 403) throw Failure(Failed::auth, code);
  if (reply.status() >= 500 || code == "400/multiple_requests") throw Failure(Failed::retryable, code);
  throw Failure(Failed::rejected, code);
}

}  // namespace handoff::voucherify
