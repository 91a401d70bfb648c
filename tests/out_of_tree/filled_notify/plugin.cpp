// The scaffold of a chat with its stubs filled, for a vendor that is invented.

#include <handoff/sdk/connector.hpp>
#include <handoff/sdk/notify.hpp>

namespace linden_notify {

using namespace handoff;

namespace {

[[noreturn]] void fail(const Reply& reply) {
  std::string code = std::to_string(reply.status());
  if (reply.status() == 429) {
    json::Object detail;
    detail.set("retry_after_ms", static_cast<std::int64_t>(retry_after_ms(reply)));
    throw Failure(Failed::rate_limited, code, std::move(detail));
  }
  if (reply.status() == 401 || reply.status() == 403) throw Failure(Failed::auth, code);
  throw Failure(Failed::retryable, code);
}

}  // namespace

class LindenNotify {
 public:
  explicit LindenNotify(const json::Value&) {}

  Task<CheckResult> check(Context& c, const CheckInput&) const {
    Request look(Retry::safe, "get-account", "GET", "/v1/account");
    Reply reply = co_await c.send(look);
    if (!reply.ok()) fail(reply);
    CheckResult out;
    out.account = reply.json().at("name").as_string();
    if (out.account.empty()) throw Failure(Failed::unreadable, "the answer is no account");
    co_return out;
  }

  Task<NotifyResult> notify(Context& c, const NotifyInput& in) const {
    json::Object body;  // shown as plain text there
    std::string text = in.title + "\n" + in.summary + "\n" + in.action;
    for (const NoticeCredit& credit : in.credits) text += "\n" + credit.ref + " " + credit.facts;
    body.set("text", text);
    Request post(Retry::unsafe, "post-message", "POST", "/v1/messages");
    post.json(json::Value(std::move(body)));
    Reply reply = co_await c.send(post);
    if (reply.adopted()) co_return NotifyResult();
    const std::string code = std::to_string(reply.status());
    if (reply.status() == 401) c.rejected(reply, code, "the key is not taken");
    if (reply.status() != 200) c.unclear(reply, code, "the answer does not say that it is shown");
    c.applied(reply, Echoes());
    co_return NotifyResult();
  }
};

}  // namespace linden_notify

using linden_notify::LindenNotify;
HANDOFF_CONNECTOR(LindenNotify, HANDOFF_OPERATION(LindenNotify, check, "check/1"),
                  HANDOFF_OPERATION(LindenNotify, notify, "notify/1"))
