// Microsoft Teams: an alert is a card of an incoming webhook. The webhook's URL is the secret, and the hub puts it in.

#include <handoff/sdk/connector.hpp>

#include "message.hpp"

namespace handoff::teams {

namespace {

/// "200/429": the webhook answers 200 and says in its text what went wrong behind it.
std::string code_of(const Reply& reply) {
  constexpr std::string_view kBehind = "returned HTTP error ";
  std::string status = std::to_string(reply.status());
  std::size_t at = reply.body().find(kBehind);
  return at == std::string_view::npos ? status
                                      : status + "/" + std::string(reply.body().substr(at + kBehind.size(), 3));
}

}  // namespace

class Teams {
 public:
  explicit Teams(const json::Value&) {}

  Task<NotifyResult> notify(Context& c, const NotifyInput& in) const {
    Request post(Retry::unsafe, "post-card", "POST", "/");
    post.json(to_message(in));
    Reply reply = co_await c.send(post);
    if (reply.adopted()) co_return NotifyResult();
    std::string code = code_of(reply);
    if (code == "429" || code == "200/429") c.refused(reply, code, retry_after_ms(reply));
    bool taken = reply.status() == 200 || reply.status() == 202;
    if (reply.status() >= 500 || (taken && code.size() > 3)) c.unclear(reply, code, "Teams failed behind its webhook");
    if (!taken) c.rejected(reply, code, "Teams took no message");
    c.applied(reply, Echoes());
    co_return NotifyResult();
  }
};

}  // namespace handoff::teams

using handoff::teams::Teams;
HANDOFF_CONNECTOR(Teams, HANDOFF_OPERATION(Teams, notify, "notify/1"))
