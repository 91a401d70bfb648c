#include "errors.hpp"

#include <handoff/sdk/retry_after.hpp>

namespace handoff::voucherify {

std::string code_of(const Reply& reply) {
  std::string code = std::to_string(reply.status());
  std::string key(reply.json().at("key").as_string());
  return key.empty() ? code : code + "/" + key;
}

void refuse_write(Replay& c, const Reply& reply) {
  // limits.mdx: Retry-After is optional; X-Rate-Limit-Retry, a Unix second of their clock, is not believed.
  if (reply.status() == 429) c.refused(reply, "429", retry_after_ms(reply));
  std::string message(reply.json().at("message").as_string());
  if (reply.status() == 401 || reply.status() == 403) message = "the key was not accepted";  // their words may quote it
  c.rejected(reply, code_of(reply), c.masked(message));  // the sheet decides which codes truly mean "no effect"
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
