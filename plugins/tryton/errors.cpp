#include "errors.hpp"

#include <array>
#include <handoff/sdk/retry_after.hpp>

namespace handoff::tryton {

namespace {

constexpr std::array<std::string_view, 5> kExceptions = {"UserError", "UserWarning", "ConcurrencyException",
                                                         "LoginException", "RateLimitException"};

/// UserError: [message, description, domain]; UserWarning: [name, message, description].
std::string message_of(const json::Value& error) {
  std::size_t at = error.at(0).as_string() == "UserWarning" ? 1 : 0;
  return std::string(error.at(1).at(at).as_string(error.at(1).as_string()));
}

bool of_rights(const Reply& reply, std::string_view code) {
  return reply.status() == 401 || reply.status() == 403 || code == "200/LoginException";
}

bool of_pace(const Reply& reply, std::string_view code) {
  return reply.status() == 429 || code == "200/RateLimitException";
}

}  // namespace

std::string code_of(const Reply& reply, const json::Value& body) {
  std::string status = std::to_string(reply.status());
  const json::Value& error = body.at("error");
  if (error.is_null()) return status;
  for (std::string_view known : kExceptions)
    if (error.at(0).as_string() == known) return status + "/" + std::string(known);
  return status + "/uncoded";
}

bool answered(const Reply& reply, const json::Value& body) {
  const json::Object* object = body.object();
  return reply.status() == 200 && object && object->find("result") && body.at("error").is_null() &&
         body.at("id").as_integer() == 1;
}

void refuse_write(Replay& c, const Reply& reply, const json::Value& body) {
  std::string code = code_of(reply, body);
  // Both were undone, or never begun: the same call may be made again.
  if (of_pace(reply, code) || code == "200/ConcurrencyException")
    c.refused(reply, code, retry_after_ms(reply, c.now_ms()));
  if (code == "200") c.unclear(reply, code, "the answer has neither a result nor an error");
  std::string message = message_of(body.at("error"));
  if (of_rights(reply, code)) message = "the user may not do this";
  c.rejected(reply, code, c.masked(message));  // the sheet decides which codes truly mean "no effect"
}

void fail_read(const Reply& reply, const json::Value& body) {
  std::string code = code_of(reply, body);
  if (of_pace(reply, code)) {
    json::Object detail;
    detail.set("retry_after_ms", static_cast<std::int64_t>(retry_after_ms(reply)));
    throw Failure(Failed::rate_limited, code, std::move(detail));
  }
  if (of_rights(reply, code)) throw Failure(Failed::auth, code);
  if (reply.status() >= 500 || code == "200/ConcurrencyException" || code == "200/uncoded")
    throw Failure(Failed::retryable, code);
  if (code == "200") throw Failure(Failed::unreadable, "the answer has neither a result nor an error");
  throw Failure(Failed::rejected, code);
}

json::Array rows_of(const Reply& reply, const json::Value& body, std::int64_t limit) {
  if (!answered(reply, body)) fail_read(reply, body);
  const json::Array* rows = body.at("result").array();
  if (!rows) throw Failure(Failed::unreadable, "the answer is no list");
  if (static_cast<std::int64_t>(rows->size()) >= limit)
    throw Failure(Failed::unreadable, "the list may go on where it must end");
  return *rows;
}

}  // namespace handoff::tryton
