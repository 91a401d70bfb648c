#include "errors.hpp"

#include <handoff/sdk/retry_after.hpp>

namespace handoff::vendure {

namespace {

std::string one_code(const json::Array& errors) {
  std::string code;
  for (const json::Value& error : errors) {
    std::string_view found = error.at("extensions").at("code").as_string("uncoded");
    if (!code.empty() && code != found) return "several";
    code = found;
  }
  return code;
}

/// A mutation is one transaction, and its error names the mutation. What names a field below it was thrown after the
/// transaction had ended (admin.resolver: @Transaction; the fields of the result are resolved later).
bool thrown_by(const json::Array& errors, std::string_view payload) {
  for (const json::Value& error : errors) {
    const json::Value& path = error.at("path");
    if (path.is_null()) continue;  // before anything ran
    if (path.as_array().size() != 1 || path.at(0).as_string() != payload) return false;
  }
  return true;
}

bool of_rights(const Reply& reply, std::string_view code) {
  return reply.status() == 401 || reply.status() == 403 || code == "200/FORBIDDEN";
}

}  // namespace

std::string code_of(const Reply& reply, const json::Value& body, std::string_view payload) {
  std::string status = std::to_string(reply.status());
  std::string code = one_code(body.at("errors").as_array());
  if (code.empty()) code = body.at("data").at(payload).at("errorCode").as_string();
  return code.empty() || (code == "uncoded" && reply.status() != 200) ? status : status + "/" + code;
}

bool readable(const Reply& reply, const json::Value& body) {
  return reply.status() == 200 && body.at("errors").is_null() && body.at("data").object();
}

void refuse_write(Replay& c, const Reply& reply, const json::Value& body, std::string_view payload) {
  std::string code = code_of(reply, body, payload);
  const json::Array& errors = body.at("errors").as_array();
  const json::Value& result = body.at("data").at(payload);
  if (reply.status() == 429) c.refused(reply, code, retry_after_ms(reply, c.now_ms()));
  if (!errors.empty() && (!result.is_null() || !thrown_by(errors, payload)))
    c.unclear(reply, code, "an error after the mutation itself");
  if (code == "200") c.unclear(reply, code, "the answer is no result of " + std::string(payload));
  std::string message(errors.empty() ? result.at("message").as_string() : errors[0].at("message").as_string());
  if (of_rights(reply, code)) message = "the API key may not do this";
  c.rejected(reply, code, c.masked(message));  // the sheet decides which codes truly mean "no effect"
}

void fail_read(const Reply& reply, const json::Value& body) {
  std::string code = code_of(reply, body);
  if (reply.status() == 429) {
    json::Object detail;
    detail.set("retry_after_ms", static_cast<std::int64_t>(retry_after_ms(reply)));
    throw Failure(Failed::rate_limited, code, std::move(detail));
  }
  if (of_rights(reply, code)) throw Failure(Failed::auth, code);
  if (code == "200/CHANNEL_NOT_FOUND") throw config_error("/channel_token", "the shop has no channel with that token");
  if (reply.status() >= 500 || code == "200/INTERNAL_SERVER_ERROR" || code == "200/uncoded")
    throw Failure(Failed::retryable, code);
  if (code == "200") throw Failure(Failed::unreadable, "the answer has neither data nor errors");
  throw Failure(Failed::rejected, code);
}

}  // namespace handoff::vendure
