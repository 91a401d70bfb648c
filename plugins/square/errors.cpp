#include "errors.hpp"

#include <handoff/sdk/retry_after.hpp>

namespace handoff::square {

std::string code_of(const Reply& reply, const json::Value& body) {
  std::string status = std::to_string(reply.status());
  std::string code(body.at("errors").at(0).at("code").as_string());
  return code.empty() ? status : status + "/" + code;
}

bool readable(const Reply& reply, const json::Value& body) {
  return reply.ok() && body.object() && body.at("errors").as_array().empty();
}

void fail_read(const Reply& reply, const json::Value& body) {
  std::string code = code_of(reply, body);
  std::string_view name = body.at("errors").at(0).at("code").as_string();
  std::string_view category = body.at("errors").at(0).at("category").as_string();
  int status = reply.status();
  if (status == 429 || category == "RATE_LIMIT_ERROR") {
    json::Object detail;
    detail.set("retry_after_ms", static_cast<std::int64_t>(retry_after_ms(reply)));
    throw Failure(Failed::rate_limited, code, std::move(detail));
  }
  if (name == "INVALID_CURSOR") throw Failure(Failed::cursor_expired, code);
  if (status == 401 || status == 403 || category == "AUTHENTICATION_ERROR") throw Failure(Failed::auth, code);
  if (status == 408 || status >= 500 || category == "API_ERROR") throw Failure(Failed::retryable, code);
  if (status == 404) throw Failure(Failed::not_found, code);
  if (reply.ok() && name.empty()) throw Failure(Failed::unreadable, "the answer is no object of Square's");
  throw Failure(Failed::rejected, code);
}

void refuse_write(Replay& c, const Reply& reply, const json::Value& body) {
  std::string code = code_of(reply, body);
  std::string_view category = body.at("errors").at(0).at("category").as_string();
  if (reply.status() == 429) c.refused(reply, code, retry_after_ms(reply));
  if (reply.ok() && body.at("errors").as_array().empty()) c.unclear(reply, code, "the answer is no object of Square's");
  c.rejected(reply, code, std::string(category));  // the sheet decides which codes truly mean "no effect"
}

}  // namespace handoff::square
