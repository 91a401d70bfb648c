// identity_score: the labelled set and what became of it. README.md says how to read the figures.

#include <algorithm>
#include <ctime>
#include <exception>
#include <iomanip>
#include <iostream>

#include "tests/identity/formats.hpp"
#include "tests/identity/score.hpp"

namespace handoff::identity_set {
namespace {

/// Seconds of this thread on a processor: what else the machine does does not count.
double now() {
  timespec at{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
  return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) * 1e-9;
}

double percent(std::size_t part, std::size_t whole) {
  return whole == 0 ? 100.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

void say(const std::string& kind, const Counts& counts) {
  std::cout << std::left << std::setw(26) << kind << std::right << std::setw(8) << counts.entries << std::setw(8)
            << counts.linked << std::setw(7) << counts.wrong << std::setw(10) << counts.linkable << std::setw(10)
            << percent(counts.linkable_linked, counts.linkable) << std::setw(10) << counts.parked_with_person
            << std::setw(9) << percent(counts.person_first, counts.parked_with_person) << '\n';
}

void say(const Score& score) {
  std::cout << std::fixed << std::setprecision(2) << "kind" << std::setw(30) << "entries" << std::setw(8) << "linked"
            << std::setw(7) << "wrong" << std::setw(10) << "linkable" << std::setw(10) << "% linked" << std::setw(10)
            << "parked *" << std::setw(9) << "% first" << '\n';
  for (const auto& [kind, counts] : score.by_kind) say(kind.empty() ? "(no kind)" : kind, counts);
  say("all", score.all);
  std::cout << "* parked though the right person is on record\n";
  for (const std::string& id : score.wrong) std::cout << "linked to another: " << id << '\n';
}

/// The bars of docs/concepts/identity.md.
constexpr double kMatchedMin = 50'000, kTogetherMin = 50'000;  // entries a second
constexpr double kLookUpMaxUs = 1'000;                         // p99
constexpr std::size_t kLinkedMin = 97, kFirstMin = 90;         // percent

/// Nothing measured meets no bar.
bool met(const std::string& what, bool is) {
  if (!is) std::cout << "missed: " << what << '\n';
  return is;
}

bool finds_people(const Counts& all, const std::string& where) {
  return met("entries" + where, all.entries > 0) && met("nobody linked to another" + where, all.wrong == 0) &&
         met("the right person first" + where, all.person_first * 100 >= all.parked_with_person * kFirstMin);
}

/// Entries against an index of many customers, on one thread: with the reading of what was typed, and without.
bool speed(std::size_t customers, const identity::Rules& rules) {
  Set set = generate(11, customers, 100'000);
  identity::Index index;
  double start = now();
  fill(index, set, rules);
  std::cout << index.size() << " customers entered in " << now() - start << " s; all times are those of one core\n";
  std::vector<identity::Identifiers> said;
  start = now();
  for (const Entry& one : set.entries)
    said.push_back(identity::normalise(one.email, one.phone, one.loyalty, rules, one.region));
  double reading = now() - start;
  std::vector<double> each;
  std::size_t linked = 0;
  start = now();
  for (const identity::Identifiers& one : said) {
    double began = now();
    linked += index.find(one).links ? 1u : 0u;
    each.push_back((now() - began) * 1e6);
  }
  double finding = now() - start;
  std::ranges::sort(each);
  double n = static_cast<double>(said.size());
  std::cout << "read      " << n / reading << " entries/s\nmatch     " << n / finding << " entries/s, " << linked
            << " linked\ntogether  " << n / (reading + finding) << " entries/s\nlook-up   p50 " << each[each.size() / 2]
            << " us, p99 " << each[each.size() * 99 / 100] << " us, most " << each.back() << " us\n";
  return met("matched", n / finding >= kMatchedMin) && met("together", n / (reading + finding) >= kTogetherMin) &&
         met("look-up, p99", each[each.size() * 99 / 100] <= kLookUpMaxUs);
}

int run(const std::vector<std::string>& words) {
  std::map<std::string, std::string> given;
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) given[words[i]] = words[i + 1];
  auto number = [&](const char* name, std::size_t otherwise) {
    return given.contains(name) ? static_cast<std::size_t>(std::stoull(given[name])) : otherwise;
  };
  identity::Rules rules = rules_of_the_set();
  if (given.contains("--speed")) return speed(number("--speed", 0), rules) ? 0 : 1;
  bool files = given.contains("--customers-file");
  Set set = files ? read(given["--customers-file"], given["--entries-file"])
                  : generate(number("--seed", 1), number("--people", 5'000), number("--entries", 20'000));
  if (given.contains("--write")) write(set, given["--write"]);
  if (given.contains("--programmes")) rules.loyalty.clear();  // --programmes any: ids as they come
  Score said = score(set, rules);
  say(said);
  std::string region = given.contains("--region") ? given["--region"] : "US";
  std::cout << "\nwith every record read as one of " << region << '\n';
  Score in_one = score(set, rules, region);
  say("all", in_one.all);
  bool good = finds_people(said.all, "") &&
              met("linked", said.all.linkable_linked * 100 >= said.all.linkable * kLinkedMin) &&
              finds_people(in_one.all, ", all records in one region");
  return good ? 0 : 1;
}

}  // namespace
}  // namespace handoff::identity_set

int main(int argc, char** argv) {
  try {
    return handoff::identity_set::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "identity_score: " << error.what() << '\n';
    return 2;
  }
}
