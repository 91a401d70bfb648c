#include "errors.hpp"

#include <handoff/sdk/retry_after.hpp>

namespace handoff::bigcommerce {

std::string code_of(const Reply& reply) { return std::to_string(reply.status()); }

std::uint64_t wait_ms(const Reply& reply) {
  constexpr std::int64_t kWindowMax = 3'600'000;
  std::optional<std::int64_t> reset = parse_decimal(reply.header("x-rate-limit-time-reset-ms"), 0);
  if (reset && *reset >= 0 && *reset <= kWindowMax) return static_cast<std::uint64_t>(*reset);
  return retry_after_ms(reply);
}

void refuse_write(Replay& c, const Reply& reply) {
  if (reply.status() == 429) c.refused(reply, code_of(reply), wait_ms(reply));
  std::string message(reply.json().at("title").as_string());
  if (reply.status() == 401 || reply.status() == 403) message = "the token was not accepted";
  c.rejected(reply, code_of(reply), c.masked(message));  // the sheet decides which codes truly mean "no effect"
}

void fail_read(const Reply& reply) {
  std::string code = code_of(reply);
  if (reply.status() == 429) {
    json::Object detail;
    detail.set("retry_after_ms", static_cast<std::int64_t>(wait_ms(reply)));
    throw Failure(Failed::rate_limited, code, std::move(detail));
  }
  if (reply.status() == 401 || reply.status() == 403) throw Failure(Failed::auth, code);
  if (reply.status() >= 500) throw Failure(Failed::retryable, code);
  if (reply.status() == 404) throw Failure(Failed::not_found, code);
  throw Failure(Failed::rejected, code);
}

}  // namespace handoff::bigcommerce
