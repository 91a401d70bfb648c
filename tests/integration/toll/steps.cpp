// The telex behind a door of its own kind: a ticket for a while, got by a proof, and a signature of each attempt.

#include "telex.hpp"

namespace handoff::toll {

class Stepped : public telex::Telex {
 public:
  using Telex::Telex;

  Task<AuthResult> auth(Context& c, const AuthInput& in) const {
    Mac proof("prove", "password", "login " + in.nonce, HANDOFF_ENCODING_HEX);
    Reply proven = co_await c.send(proof);
    json::Object body;
    body.set("user", secret_place("user")).set("nonce", in.nonce).set("proof", proven.body());
    Request login(Retry::safe, "login", "POST", "/login");
    login.json(json::Value(std::move(body)));
    Reply reply = co_await c.send(login);
    if (!reply.ok()) throw Failure(Failed::auth, "the login was answered with " + std::to_string(reply.status()));
    AuthResult out;
    out.headers.emplace_back("X-Ticket", reply.json().at("ticket").as_string());
    out.life_s = 600;
    co_return out;
  }

  Task<SignResult> sign(Context& c, const SignInput& in) const {
    const std::string time = std::to_string(c.now_ms());
    Mac mac("sign", "password",
            in.method + " " + in.host + in.target + " " + in.body_sha256 + " " + time + " " + in.nonce,
            HANDOFF_ENCODING_BASE64);
    Reply made = co_await c.send(mac);
    SignResult out;
    out.headers.emplace_back("X-User", secret_place("user"));
    out.headers.emplace_back("X-Signature", time + " " + in.nonce + " " + std::string(made.body()));
    co_return out;
  }
};

}  // namespace handoff::toll

using handoff::toll::Stepped;
HANDOFF_CONNECTOR(Stepped, HANDOFF_OPERATION(Stepped, record, "record/1"), HANDOFF_OPERATION(Stepped, auth, "auth/1"),
                  HANDOFF_OPERATION(Stepped, sign, "sign/1"))
