// N3: in whatever order and however often the same messages come, they end in the same state (BARS R16). ORDERS=10000
// makes it long.

#include <cstdlib>

#include "tests/unit/engine/bed.hpp"

namespace handoff::engine {
namespace {

struct Message {
  const char *kind, *transaction, *email;
};
/// A credit, one that is cancelled, one whose customer is only known to its repeat, one that was cancelled without one.
constexpr Message kMessages[] = {
    {"credit.issued", "T1", "ada@example.com"},
    {"credit.issued", "T1", "ada@example.com"},
    {"credit.issued", "T2", "ada@example.com"},
    {"credit.cancelled", "T2", ""},
    {"credit.cancelled", "T2", ""},
    {"credit.issued", "T3", ""},
    {"credit.issued", "T3", "ada@example.com"},
    {"credit.issued", "T4", ""},
    {"credit.cancelled", "T4", ""},
};

/// One life of a hub that hears them in one order.
class Life : public EngineBed {
 public:
  Life() {
    refuses_looks = loses_voids = false;
    posts.push_back("the first is not lost");
    setup.routes.front().hops.pop_back();  // the books of this bed take nothing back
    start();
  }
  std::string after(const std::vector<Message>& messages, Dice& chance) {
    for (const Message& message : messages) {
      say(message);
      if (chance.next() % 4 != 0)
        run(static_cast<std::int64_t>(chance.next() >> 40) % 200'000);  // else together with the next
    }
    run(6 * 3'600'000);
    std::string out = ends();
    return whole() ? out : out + ", not whole";
  }
  void TestBody() override {}

 private:
  void say(const Message& message) {
    Submission given;
    given.event.kind = message.kind;
    given.event.store = "S1";
    given.event.transaction = message.transaction;
    given.event.business_date = "2025-11-24";
    given.event.amount = Money(2500, "USD");
    given.event.balance_type = "general";
    given.event.email = message.email;
    given.source = given.actor = "register";
    inputs.emplace_back(std::move(given));
  }
  std::string ends() {
    std::map<std::string, std::string> by_transaction;
    for (const journal::CreditRow& credit : store->read().credits("", 10)) {
      std::string& out = by_transaction[credit.transaction];
      out = credit.transaction + " " + credit.state + " " + credit.amount.text() +
            (credit.state != "closed" && credit.customer == 0 ? " nobody's\n" : "\n");
    }
    std::string out;
    for (const auto& [transaction, text] : by_transaction) out += text;
    auto alive = std::ranges::count_if(vouchers, [](const auto& voucher) { return voucher.second.active; });
    for (const journal::CaseRow& row : store->read().cases("open", 10)) out += row.kind + "\n";
    return out + std::to_string(alive) + " cards";
  }
};

TEST(Order, OfTheMessagesAndTheirRepeatsLeadsNowhereElse) {
  const char* many = std::getenv("ORDERS");
  int orders = many ? std::atoi(many) : 30;
  Dice chance;
  std::vector<Message> messages(std::begin(kMessages), std::end(kMessages));
  const std::string wanted = std::make_unique<Life>()->after(messages, chance);
  EXPECT_TRUE(
      wanted.starts_with("T1 complete 25.00 USD\nT2 closed 25.00 USD\nT3 complete 25.00 USD\nT4 closed 25.00 USD\n"))
      << wanted;
  for (int order = 1; order <= orders; ++order) {
    for (std::size_t i = messages.size() - 1; i > 0; --i)
      std::swap(messages[i], messages[(chance.next() >> 33) % (i + 1)]);
    std::string story;
    for (const Message& message : messages)
      story += std::string(message.kind) + " " + message.transaction + " " + message.email + "\n";
    ASSERT_EQ(std::make_unique<Life>()->after(messages, chance), wanted) << "order " << order << ":\n" << story;
  }
}

}  // namespace
}  // namespace handoff::engine
