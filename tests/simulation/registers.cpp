#include "tests/simulation/registers.hpp"

#include <algorithm>

namespace handoff::simulation {

namespace {
constexpr Time kTillPatience = 3 * kSecond;
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

Registers::Registers(World& world, Hub& hub, Checkers& checkers, FaultBook& book, const std::vector<Person>& people)
    : world_(world),
      hub_(hub),
      checkers_(checkers),
      book_(book),
      people_(people),
      script_(world.stream("registers/script")),
      patience_(world.stream("registers/patience")),
      spelling_(world.stream("registers/spelling")) {}

Sale Registers::make_sale(Time sold) {
  Sale sale;
  sale.sold = sold;
  SourceEvent& event = sale.event;
  event.kind = "credit.issued";
  event.store = "S" + std::to_string(1 + script_.below(2));
  event.terminal = "R" + std::to_string(1 + script_.below(2));
  auto day = static_cast<int>((kEpochMs + sold) / kDay);
  event.business_date = date_from_days(day + days_off_[event.store]);
  bool again = numbers_reset_ && sold > until_ / 2;
  event.transaction = "T" + std::to_string(1000 + sales_.size() - (again ? sales_.size() / 2 : 0));
  event.amount = Money(script_.below(8) == 0 ? script_.scale(1, 9'000'000) : 100 * script_.between(1, 200), kCurrency);
  event.balance_type = "general";
  std::int64_t kind = script_.below(100);
  if (kind < 88) {
    sale.person = static_cast<std::size_t>(script_.below(static_cast<std::int64_t>(people_.size())));
    event.email = people_[*sale.person].email;
    if (script_.below(2) == 0) event.email[0] = 'P';  // as people type
    if (script_.below(3) == 0) event.phone = people_[*sale.person].phone;
    if (!event.phone.empty() && script_.below(2) == 0) event.email.clear();
  } else {
    book_.armed(Fault::wrong_customer);
    if (kind < 94) event.email = "stranger" + std::to_string(sales_.size()) + "@example.com";
  }
  if (expire_ && script_.below(4) == 0) {
    sale.expires = true;
    event.expires_at = rfc3339(kEpochMs + sold + script_.scale(kMinute, until_));
    book_.armed(Fault::expires);
  }
  sale.key = CreditKey{kTenant,           "register", "", event.store + "/" + event.terminal, event.business_date,
                       event.transaction, "1"};
  sale.ref = credit_ref(credit_id(sale.key));
  return sale;
}

/// Most of it happens in a rush; so do the crowds of a Saturday.
Time Registers::draw_time(Time until) {
  if (rushes_.empty() || script_.below(4) == 0) return script_.below(until * 3 / 4);
  const auto& [from, length] =
      rushes_[static_cast<std::size_t>(script_.below(static_cast<std::int64_t>(rushes_.size())))];
  return from + script_.below(length);
}

/// S05 to S11: what registers are like in this seed.
void Registers::misbehave(Time until) {
  for (std::int64_t n = script_.between(1, 4); n > 0; --n) {
    Time length = script_.scale(kMinute, 40 * kMinute), from = script_.below(until * 3 / 4);
    rushes_.emplace_back(from, length);
  }
  if (script_.below(4) == 0) {
    book_.armed(Fault::offline_burst);
    for (std::int64_t n = script_.between(1, 3); n > 0; --n) {
      Time from = script_.below(until);
      Time back = std::min(until, from + script_.scale(kHour, 14 * kDay));
      offline_.push_back({"R" + std::to_string(1 + script_.below(2)), from, back});
    }
  }
  if (script_.below(4) == 0) {
    book_.armed(Fault::register_clock);
    days_off_["S1"] = static_cast<int>(script_.between(-730, 730));
  }
  numbers_reset_ = until > 2 * kDay && script_.below(3) == 0;
  if (numbers_reset_) book_.armed(Fault::numbers_reset);
  if (!shuffle_ && until > kDay)
    for (std::int64_t n = patience_.below(8); n > 0; --n)
      world_.at(patience_.between(kDay, until), [this] { remind(); });
  if (script_.below(3) == 0) {
    book_.armed(Fault::hung_up);
    hangs_up_ = script_.scale(1'000, 100'000);
  }
}

void Registers::plan(std::int64_t count, Time until, std::uint64_t permutation) {
  until_ = until;
  if (permutation > 0) shuffle_.emplace(world_.stream("registers/shuffle" + std::to_string(permutation)));
  misbehave(until);
  auto fault = [this](Fault what, std::int64_t per_million) {
    book_.armed(what);
    return script_.chance(per_million);
  };
  for (std::int64_t i = 0; i < count; ++i) {
    Time sold = draw_time(until);
    Sale sale = make_sale(sold);
    if (std::ranges::any_of(sales_, [&](const Sale& other) { return other.ref == sale.ref; })) continue;
    say(sale, sale.event, sold);
    if (numbers_reset_ && sold > until / 2) messages_.back().faults.push_back(Fault::numbers_reset);
    if (days_off_[sale.event.store] != 0) messages_.back().faults.push_back(Fault::register_clock);
    if (sale.expires) messages_.back().faults.push_back(Fault::expires);
    if (!sale.person) messages_.back().faults.push_back(Fault::wrong_customer);
    if (fault(Fault::repeated, 250'000)) repeat(sale, sold + script_.scale(10, until), Fault::repeated);
    if (fault(Fault::repeated_late, 50'000)) {
      Time days_later = sold + script_.scale(kDay, 14 * kDay);
      repeat(sale, std::min(days_later, until + 3 * kDay), Fault::repeated_late);
    }
    if (!sale.person && script_.chance(500'000)) {
      sale.person = 0;
      sale.amended = true;
      SourceEvent amended = sale.event;
      amended.email = people_[0].email;
      say(sale, amended, sold + script_.scale(kMinute, 30 * kMinute));
    }
    if (fault(Fault::contradicted, 60'000)) {
      sale.contradicted = true;
      SourceEvent other = sale.event;
      other.amount = Money(other.amount.minor() + 100, kCurrency);
      say(sale, other, sold + script_.scale(10, until), Fault::contradicted);
    }
    if (script_.chance(180'000)) {
      sale.cancelled = true;
      SourceEvent cancel = sale.event;
      cancel.kind = "credit.cancelled";
      bool before = fault(Fault::cancel_first, 200'000);
      Time when = before ? std::max<Time>(0, sold - script_.scale(10, kHour)) : sold + script_.scale(1, until / 2);
      say(sale, cancel, when, before ? Fault::cancel_first : Fault::none);
      if (script_.chance(200'000)) say(sale, cancel, when + script_.scale(10, until));
    }
    sales_.push_back(std::move(sale));
  }
}

/// As it was, or as another till of the same store writes it (S02).
void Registers::repeat(const Sale& sale, Time when, Fault how) {
  bool otherwise = spelling_.below(2) == 0;
  if (otherwise) book_.armed(Fault::respelled);
  say(sale, otherwise ? respelled(sale.event) : sale.event, when, how);
  if (otherwise) messages_.back().faults.push_back(Fault::respelled);
}

/// The same sale and the same customer.
SourceEvent Registers::respelled(SourceEvent event) {
  for (char& c : event.email)
    if (spelling_.below(2) == 0 && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (!event.phone.empty()) event.phone.insert(2, " (").insert(7, ") ").insert(12, "-");
  event.staff = "staff" + std::to_string(spelling_.below(9));
  event.reason = "printed again";
  return event;
}

/// A till that sends once more what it sees no end of.
void Registers::remind() {
  for (const Sale& sale : sales_)
    if (sale.sold + kDay < world_.now() && checkers_.sends_open(sale.ref))
      say(sale, sale.event, world_.now() + patience_.below(kSecond), Fault::repeated_late);
}

void Registers::say(const Sale& sale, SourceEvent event, Time when, Fault fault) {
  if (shuffle_) when = shuffle_->below(until_);
  std::vector<Fault> faults;
  if (fault != Fault::none) faults.push_back(fault);
  for (const Offline& window : offline_) {
    if (window.terminal != event.terminal || when < window.from || when >= window.until) continue;
    when = window.until + patience_.below(kSecond);
    faults.push_back(Fault::offline_burst);
  }
  std::size_t number = messages_.size();
  messages_.push_back({std::move(event), std::move(faults), sale.ref});
  ++unanswered_;
  last_said_ = std::max(last_said_, when);
  world_.at(when, [this, number] { send(number); });
}

void Registers::repeat_all() {
  std::vector<Message> all(messages_.begin(), messages_.end());
  for (Message& message : all) {
    std::size_t number = messages_.size();
    messages_.push_back({std::move(message.event), {Fault::repeated_late}, std::move(message.ref)});
    ++unanswered_;
    world_.after(patience_.below(kMinute), [this, number] { send(number); });
  }
}

void Registers::say_again(Time since, Stream& when) {
  for (std::size_t number = 0; number < messages_.size(); ++number) {
    Message& message = messages_[number];
    if (!message.answered || message.answered_at < since) continue;
    message.answered = false;
    ++unanswered_;
    Time wait = when.scale(kSecond, 6 * kHour);
    last_said_ = std::max(last_said_, world_.now() + wait);
    world_.after(wait, [this, number] { send(number); });
  }
  for (Sale& sale : sales_) sale.spoken_for = false;
}

SourceEvent Registers::movement(const std::string& ref, std::int64_t minor) const {
  SourceEvent event;
  event.kind = minor > 0 ? "credit.redeemed" : "credit.refunded";
  event.store = "S1";
  event.terminal = "R9";
  event.business_date = date_from_days(static_cast<int>((kEpochMs + world_.now()) / kDay));
  event.transaction = "D" + std::to_string(1000 + messages_.size());
  event.amount = Money(std::abs(minor), kCurrency);
  event.balance_type = "general";
  event.refs.emplace_back("credit", ref);
  return event;
}

void Registers::tell_redeemed(const std::string& ref, std::int64_t minor) {
  const SourceEvent event = movement(ref, minor);
  for (std::int64_t times = patience_.below(3); times > 0; --times)
    say(Sale(), event, world_.now() + patience_.scale(10, 6 * kHour));
}

void Registers::tell_moved(const std::string& ref, const std::string& instrument, std::int64_t minor, Time wait) {
  SourceEvent event = movement(ref, minor);
  event.refs.emplace_back("instrument", instrument);
  say(Sale(), std::move(event), world_.now() + wait);
}

Sale* Registers::anonymous(const std::string& ref) {
  for (Sale& sale : sales_)
    if (sale.ref == ref) return sale.person || sale.amended || sale.spoken_for ? nullptr : &sale;
  return nullptr;
}

/// What is said of a credit again meets its own effects; what brings a new one meets those of others.
void Registers::hit(const Message& message) {
  for (Fault fault : message.faults) {
    bool again = fault == Fault::repeated || fault == Fault::repeated_late || fault == Fault::respelled ||
                 fault == Fault::contradicted;
    if (again)
      book_.hit(fault, checkers_.sends_open(message.ref));
    else
      book_.hit(fault);
  }
}

void Registers::send(std::size_t number) {
  Message& message = messages_[number];
  if (message.answered) return;
  if (message.tries++ == 0) hit(message);
  world_.note("register", message.event.kind + " " + message.event.transaction + " " + message.event.amount.text());
  if (hub_.up()) {
    engine::Submission submission;
    submission.event = message.event;
    submission.source = "register";
    submission.actor = "token:till";
    submission.waiter = std::make_shared<Till>(*this, number);
    hub_.submit(std::move(submission));
  }
  Time wait = kTillPatience + patience_.below(std::min<Time>(kMinute, kSecond << std::min(message.tries, 6)));
  world_.after(wait, [this, number] { send(number); });
}

void Registers::answered(std::size_t number, const engine::Standing& standing) {
  hub_.acting();
  Message& message = messages_[number];
  checkers_.answered(standing.ref, standing.status, standing.reason);
  if (hangs_up_ > 0 && patience_.chance(hangs_up_)) {
    book_.hit(Fault::hung_up);
    return;  // it went away before it read the answer
  }
  world_.note("answer", message.event.transaction + " " + standing.status + " " + standing.reason + " " +
                            std::to_string(standing.http));
  if (standing.http < 300) checkers_.acknowledged(standing.ref);
  if (std::exchange(message.answered, true)) return;
  message.answered_at = world_.now();
  --unanswered_;
}

}  // namespace handoff::simulation
