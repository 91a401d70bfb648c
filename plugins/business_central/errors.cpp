#include "errors.hpp"

#include <handoff/sdk/retry_after.hpp>

namespace handoff::business_central {

std::string code_of(const Reply& reply) {
  std::string status = std::to_string(reply.status());
  std::string code(reply.json().at("error").at("code").as_string());
  return code.empty() ? status : status + "/" + code;
}

void refuse_write(Replay& c, const Reply& reply) {
  std::string code = code_of(reply);
  if (reply.status() == 429) c.refused(reply, code, retry_after_ms(reply));
  std::string message(reply.json().at("error").at("message").as_string());
  // Who may not do what names people and apps.
  if (reply.status() == 401 || reply.status() == 403) message = "the app is not allowed to do this";
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
  if (status == 408 || status == 409 || status >= 500) throw Failure(Failed::retryable, code);
  throw Failure(Failed::rejected, code);
}

json::Array rows_of(const Reply& reply) {
  if (!reply.ok()) fail_read(reply);
  json::Value body = reply.json();
  if (!body.at("value").array()) throw Failure(Failed::unreadable, "the answer is no list");
  if (!body.at("@odata.nextLink").is_null())
    throw Failure(Failed::unreadable, "the list goes on where one page must do");
  return body.at("value").as_array();
}

}  // namespace handoff::business_central
