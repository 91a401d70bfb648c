// A connector whose door takes a ticket and a signature: right as it stands, wrong in one way with each of the macros in
// CMakeLists.txt. The kit passes the first and fails each other for its reason.

#include <handoff/sdk/connector.hpp>

namespace handoff::latch {

class Latch {
 public:
  explicit Latch(const json::Value&) {}

  Task<AuthResult> auth(Context& c, const AuthInput& in) const {
#ifdef BAD_LATCH_UNKNOWN_SECRET
    Mac proof("prove", "keys", in.nonce, HANDOFF_ENCODING_HEX);
#else
    Mac proof("prove", "key", in.nonce, HANDOFF_ENCODING_HEX);
#endif
    Reply proven = co_await c.send(proof);
    json::Object body;
    body.set("key_id", secret_place("key_id")).set("nonce", in.nonce).set("proof", proven.body());
    Request login(Retry::safe, "get-ticket", "POST", "/tickets");
    login.json(json::Value(std::move(body)));
    Reply reply = co_await c.send(login);
    if (reply.status() == 429) throw Failure(Failed::rate_limited, "429", limited(reply, c.now_ms()));
    if (reply.status() >= 500 || reply.status() < 200) throw Failure(Failed::retryable, std::to_string(reply.status()));
    if (reply.status() != 201) throw Failure(Failed::auth, std::to_string(reply.status()));
    AuthResult out;
    out.life_s = reply.json().at("seconds").as_integer().value_or(0);
    const std::string ticket(reply.json().at("ticket").as_string());
#ifdef BAD_LATCH_QUOTES_ANSWER
    if (ticket.empty() || out.life_s <= 0)
      throw Failure(Failed::unreadable, "no ticket in " + std::string(reply.body()));
#else
    if (ticket.empty() || out.life_s <= 0) throw Failure(Failed::unreadable, "the answer has no ticket");
#endif
    out.headers.emplace_back("X-Ticket", ticket);
    co_return out;
  }

  Task<SignResult> sign(Context& c, const SignInput& in) const {
    std::string text = in.method + in.target + in.body_sha256 + in.nonce + std::to_string(c.now_ms());
#ifdef BAD_LATCH_COUNTS
    static int count = 0;
    text += std::to_string(++count);
#endif
#ifdef BAD_LATCH_SAME_SIGNATURE
    text = "it is me";
#endif
#ifdef BAD_LATCH_ASKS_VENDOR
    Request ask(Retry::safe, "sign", "GET", "/sign?text=" + percent(text));
    Reply made = co_await c.send(ask);
#else
    Mac mac("sign", "key", text, HANDOFF_ENCODING_BASE64);
    Reply made = co_await c.send(mac);
#endif
    SignResult out;
    out.headers.emplace_back("X-Key", secret_place("key_id"));
    out.headers.emplace_back("X-Signature", std::string(made.body()));
    co_return out;
  }

  Task<CheckResult> check(Context& c, const CheckInput&) const {
    Request look(Retry::safe, "who-am-i", "GET", "/me");
#ifdef BAD_LATCH_SECRET_ELSEWHERE
    look.header("X-Key", secret_place("key_id"));
#endif
    Reply reply = co_await c.send(look);
    if (reply.status() == 429) throw Failure(Failed::rate_limited, "429", limited(reply, c.now_ms()));
    if (reply.status() == 401 || reply.status() == 403) throw Failure(Failed::auth, std::to_string(reply.status()));
    if (reply.status() != 200) throw Failure(Failed::retryable, std::to_string(reply.status()));
    CheckResult out;
    out.account = reply.json().at("name").as_string();
    if (out.account.empty()) throw Failure(Failed::unreadable, "the answer has no name");
    co_return out;
  }

 private:
  static json::Object limited(const Reply& reply, std::int64_t now_ms) {
    json::Object out;
    out.set("retry_after_ms", static_cast<std::int64_t>(retry_after_ms(reply, now_ms)));
    return out;
  }
};

}  // namespace handoff::latch

using handoff::latch::Latch;
HANDOFF_CONNECTOR(Latch, HANDOFF_OPERATION(Latch, auth, "auth/1"), HANDOFF_OPERATION(Latch, sign, "sign/1"),
                  HANDOFF_OPERATION(Latch, check, "check/1"))
