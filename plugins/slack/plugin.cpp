// Slack: an alert is a message of an incoming webhook. The webhook's URL is the secret, and the hub puts it in.

#include <algorithm>
#include <handoff/sdk/connector.hpp>

#include "message.hpp"

namespace handoff::slack {

namespace {

/// "404/no_service": errors come as one word in plain text.
std::string code_of(const Reply& reply) {
  std::string status = std::to_string(reply.status());
  std::string_view body = reply.body();
  bool word = !body.empty() && body.size() <= 40 &&
              std::ranges::all_of(body, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  return word ? status + "/" + std::string(body) : status;
}

}  // namespace

class Slack {
 public:
  explicit Slack(const json::Value&) {}

  Task<NotifyResult> notify(Context& c, const NotifyInput& in) const {
    Request post(Retry::unsafe, "post-message", "POST", "/");
    post.json(to_message(in));
    Reply reply = co_await c.send(post);
    if (reply.adopted()) co_return NotifyResult();
    if (reply.status() == 429) c.refused(reply, code_of(reply), retry_after_ms(reply));
    if (reply.status() >= 500) c.unclear(reply, code_of(reply), "Slack failed");
    if (reply.status() != 200) c.rejected(reply, code_of(reply), "Slack took no message");
    c.applied(reply, Echoes());
    co_return NotifyResult();
  }
};

}  // namespace handoff::slack

using handoff::slack::Slack;
HANDOFF_CONNECTOR(Slack, HANDOFF_OPERATION(Slack, notify, "notify/1"))
