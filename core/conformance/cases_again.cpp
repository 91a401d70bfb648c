// Each cassette again: in parts, twice, at once, in another process, with other settings. A run depends on nothing else.

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <limits>
#include <thread>

#include "core/conformance/bench.hpp"
#include "core/conformance/mutate.hpp"
#include "core/crypto/hash.hpp"

namespace handoff::conformance {

namespace {

using plugin_host::Asked;

/// Values at the edges of what a property's schema allows. Patterns and formats are left to the usual value.
std::vector<json::Value> allowed_values(const json::Value& property) {
  std::vector<json::Value> out;
  for (const json::Value& one : property.at("enum").as_array()) out.push_back(one);
  if (!out.empty() || !property.at("pattern").is_null() || !property.at("format").is_null()) return out;
  std::string_view type = property.at("type").as_string();
  if (type == "string") {
    std::int64_t least = property.at("minLength").as_integer().value_or(0);
    std::int64_t most = std::min<std::int64_t>(property.at("maxLength").as_integer().value_or(4096), 4096);
    for (std::int64_t size : {least, std::min(least + 1, most), most})
      out.emplace_back(std::string(static_cast<std::size_t>(size), 'x'));
    if (most >= 3) out.emplace_back("\xc3\xa4 \"\\");
  } else if (type == "integer") {
    std::int64_t least = property.at("minimum").as_integer().value_or(std::numeric_limits<std::int64_t>::min());
    std::int64_t most = property.at("maximum").as_integer().value_or(std::numeric_limits<std::int64_t>::max());
    for (std::int64_t value : {least, std::clamp<std::int64_t>(0, least, most), most}) out.emplace_back(value);
  } else if (type == "boolean") {
    out = {json::Value(true), json::Value(false)};
  } else if (type == "array") {
    out.emplace_back(json::Array());
  }
  return out;
}

/// What else the schema may allow in the place of a value, nearest first: another currency, address, name or number.
std::vector<json::Value> values_beside(const json::Value& property, const json::Value& usual) {
  std::vector<json::Value> out;
  if (usual.string()) {
    const bool free = property.at("enum").is_null();
    if (free) out = {json::Value("EUR"), json::Value("USD"), json::Value(another_name(*usual.string()))};
  } else if (usual.array()) {
    for (const json::Value& changed : values_beside(property.at("items"), usual.at(0)))
      out.emplace_back(json::Array{changed});
    return out;
  } else if (usual.object()) {
    for (const auto& [name, member] : usual.as_object())
      for (const json::Value& changed : values_beside(property.at("properties").at(name), member)) {
        json::Object other = usual.as_object();
        other.set(name, changed);
        out.emplace_back(std::move(other));
      }
    return out;
  }
  for (json::Value& value : allowed_values(property)) out.push_back(std::move(value));
  std::erase(out, usual);
  return out;
}

struct OtherSettings {
  std::string what;  // "currency = EUR"
  json::Value settings;
};

/// Settings that the connector takes as well: one member changed, and in the end all of them.
std::vector<OtherSettings> other_settings(const Bench& bench, const json::Value& usual) {
  std::vector<OtherSettings> out;
  json::Object every = usual.as_object();
  for (const auto& [name, property] : bench.manifest().settings.at("properties").as_object())
    for (const json::Value& value : values_beside(property, usual.at(name))) {
      json::Object other = usual.as_object(), more = every;
      other.set(name, value);
      more.set(name, value);
      if (!bench.fresh(json::Value(other))) continue;
      out.push_back({name + " = " + json::write(value), json::Value(std::move(other))});
      if (bench.fresh(json::Value(more))) every = std::move(more);
      break;
    }
  if (out.size() > 1) out.push_back({"all settings changed", json::Value(std::move(every))});
  return out;
}

/// Step by step in turns with a connector that was made after it: what either leaves behind, the other would find.
void in_turns(Bench& bench, const Cassette& one, const Cassette& between, const json::Value& settings,
              const std::string& what) {
  bench.at(&one, "in turns with " + what);
  const Subject subject = bench.subject(one), other = bench.subject(between);
  // Made anew: the one that all cases share was perhaps followed by another.
  const std::unique_ptr<plugin_host::Instance> own = bench.fresh(bench.settings(one));
  const Run alone = play(*own, subject, script_of(subject));
  const std::unique_ptr<plugin_host::Instance> stranger = bench.fresh(settings);
  const Script tape = script_of(subject);
  const Run mixed = play(*own, subject, [&](const Asked& asked, std::size_t position) {
    play(*stranger, other, script_of(other));
    return tape(asked, position);
  });
  std::string wrong = run_difference(alone, mixed);
  if (!wrong.empty()) bench.find(&one, "with " + what + " between its steps, " + wrong);
}

/// The same input for another credit: other references, long enough to be seen half written.
json::Value of_another_credit(const json::Value& input) {
  json::Object out;
  for (const auto& [name, value] : input.as_object()) {
    bool names_it = value.string() && (name == "ref" || name == "credit" || name == "instrument" || name == "object");
    if (names_it)
      out.set(name, "kit_another_" + *value.string());
    else if (value.object())
      out.set(name, of_another_credit(value));
    else
      out.set(name, value);
  }
  return json::Value(std::move(out));
}

/// A digest of everything a run said.
std::string digest_of(const Run& run) {
  std::string all = end_name(run) + json::write(run.last.result) + json::write(json::Value(run.last.emitted));
  for (const Asked& asked : run.asked) all += asked.digest;
  for (const plugin_host::Verdict& verdict : run.last.verdicts)
    all += verdict.label + verdict.code + verdict.message + json::write(encode(verdict.echoes));
  return crypto::base32(crypto::bytes(crypto::sha256(all)).substr(0, 15));
}

/// As many rounds as there is time for, and a word where these are few: a slow step is no endless one, and no leak.
int affordable(Bench& bench, const Cassette& cassette, int rounds, std::int64_t round_us) {
  constexpr std::int64_t kAllUs = kSanitized ? 60'000'000 : 4'000'000;  // of all cassettes, within the child's limit
  const std::int64_t share_us = kAllUs / static_cast<std::int64_t>(bench.cassettes().size());
  if (round_us * rounds <= share_us) return rounds;
  const int fewer = static_cast<int>(std::max<std::int64_t>(share_us / round_us, 2));
  bench.untried(cassette, "more than " + std::to_string(fewer) + " of " + std::to_string(rounds) +
                              " rounds, since it is slow: one takes " + std::to_string(round_us / 1000) +
                              " ms of processor time");
  return fewer;
}

}  // namespace

void case_repeat(Bench& bench) {
  for (const Cassette* cassette : bench.cassettes()) {
    bench.at(cassette, "each step again");
    const plugin_host::Instance* connector = bench.instance(*cassette);
    if (!connector) continue;
    Subject subject = bench.subject(*cassette);
    Run first = play(*connector, subject, script_of(subject));
    for (int again = 0; again < 3; ++again) {
      std::string wrong = run_difference(first, play(*connector, subject, script_of(subject)));
      if (!wrong.empty()) bench.find(cassette, "run again with the same answers, " + wrong);
    }
  }
}

void case_resume(Bench& bench) {
  for (const Cassette* cassette : bench.cassettes()) {
    if (!bench.instance(*cassette)) continue;
    Subject subject = bench.subject(*cassette);
    Run whole = bench.play_as_written(*cassette, subject);
    for (std::size_t stop = 0; stop <= whole.answers.size(); ++stop) {
      bench.at(cassette, "a new start after " + std::to_string(stop) + " answers");
      std::unique_ptr<plugin_host::Instance> later = bench.fresh(bench.settings(*cassette));
      std::vector<plugin_host::Answer> answers(whole.answers.begin(), whole.answers.begin() + static_cast<long>(stop));
      std::vector<Asked> before(whole.asked.begin(),
                                whole.asked.begin() + static_cast<long>(std::min(stop + 1, whole.asked.size())));
      plugin_host::Step step = later->step(cassette->operation, subject.arguments, answers, before);
      std::string wrong = step.misbehaviour;
      bool last = stop == whole.answers.size();
      if (wrong.empty() && last && (step.end != whole.last.end || step.result != whole.last.result))
        wrong = "the run ends in another way";
      if (!wrong.empty()) bench.find(cassette, "started anew after " + std::to_string(stop) + " answers: " + wrong);
    }
  }
}

void case_two_processes(Bench& bench) {
  for (const Cassette* cassette : bench.cassettes()) {
    bench.at(cassette, "in this process");
    if (!bench.instance(*cassette)) continue;
    Subject subject = bench.subject(*cassette);
    bench.find(cassette, digest_of(bench.play_as_written(*cassette, subject)));  // compared by the parent
  }
}

void case_two_at_once(Bench& bench) {
  constexpr int kThreads = 4;
  for (const Cassette* cassette : bench.cassettes()) {
    bench.at(cassette, "on four threads");
    const plugin_host::Instance* connector = bench.instance(*cassette);
    if (!connector) continue;
    // Two credits, so that what one leaves behind shows in the other.
    const Subject subjects[2] = {bench.subject(*cassette),
                                 subject_of(bench.manifest(), *cassette, of_another_credit(cassette->input))};
    const Run alone[2] = {play(*connector, subjects[0], script_of(subjects[0])),
                          play(*connector, subjects[1], script_of(subjects[1]))};
    const int rounds = affordable(bench, *cassette, 100, kThreads * std::max(alone[0].all_us, alone[1].all_us));
    std::atomic<int> wrong = 0, runs = 0;
    std::latch together(kThreads);  // else on a busy machine one is done before the next begins
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i)
      threads.emplace_back([&, &subject = subjects[i % 2], &expected = alone[i % 2]] {
        together.arrive_and_wait();
        for (int round = 0; round < rounds && wrong == 0; ++round) {  // one is enough, and the machine may be busy
          ++runs;
          if (!run_difference(expected, play(*connector, subject, script_of(subject))).empty()) ++wrong;
        }
      });
    threads.clear();
    if (wrong > 0)
      bench.find(cassette, std::to_string(wrong) + " of " + std::to_string(runs) +
                               " runs on four threads came out different; a step may write nothing but its own locals");
  }
}

void case_settings(Bench& bench) {
  const std::vector<const Cassette*> all = bench.cassettes();
  std::vector<OtherSettings> others;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Cassette &one = *all[i], &next = *all[(i + 1) % all.size()];
    if (!bench.instance(one) || !bench.instance(next)) continue;
    in_turns(bench, one, next, bench.settings(next), "a run of " + next.name);
    std::vector<OtherSettings> beside = other_settings(bench, bench.settings(one));
    for (const OtherSettings& other : beside)
      in_turns(bench, one, one, other.settings, "a run of a connector with " + other.what);
    if (others.empty()) others = std::move(beside);
  }
  if (!all.empty() && others.empty())
    bench.untried("two accounts: the schema of the settings allows no other value that could be found");
}

void case_odd_settings(Bench& bench) {
  json::Value usual;
  for (const Cassette* cassette : bench.cassettes()) usual = bench.settings(*cassette);
  for (const auto& [name, property] : bench.manifest().settings.at("properties").as_object())
    for (const json::Value& value : allowed_values(property)) {
      json::Object odd = usual.as_object();
      odd.set(name, value);
      std::string what = name + " = " + json::write(value).substr(0, 60);
      bench.at(nullptr, "settings with " + what);
      auto made = plugin_host::Instance::create(bench.plugin(), json::Value(std::move(odd)));
      if (!made && made.error().at("message").as_string().empty())
        bench.find(nullptr, "the schema allows " + what + ", and the connector refuses it without a word");
    }
}

void case_memory(Bench& bench) {
  constexpr std::size_t kGrowthMax = 64 * 1024;  // what the allocator itself may keep
  for (const Cassette* cassette : bench.cassettes()) {
    bench.at(cassette, "many times");
    if (!bench.instance(*cassette)) continue;
    Subject subject = bench.subject(*cassette);
    std::int64_t run_us = 0;
    for (int i = 0; i < 10; ++i) run_us = bench.play_as_written(*cassette, subject).all_us;
    const int runs = affordable(bench, *cassette, 200, run_us);
    std::size_t before = mallinfo2().uordblks;
    for (int i = 0; i < runs; ++i) bench.play_as_written(*cassette, subject);
    std::size_t after = mallinfo2().uordblks;
    if (after > before + kGrowthMax)
      bench.find(cassette,
                 std::to_string(runs) + " runs leave " + std::to_string((after - before) / 1024) + " KiB behind");
  }
}

}  // namespace handoff::conformance
