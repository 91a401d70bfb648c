#include "tests/simulation/registers.hpp"

namespace handoff::simulation {

namespace {
constexpr Time kPatience = 3 * kSecond;
}

/// Waits for the answer to one try of one message.
class Registers::Till : public engine::Waiter {
 public:
  Till(Registers& registers, std::size_t message) : registers_(registers), message_(message) {}
  void durable(const engine::Standing& standing) override { registers_.answered(message_, standing); }
  void settled(const engine::Standing& standing) override { registers_.answered(message_, standing); }
  void unavailable(const std::string&) override {}

 private:
  Registers& registers_;
  std::size_t message_;
};

Registers::Registers(World& world, Hub& hub, Checkers& checkers, const std::vector<Person>& people)
    : world_(world),
      hub_(hub),
      checkers_(checkers),
      people_(people),
      script_(world.stream("registers/script")),
      patience_(world.stream("registers/patience")) {}

Sale Registers::make_sale() {
  Sale sale;
  SourceEvent& event = sale.event;
  event.kind = "credit.issued";
  event.store = "S" + std::to_string(1 + script_.below(2));
  event.terminal = "R" + std::to_string(1 + script_.below(2));
  event.business_date = date_from_days(static_cast<int>((kEpochMs + world_.now()) / kDay));
  event.transaction = "T" + std::to_string(1000 + sales_.size());
  event.amount = Money(100 * script_.between(1, 200), kCurrency);
  event.balance_type = "general";
  std::int64_t kind = script_.below(100);
  if (kind < 88) {
    sale.person = static_cast<std::size_t>(script_.below(static_cast<std::int64_t>(people_.size())));
    event.email = people_[*sale.person].email;
    if (script_.below(2) == 0) event.email[0] = 'P';  // as people type
    if (script_.below(3) == 0) event.phone = people_[*sale.person].phone;
    if (!event.phone.empty() && script_.below(2) == 0) event.email.clear();
  } else if (kind < 94) {
    event.email = "stranger" + std::to_string(sales_.size()) + "@example.com";
  }
  sale.key = CreditKey{kTenant,          "register", "", event.store + "/" + event.terminal, event.business_date,
                       event.transaction, "1"};
  sale.ref = credit_ref(credit_id(sale.key));
  return sale;
}

void Registers::plan(std::int64_t count, Time until) {
  for (std::int64_t i = 0; i < count; ++i) {
    Sale sale = make_sale();
    Time sold = script_.below(until * 3 / 4);
    say(sale, sale.event, sold);
    if (script_.chance(250'000)) say(sale, sale.event, sold + script_.scale(10, until));
    if (script_.chance(50'000)) say(sale, sale.event, until + script_.scale(kHour, 3 * kDay));
    if (!sale.person && script_.chance(500'000)) {
      sale.person = 0;
      SourceEvent amended = sale.event;
      amended.email = people_[0].email;
      say(sale, amended, sold + script_.scale(kMinute, 30 * kMinute));
    }
    if (script_.chance(60'000)) {
      sale.contradicted = true;
      SourceEvent other = sale.event;
      other.amount = Money(other.amount.minor() + 100, kCurrency);
      say(sale, other, sold + script_.scale(10, until));
    }
    if (script_.chance(180'000)) {
      sale.cancelled = true;
      SourceEvent cancel = sale.event;
      cancel.kind = "credit.cancelled";
      bool before = script_.chance(200'000);
      Time when = before ? std::max<Time>(0, sold - script_.scale(10, kHour)) : sold + script_.scale(1, until / 2);
      say(sale, cancel, when);
      if (script_.chance(200'000)) say(sale, cancel, when + script_.scale(10, until));
    }
    sales_.push_back(std::move(sale));
  }
}

void Registers::say(const Sale&, SourceEvent event, Time when) {
  std::size_t number = messages_.size();
  messages_.push_back({std::move(event)});
  ++unanswered_;
  world_.at(when, [this, number] { send(number); });
}

void Registers::send(std::size_t number) {
  Message& message = messages_[number];
  if (message.answered) return;
  ++message.tries;
  world_.note("register", message.event.kind + " " + message.event.transaction + " " + message.event.amount.text());
  if (hub_.up()) {
    engine::Submission submission;
    submission.event = message.event;
    submission.source = "register";
    submission.actor = "token:till";
    submission.waiter = std::make_shared<Till>(*this, number);
    hub_.submit(std::move(submission));
  }
  Time wait = kPatience + patience_.below(std::min<Time>(kMinute, kSecond << std::min(message.tries, 6)));
  world_.after(wait, [this, number] { send(number); });
}

void Registers::answered(std::size_t number, const engine::Standing& standing) {
  hub_.acting();
  Message& message = messages_[number];
  world_.note("answer", message.event.transaction + " " + standing.status + " " + standing.reason + " " +
                            std::to_string(standing.http));
  if (standing.http < 300) checkers_.acknowledged(standing.ref);
  if (!std::exchange(message.answered, true)) --unanswered_;
}

}  // namespace handoff::simulation
