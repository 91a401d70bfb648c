// What is there is shown. A read that leaves a record out, for its amount or its state or for what the hub believes of
// it, makes an absence out of it; two of those, and the hub sends again.

#include <algorithm>

#include "core/conformance/mutate.hpp"
#include "core/conformance/spot.hpp"
#include "core/conformance/states.hpp"

namespace handoff::conformance {

namespace {

std::size_t shown(const Run& run) { return run.done() ? run.last.result.at("sightings").as_array().size() : 0; }

/// Of one read that shows something.
class Hider {
 public:
  Hider(Bench& bench, const Cassette& cassette)
      : bench_(bench),
        cassette_(cassette),
        subject_(bench.subject(cassette)),
        recorded_(bench.play_as_written(cassette, subject_)) {}

  void judge() {
    if (shown(recorded_) == 0) return;
    const std::optional<Money> asked = money_from_json(subject_.input.at("amount"));
    for (std::int64_t minor : {std::int64_t{0}, std::int64_t{1}, std::int64_t{100'000'000}})
      if (asked) vendor_shows(Money(minor, asked->currency()));
    for (std::size_t i = 0; i < recorded_.answers.size() && i < cassette_.exchanges.size(); ++i) other_amounts_in(i);
    hub_believes(std::nullopt);
    const Money other = asked ? Money(asked->minor() + 1, asked->currency()) : Money(1, "USD");
    hub_believes(other);
  }

 private:
  /// The answers of a vendor that holds another amount of it; what is asked stays.
  void vendor_shows(const Money& amount) {
    json::Object input = cassette_.input.as_object();
    input.set("amount", to_json(amount));
    Subject other = subject_of(bench_.manifest(), cassette_, json::Value(std::move(input)));
    other.arguments = subject_.arguments;
    expect(other, script_of(other), "the vendor holds " + amount.text() + " of it");
  }

  void other_amounts_in(std::size_t position) {
    const json::Value& sightings = recorded_.last.result.at("sightings");
    for (ChangedAnswer& changed : changed_answers(recorded_.answers[position])) {
      const bool amount = std::ranges::any_of(sightings.as_array(), [&](const json::Value& seen) {
        return (!seen.at("amount").is_null() && holds(changed.was, seen.at("amount"))) ||
               (!seen.at("issued").is_null() && holds(changed.was, seen.at("issued")));
      });
      if (amount) expect(subject_, script_with(subject_, position, changed.answer), "with another " + changed.path);
    }
  }

  void hub_believes(const std::optional<Money>& amount) {
    json::Object input;
    for (const auto& [name, value] : subject_.input.as_object())
      if (name != "amount") input.set(name, value);
    if (amount) input.set("amount", to_json(*amount));
    Subject other = subject_;
    other.arguments.input = json::write(json::Value(std::move(input)));
    expect(other, script_of(subject_),
           amount ? "the hub believes it to be " + amount->text() : "the hub names no amount");
  }

  void expect(const Subject& subject, const Script& script, const std::string& what) {
    bench_.at(&cassette_, what);
    const Run run = play(*bench_.instance(cassette_), subject, script);
    if (run.done() && shown(run) < shown(recorded_))
      bench_.find(&cassette_, what + ": the record is there, and the read does not show it");
  }

  Bench& bench_;
  const Cassette& cassette_;
  Subject subject_;
  Run recorded_;
};

}  // namespace

void case_hidden(Bench& bench) {
  for (const Cassette* cassette : bench.cassettes("read"))
    if (bench.instance(*cassette)) Hider(bench, *cassette).judge();
  for (const StateShown& one : states_shown(bench))
    if (one.hidden)
      bench.find(one.cassette, "a record with \"" + one.member + "\": \"" + one.value + "\" is there, and the " +
                                   one.cassette->operation +
                                   " does not show it: show it as unknown if it is none of the others");
}

}  // namespace handoff::conformance
