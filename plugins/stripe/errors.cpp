#include "errors.hpp"

#include <handoff/sdk/retry_after.hpp>

namespace handoff::stripe {

std::string code_of(const Reply& reply) {
  json::Value body = reply.json();
  const json::Value& error = body.at("error");
  std::string status = std::to_string(reply.status());
  std::string_view type = error.at("type").as_string();
  std::string_view code = error.at("code").as_string();
  if (code.empty() || type == "idempotency_error") code = type;
  return code.empty() ? status : status + "/" + std::string(code);
}

void refuse_write(Replay& c, const Reply& reply) {
  std::string code = code_of(reply);
  if (reply.status() == 429) c.refused(reply, code, retry_after_ms(reply));
  std::string message(reply.json().at("error").at("message").as_string());
  if (reply.status() == 401 || reply.status() == 403) message = "the key was not accepted";  // their words quote it
  c.rejected(reply, code, c.masked(message));  // the sheet decides which codes truly mean "no effect"
}

void fail_read(const Reply& reply) {
  std::string code = code_of(reply);
  int status = reply.status();
  if (status == 429) {
    json::Object detail;
    detail.set("retry_after_ms", static_cast<std::int64_t>(retry_after_ms(reply)));
    throw Failure(Failed::rate_limited, code, std::move(detail));
  }
  if (status == 401 || status == 403) throw Failure(Failed::auth, code);
  if (status == 409 || status >= 500) throw Failure(Failed::retryable, code);
  throw Failure(Failed::rejected, code);
}

}  // namespace handoff::stripe
