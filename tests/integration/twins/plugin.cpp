// Asks two registers at once what they have issued; a credit is what both together know of it.

#include <handoff/sdk/connector.hpp>

namespace handoff::twins {

class Twins {
 public:
  explicit Twins(const json::Value&) {}

  Task<PullResult> pull(Context& c, const PullInput&) const {
    Request north(Retry::safe, "north", "GET", "/north");
    Request south(Retry::safe, "south", "GET", "/south");
    std::vector<Reply> both = co_await c.all(north, south);
    std::vector<std::string> registers;
    for (const Reply& reply : both) {
      if (reply.status() == 401 || reply.status() == 403) throw Failure(Failed::auth, std::to_string(reply.status()));
      if (reply.status() == 429) throw Failure(Failed::rate_limited, "429", limited(reply, c.now_ms()));
      if (reply.status() != 200) throw Failure(Failed::retryable, std::to_string(reply.status()));
      registers.emplace_back(reply.json().at("register").as_string());
      if (registers.back().empty()) throw Failure(Failed::unreadable, "the answer names no register");
    }
    SourceEvent issued;
    issued.kind = "credit.issued";
    issued.store = registers[0];
    issued.terminal = registers[1];
    issued.business_date = "2026-11-23";
    issued.transaction = "T1";
    issued.amount = *money_from_decimal("25.00", "USD");
    issued.email = "ada@example.com";
    issued.balance_type = "general";
    c.emit(issued);
    co_return PullResult();
  }

 private:
  static json::Object limited(const Reply& reply, std::int64_t now_ms) {
    json::Object out;
    out.set("retry_after_ms", static_cast<std::int64_t>(retry_after_ms(reply, now_ms)));
    return out;
  }
};

}  // namespace handoff::twins

using handoff::twins::Twins;
HANDOFF_CONNECTOR(Twins, HANDOFF_OPERATION(Twins, pull, "pull/1"))
