// What goes into a target is percent-encoded: an e-mail with a plus, a vendor's mark with a slash. Unencoded it asks
// for somebody or something else.

#include <algorithm>

#include "core/conformance/bench.hpp"
#include "core/conformance/match.hpp"
#include "core/conformance/mutate.hpp"

namespace handoff::conformance {

namespace {

using plugin_host::Asked;

constexpr std::string_view kBegin = "kit0", kEnd = "0kit";

/// Odd letters, save those that the value has a use for: an id of two parts is taken apart at its slash.
std::string odd_part(const std::string& value) {
  std::string out(kBegin);
  for (const std::string_view part : {"+a", "&b", "=c", "/d", "%41"})
    if (value.find(part.front()) == std::string::npos) out += part;
  return out += kEnd;
}

/// "jo@example.com" with the odd part before its "@", anything else with it behind.
std::string made_odd(const std::string& value) {
  const std::size_t at = std::min(value.find('@'), value.size());
  return value.substr(0, at) + odd_part(value) + value.substr(at);
}

/// Segments of the path, and names and values of the query, as they are meant.
std::vector<std::string> parts_of(std::string_view target) {
  std::vector<std::string> out(1);
  bool query = false;
  for (char c : target) {
    query = query || c == '?';
    if (query ? c == '?' || c == '&' || c == '=' : c == '/')
      out.emplace_back();
    else if (c == '+' && !query)
      out.back() += "%2B";  // in a path it stands for itself
    else
      out.back() += c;
  }
  for (std::string& part : out) part = from_percent(part);
  return out;
}

bool holds_part(const std::string& target, const std::string& value) {
  return std::ranges::any_of(parts_of(target),
                             [&](const std::string& part) { return part.find(value) != std::string::npos; });
}

bool in_some_target(const Run& run, const std::string& value, std::size_t from = 0) {
  return std::any_of(
      run.asked.begin() + static_cast<long>(std::min(from, run.asked.size())), run.asked.end(),
      [&](const Asked& asked) { return asked.kind == HANDOFF_CALL_HTTP && holds_part(asked.http.target, value); });
}

void judge(Bench& bench, const Cassette& cassette, const Run& run, const std::string& what, const std::string& value) {
  const std::string part = in_small_letters(odd_part(value));
  for (const Asked& asked : run.asked) {
    if (asked.kind != HANDOFF_CALL_HTTP) continue;
    const std::string target = in_small_letters(asked.http.target);
    const bool there = target.find(kBegin) != std::string::npos || target.find(kEnd) != std::string::npos;
    if (there && !holds_part(target, part))
      bench.find(
          &cassette,
          "'" + asked.label + "': with " + what + " of " + made_odd(value) + " the target is " + asked.http.target +
              ", which asks for something else: percent() what comes from the input or an answer, or add it to a Form");
  }
}

/// Every text of the input that comes into a target.
void from_input(Bench& bench, const Cassette& cassette, const Subject& subject, const Run& recorded) {
  std::vector<std::string> seen;
  for (const Change& change : single_changes(json::write(subject.input))) {
    if (change.was.size() < 3 || std::ranges::find(seen, change.was) != seen.end() ||
        !in_some_target(recorded, change.was))
      continue;
    seen.push_back(change.was);
    bench.at(&cassette, "with an odd " + change.path);
    Subject odd = subject;
    odd.arguments.input =
        all_changed(json::write(subject.input), [&](const std::string& was) -> std::optional<std::string> {
          return was == change.was ? std::optional(made_odd(was)) : std::nullopt;
        });
    if (!json::parse(odd.arguments.input)) continue;  // it was a number
    judge(bench, cassette, play(*bench.instance(cassette), odd, script_of(subject)), "a " + change.path, change.was);
  }
}

/// Every text of an answer that comes into a later target: the vendor's id, the mark of its next page.
void from_answers(Bench& bench, const Cassette& cassette, const Subject& subject, const Run& recorded) {
  for (std::size_t i = 0; i + 1 < recorded.asked.size() && i < recorded.answers.size(); ++i) {
    const plugin_host::Answer& good = recorded.answers[i];
    for (const Change& change : single_changes(good.http.body)) {
      const std::string& was = change.was;
      if (was.size() < 2 || was.find("://") != std::string::npos || !in_some_target(recorded, was, i + 1)) continue;
      bench.at(&cassette, "with an odd " + change.path);
      plugin_host::Answer answer = good;
      for (const Change& odd : changes_from(good.http.body, was, made_odd(was)))
        if (odd.path == change.path) answer.http.body = odd.body;
      const Run run = play(*bench.instance(cassette), subject, script_with(subject, i, answer));
      judge(bench, cassette, run, "the vendor's " + change.path, was);
    }
  }
}

}  // namespace

void case_targets(Bench& bench) {
  for (const Cassette* cassette : bench.cassettes()) {
    if (!bench.instance(*cassette)) continue;
    const Subject subject = bench.subject(*cassette);
    const Run recorded = bench.play_as_written(*cassette, subject);
    from_input(bench, *cassette, subject, recorded);
    from_answers(bench, *cassette, subject, recorded);
  }
}

}  // namespace handoff::conformance
