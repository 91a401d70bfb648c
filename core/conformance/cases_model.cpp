// The sheet held to the truth: what it promises against what model.json says of the vendor, and then the effects counted
// at a model of that vendor while a hub resolves lost answers by the sheet (INVARIANTS F).

#include <algorithm>
#include <limits>

#include "core/conformance/bench.hpp"
#include "core/model/resolvable.hpp"

namespace handoff::conformance {

namespace {

using engine::LookUp;
using plugin_host::Asked;

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

bool finds(const Truth& truth, const std::string& by) {
  return std::ranges::find(truth.found_by, by) != truth.found_by.end();
}

/// Promises beyond what the model shows, in words.
/// `by`: the way in which the hub looks.
std::vector<std::string> broken_promises(const CallSheet& sheet, const Truth& truth, const std::string& by) {
  std::vector<std::string> out;
  auto seconds = [](std::int64_t value) { return std::to_string(value) + " s"; };
  if (sheet.key_supported && truth.same_key != Again::same_answer)
    out.emplace_back("promises a key, and the vendor does the same again under the same key");
  if (sheet.key_supported && sheet.key_conflict == KeyConflict::error && truth.same_key_other_body != Again::refused)
    out.emplace_back("promises that other content under a key is refused, and the vendor does not refuse it");
  if (sheet.key_supported && sheet.key_window_s > truth.key_kept_s)
    out.push_back("promises a key for " + seconds(sheet.key_window_s) + ", and the vendor keeps it for " +
                  seconds(truth.key_kept_s));
  if (sheet.key_supported && !sheet.errors_cached && truth.errors_kept)
    out.emplace_back("promises that errors are not stored under the key, and the vendor stores them");
  if (sheet.reference_unique && truth.sent_twice == Again::another_effect)
    out.emplace_back("promises that a reference is unique, and the vendor does the same request twice");
  if (!by.empty() && !finds(truth, by)) out.push_back("is looked up by " + by + ", and the vendor does not find it so");
  if (sheet.history && !finds(truth, "history")) out.emplace_back("is looked up in a history that does not show it");
  if (sheet.lookup_is_proof && !truth.absence_proves)
    out.emplace_back("promises that not finding is proof, and at this vendor it proves nothing");
  if (sheet.visibility_lag_s < truth.found_after_s)
    out.push_back("promises to be visible after " + seconds(sheet.visibility_lag_s) +
                  ", and the vendor shows it after " + seconds(truth.found_after_s));
  std::int64_t acts_within_s = truth.acts_within_s.value_or(kUnknownLagSeconds);
  if (sheet.inflight_max_s < acts_within_s)
    out.push_back("promises that a request acts within " + seconds(sheet.inflight_max_s) + ", and " +
                  (truth.acts_within_s ? "the vendor may act for " + seconds(acts_within_s) : "nobody knows that"));
  bool reversed = sheet.retry == RetryClass::reverse;
  if (reversed && sheet.reversal_window_s > truth.reversed_within_s)
    out.push_back("promises to be reversed for " + seconds(sheet.reversal_window_s) +
                  ", and the vendor takes it back for " + seconds(truth.reversed_within_s));
  if (reversed && sheet.reversal_tombstones_late_original && !truth.reversal_tombstones)
    out.emplace_back("promises that what arrives after its reversal has no effect, and at this vendor it has");
  for (const std::string& code : truth.effect_in_spite_of) {
    if (code_listed(sheet.no_effect, code) && !code_listed(sheet.not_no_effect, code))
      out.push_back("lists " + code + " as without effect, and the effect may be there all the same");
    if (code_listed(sheet.refused_before_execution, code))
      out.push_back("lists " + code + " as refused before execution, and the vendor may have executed it");
  }
  return out;
}

/// A vendor as the model describes it, for one call. Times in seconds from the first send.
class ModelVendor {
 public:
  ModelVendor(const Truth& truth, bool keyed) : truth_(truth), keyed_(keyed) {}

  /// A request arrives; true if it is answered as a success.
  bool arrives(std::int64_t at_s) {
    if (tombstoned_) return false;
    if (effects_ == 0) {
      effects_ = 1;
      first_at_s_ = at_s;
      return true;
    }
    bool key_known = keyed_ && at_s - first_at_s_ < truth_.key_kept_s;
    Again again = key_known ? truth_.same_key : truth_.sent_twice;
    if (again == Again::another_effect) ++effects_;
    return again != Again::refused;
  }
  void takes_back(std::int64_t at_s) {
    if (at_s >= truth_.reversed_within_s) return;
    effects_ = 0;
    tombstoned_ = truth_.reversal_tombstones;
  }
  /// Made anew after its reversal: another key, another reference.
  void arrives_anew() { ++anew_; }
  bool shows(std::int64_t at_s) const { return effects_ > 0 && at_s >= first_at_s_ + truth_.found_after_s; }
  int effects() const { return effects_ + anew_; }

 private:
  const Truth& truth_;
  bool keyed_;
  bool tombstoned_ = false;
  int effects_ = 0, anew_ = 0;
  std::int64_t first_at_s_ = 0;
};

/// How a hub finds out about one call: `by` what it reads, and whether it looks before it reverses.
struct Ways {
  std::string by;
  bool looks = false, reverses = false;
};

Ways ways_of(const Manifest& manifest, const OperationSheet& operation, const CallSheet& sheet) {
  return {way_to_look(manifest, operation, sheet), sheet.lookup_by != LookupBy::none || sheet.history,
          reversible(manifest, sheet)};
}

/// A hub that lost the answer to one send and acts by the sheet alone.
class Resolver {
 public:
  Resolver(const CallSheet& sheet, const Truth& truth, const Ways& ways, bool keyed, std::int64_t lands_at_s)
      : sheet_(sheet), vendor_(truth, keyed), ways_(ways), can_see_(finds(truth, ways.by)), lands_at_s_(lands_at_s) {}

  /// `resend_at_s`: when it sends again under the key, if the sheet lets it then; else when it begins to look or to
  /// reverse. The number of effects in the end.
  int resolve(std::int64_t resend_at_s) {
    pass(0);
    if (engine::key_still_protects(sheet_, 0, resend_at_s * 1000)) {
      pass(resend_at_s);
      if (vendor_.arrives(resend_at_s)) return settled();
      last_sent_s_ = resend_at_s;
    }
    std::int64_t began_s = std::max(last_sent_s_, resend_at_s);
    if (!ways_.looks) return reverse(began_s);
    if (look(began_s)) return settled();
    std::int64_t proof_s = std::max(began_s, last_sent_s_ + sheet_.quiet_s());
    if (look_twice(proof_s)) return settled();
    if (!sheet_.lookup_is_proof) return reverse(now_s_);
    vendor_.arrives(now_s_);  // absent twice on a path that proves: the same bytes again (rule 2)
    return settled();
  }

 private:
  /// Rule 4, and rule 5 where it is not open: taken back, read twice as gone, made anew.
  int reverse(std::int64_t at_s) {
    pass(at_s);
    if (!ways_.reverses || at_s >= sheet_.reversal_window_s) return settled();
    vendor_.takes_back(at_s);
    bool dead = sheet_.reversal_tombstones_late_original;
    if (!look_twice(at_s + (dead ? sheet_.visibility_lag_s : sheet_.quiet_s()))) vendor_.arrives_anew();
    return settled();
  }
  /// The first request lands when its time has come.
  void pass(std::int64_t to_s) {
    if (lands_at_s_ <= to_s) {
      vendor_.arrives(lands_at_s_);
      lands_at_s_ = kNever;
    }
    now_s_ = to_s;
  }
  bool look(std::int64_t at_s) {
    pass(at_s);
    return can_see_ && vendor_.shows(at_s);
  }
  bool look_twice(std::int64_t at_s) {
    return look(at_s) || look(at_s + std::max<std::int64_t>(sheet_.visibility_lag_s, 1));
  }
  int settled() {
    if (lands_at_s_ != kNever) vendor_.arrives(std::max(lands_at_s_, now_s_));
    return vendor_.effects();
  }

  const CallSheet& sheet_;
  ModelVendor vendor_;
  const Ways& ways_;
  bool can_see_;
  std::int64_t lands_at_s_;
  std::int64_t now_s_ = 0, last_sent_s_ = 0;
};

/// The latest whole second at which the hub would still send again under the key.
std::int64_t last_resend_s(const CallSheet& sheet) {
  std::int64_t at_s = sheet.key_window_s;
  while (at_s > 0 && !engine::key_still_protects(sheet, 0, at_s * 1000)) at_s -= std::max<std::int64_t>(1, at_s / 1000);
  return at_s;
}

/// A network may deliver a request twice, hours apart (V05). What the sheet promises of it must hold.
void deliver_twice(Bench& bench, const Cassette& cassette, const CallSheet& sheet, const Truth& truth, bool keyed) {
  ModelVendor vendor(truth, keyed);
  vendor.arrives(0);
  vendor.arrives(std::min<std::int64_t>(sheet.key_window_s, 3600));
  bool promised = sheet.key_supported || sheet.reference_unique;
  if (promised && vendor.effects() > 1)
    bench.find(&cassette, "'" + sheet.label + "', delivered twice: the vendor has done it twice");
}

/// By which rule of INVARIANTS F.
std::string resolved_by(const CallSheet& sheet, const Ways& ways, std::int64_t resend_at_s) {
  if (engine::key_still_protects(sheet, 0, resend_at_s * 1000))
    return "with its key after " + std::to_string(resend_at_s) + " s";
  return ways.reverses ? "by reversing it after " + std::to_string(resend_at_s) + " s" : "by looking it up";
}

void count_effects(Bench& bench, const Cassette& cassette, const CallSheet& sheet, const Truth& truth, const Ways& ways,
                   bool keyed) {
  const std::pair<const char*, std::int64_t> landings[] = {
      {"its request lost", kNever},
      {"its answer lost after the effect", 0},
      {"its effect late", truth.acts_within_s.value_or(kUnknownLagSeconds)}};
  for (const auto& [what, lands_at_s] : landings)
    for (std::int64_t resend_at_s :
         {std::int64_t{1}, last_resend_s(sheet), sheet.key_window_s + 1, sheet.reversal_window_s - 1}) {
      if (resend_at_s < 0) continue;  // there is no time for reversals
      bench.at(&cassette, "'" + sheet.label + "' with " + what);
      // A request that lands later than the hub's patience was promised not to.
      int effects = Resolver(sheet, truth, ways, keyed, lands_at_s).resolve(resend_at_s);
      if (effects > 1)
        bench.find(&cassette, "'" + sheet.label + "', " + what + ", resolved by the sheet " +
                                  resolved_by(sheet, ways, resend_at_s) + ": the vendor has done it " +
                                  std::to_string(effects) + " times");
    }
}

/// Where a sighting's state is none of those that prove the call, the two of them; else nothing.
std::string other_state(const OperationSheet& operation, const CallSheet& sheet, const ReadResult& seen) {
  const bool voids = operation.name == "void";
  const std::vector<std::string>& states = voids ? operation.void_terminal_states : sheet.applied_states;
  if (seen.sightings.empty() || std::ranges::find(states, seen.sightings.front().state) != states.end()) return {};
  std::string listed;
  for (const std::string& state : states) listed += (listed.empty() ? "" : ", ") + state;
  return ": it is shown as " + seen.sightings.front().state + ", and " +
         (voids ? "void_terminal_states" : "applied_states") + " of the sheet has " +
         (listed.empty() ? "nothing" : listed);
}

std::string text_of(const std::optional<Money>& amount) { return amount ? amount->text() : "no amount"; }

/// Which member of the sighting is another than asked, with both values; else nothing.
std::string differing(const ReadResult& seen, const engine::Expected& expected) {
  if (seen.sightings.empty()) return {};
  const Sighting& shown = seen.sightings.front();
  const std::optional<Money>& amount = shown.issued ? shown.issued : shown.amount;
  std::optional<Money> wanted = expected.amount;
  if (wanted && expected.reversed) wanted = wanted->negated();
  if (wanted && amount != wanted)
    return std::string("; its ") + (shown.issued ? "issued" : "amount") + " is " + text_of(amount) +
           ", and the hub looks for " + text_of(wanted) +
           (expected.reversed ? ": what a cancelled booking takes back is shown negative" : "");
  if (!expected.customer.empty() && shown.customer != expected.customer)
    return "; its customer is '" + shown.customer + "', and the hub looks for '" + expected.customer + "'";
  return {};
}

/// What a read is to the call that the hub looks up.
enum class Shows {
  effect,   // the call took effect
  nothing,  // nothing did, or an earlier step of the same operation alone
  other     // another operation alone: it must not pass for the end of the instrument
};

/// What the hub's look-up makes of the connector's own read, shown a cassette of the vendor before or after the call.
void judge_look(Bench& bench, const Subject& effect, const CallSheet& sheet, const Cassette& read, Shows shows) {
  ReadInput input;
  input.by = read.input.at("by").as_string();
  input.reference = effect.expected.reference;
  input.code = effect.expected.code;
  input.credit = effect.expected.credit;
  input.instrument = effect.expected.instrument;
  CustomerInfo customer;
  if (decode(effect.input.at("customer"), customer).empty() && effect.input.at("customer").object())
    input.customer = customer;
  input.amount = money_from_json(effect.input.at("amount"));
  if (!effect.arguments.ids.empty()) input.ref20 = effect.arguments.ids.front().ref20;
  Subject subject = subject_of(bench.manifest(), read, encode(input));
  Variables known = effect.variables;
  known.merge(subject.variables);
  known.merge(subject_of(bench.manifest(), read, read.input).variables);
  subject.variables = known;
  bench.at(&read, "as the look-up of " + effect.cassette->name + ", '" + sheet.label + "'");
  std::string mismatch;
  Run run = play(*bench.instance(read), subject, script_of(subject, &mismatch));
  ReadResult seen;
  std::string name = "as the look-up of " + effect.cassette->name + ", '" + sheet.label + "': ";
  if (!mismatch.empty() && shows == Shows::other) return;  // of another instrument
  if (!mismatch.empty()) return bench.find(&read, name + mismatch);
  if (!run.done() || !decode(run.last.result, seen).empty())
    return bench.find(&read, name + "the read does not end well");
  LookUp look = engine::judge_sightings(*effect.operation, sheet, seen, effect.expected);
  if (shows == Shows::effect && look.found != LookUp::Found::matching)
    bench.find(&read, name + "the effect is there, and the hub does not recognise it" +
                          (look.why.empty() ? other_state(*effect.operation, sheet, seen)
                                            : ": " + look.why + differing(seen, effect.expected)));
  if (shows == Shows::nothing && (look.found == LookUp::Found::matching || look.found == LookUp::Found::different))
    bench.find(
        &read,
        name + (read.after->empty() ? "nothing is there" : "only what '" + read.after->back() + "' did is there") +
            ", and the hub takes it for the effect; if the cassette is of one other alone, name that under \"of\"");
  if (shows == Shows::other && look.found == LookUp::Found::matching)
    bench.find(&read, name + "only what '" + read.after->back() +
                          "' did is there, and the hub takes it for the end of the instrument (G4)");
}

/// By the calls that had taken effect in the read. Nothing: it tells nothing of this call.
std::optional<Shows> what_shows(const Cassette& read, const Subject& effect, const CallSheet& sheet, const Run& run) {
  const std::vector<std::string>& after = *read.after;
  if (!read.of.empty() && read.of != effect.cassette->name)
    return std::ranges::none_of(after,
                                [&](const std::string& label) { return effect.operation->call(label) != nullptr; }) &&
                   !after.empty()
               ? std::optional(Shows::other)
               : std::nullopt;
  if (std::ranges::find(after, sheet.label) != after.end()) return Shows::effect;
  auto before = [&](const std::string& label) {
    for (const Asked& asked : run.asked) {
      if (asked.label == sheet.label) return false;
      if (asked.label == label) return true;
    }
    return false;
  };
  if (std::ranges::all_of(after, before)) return Shows::nothing;
  const bool others =
      std::ranges::none_of(after, [&](const std::string& label) { return effect.operation->call(label) != nullptr; });
  return others && effect.operation->name == "void" ? std::optional(Shows::other) : std::nullopt;
}

void judge_looks(Bench& bench, const Subject& effect, const CallSheet& sheet, const Run& run) {
  const std::string by = way_to_look(bench.manifest(), *effect.operation, sheet);
  for (const Cassette* read : bench.cassettes("read")) {
    if (!read->after || read->input.at("by").as_string() != by || !bench.instance(*read)) continue;
    const bool of_another = !read->of.empty() && read->of != effect.cassette->name;
    if (of_another && effect.operation->name != "void") continue;
    if (std::optional<Shows> shows = what_shows(*read, effect, sheet, run))
      judge_look(bench, effect, sheet, *read, *shows);
  }
}

bool carries_key(const Subject& subject, const Asked& asked) {
  std::string all = asked.http.target + asked.http.body;
  for (const auto& [name, value] : asked.http.headers) all += value;
  return std::ranges::any_of(subject.arguments.ids, [&](const plugin_host::CallIds& id) {
    return id.label == asked.label && all.find(id.key) != std::string::npos;
  });
}

}  // namespace

void case_promises(Bench& bench) {
  for (const auto& [name, operation] : bench.manifest().operations)
    for (const CallSheet& sheet : operation.calls) {
      std::string full = name + "." + sheet.label;
      auto truth = bench.model().calls.find(full);
      if (truth == bench.model().calls.end()) {
        bench.find(nullptr, "model.json says nothing of " + full + ": nobody knows whether its sheet is true");
        continue;
      }
      const std::string by = way_to_look(bench.manifest(), operation, sheet);
      for (const std::string& broken : broken_promises(sheet, truth->second, by))
        bench.find(nullptr, full + " " + broken);
    }
  for (const auto& [name, truth] : bench.model().calls) {
    std::size_t dot = name.find('.');
    const OperationSheet* operation = bench.manifest().operation(name.substr(0, dot));
    if (dot == std::string::npos || !operation || !operation->call(name.substr(dot + 1)))
      bench.find(nullptr, "model.json speaks of " + name + ", which connector.json does not declare");
  }
}

void case_one_effect(Bench& bench) {
  for (const Cassette* cassette : bench.cassettes()) {
    if (!bench.instance(*cassette)) continue;
    Subject subject = bench.subject(*cassette);
    if (subject.operation->calls.empty()) continue;
    Run run = bench.play_as_written(*cassette, subject);
    for (const Asked& asked : run.asked) {
      const CallSheet* sheet = subject.operation->call(asked.label);
      auto truth = bench.model().calls.find(subject.operation->name + "." + asked.label);
      if (!sheet || asked.safe || truth == bench.model().calls.end()) continue;
      if (sheet->sign != Sign::removing) {  // a removal may be repeated: it names what it removes
        deliver_twice(bench, *cassette, *sheet, truth->second, carries_key(subject, asked));
        const Ways ways = ways_of(bench.manifest(), *subject.operation, *sheet);
        count_effects(bench, *cassette, *sheet, truth->second, ways, carries_key(subject, asked));
      }
      if (run.done()) judge_looks(bench, subject, *sheet, run);
    }
  }
}

}  // namespace handoff::conformance
