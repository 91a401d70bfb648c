// audit_confusion [--seeds A:B] [--credits N] [--guess]: months of the generator, audited with their map or without any, and which
// planted cause was taken for which. The exit code is 1 where something was not found, or found and not planted.

#include <charconv>
#include <filesystem>
#include <iostream>
#include <set>

#include "core/reconcile/audit.hpp"
#include "core/reconcile/guess.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/reconcile/score.hpp"

namespace {

using namespace handoff;

struct Asked {
  std::uint64_t first = 1, last = 30;
  std::int64_t credits = 20'000;
  bool guess = false;
};

template <class Number>
bool number(std::string_view text, Number& out) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

bool read(int argc, char** argv, Asked& out) {
  for (int i = 1; i < argc; ++i) {
    std::string_view word = argv[i], value = i + 1 < argc ? argv[i + 1] : "";
    std::size_t colon = value.find(':');
    if (word == "--guess") {
      out.guess = true;
    } else if (word == "--credits" && number(value, out.credits)) {
      ++i;
    } else if (word == "--seeds" && colon != std::string_view::npos && number(value.substr(0, colon), out.first) &&
               number(value.substr(colon + 1), out.last)) {
      ++i;
    } else {
      return false;
    }
  }
  return out.credits > 0 && out.first <= out.last;
}

/// The month's own references are in three columns of the registers: a guess must find that, too.
bool guess(reconcile::Request& request) {
  auto guesses = reconcile::guess_maps(request.files, {}, "");
  if (!guesses) return false;
  for (std::size_t s = 0; s < report::kSides; ++s) request.maps[s] = (*guesses)[s].map;
  return true;
}

std::string cell(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

void print(const reconcile::Score& all) {
  std::set<std::string> names;
  for (const auto& [pair, times] : all.causes) names.insert({pair.first, pair.second});
  constexpr std::size_t kFirst = 22, kOther = 12;
  std::cout << cell("planted / found as", kFirst);
  for (const std::string& name : names) std::cout << cell(name.empty() ? "not found" : name.substr(0, kOther - 2), kOther);
  std::cout << "\n";
  for (const std::string& planted : names) {
    std::cout << cell(planted.empty() ? "nothing" : planted, kFirst);
    for (const std::string& found : names) {
      auto times = all.causes.find({planted, found});
      std::cout << cell(times == all.causes.end() ? "." : std::to_string(times->second), kOther);
    }
    std::cout << "\n";
  }
  std::cout << all.planted << " planted, " << all.found << " found, " << all.cause_right << " with their cause, " << all.false_gaps << " false\n";
}

}  // namespace

int main(int argc, char** argv) {
  Asked asked;
  if (!read(argc, argv, asked)) {
    std::cerr << "usage: audit_confusion [--seeds 1:30] [--credits 20000] [--guess]\n";
    return 2;
  }
  reconcile::Score all;
  for (std::uint64_t seed = asked.first; seed <= asked.last; ++seed) {
    support::TempDir dir;
    exports::Month month = exports::write_month({seed, asked.credits, 40}, dir.path().string());
    reconcile::Request request = reconcile::request_for(month, dir.path().string());
    if (asked.guess && !guess(request)) return 1;
    auto done = reconcile::audit(request);
    if (!done) {
      std::cerr << done.error().text() << "\n";
      return 1;
    }
    reconcile::Score one = reconcile::score(*done, month);
    all.planted += one.planted;
    all.found += one.found;
    all.cause_right += one.cause_right;
    all.false_gaps += one.false_gaps;
    for (const auto& [pair, times] : one.causes) all.causes[pair] += times;
    for (const std::string& wrong : one.wrong) std::cerr << "seed " << seed << ": " << wrong << "\n";
  }
  print(all);
  return all.found == all.planted && all.false_gaps == 0 ? 0 : 1;
}
