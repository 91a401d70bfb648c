// audit_confusion [--seeds A:B] [--credits N] [--guess] [--other]: months of the generator, or of the other one, audited with their map or without any, and which
// planted cause was taken for which. audit_confusion --dir DIR: the same of files that somebody else made, with DIR/truth.csv.
// The exit code is 1 where something was not found, or found and not planted.

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <iostream>
#include <optional>
#include <set>

#include "core/reconcile/audit.hpp"
#include "core/reconcile/guess.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/reconcile/score.hpp"
#include "tests/unit/reconcile/truth.hpp"

namespace {

using namespace handoff;

struct Asked {
  std::uint64_t first = 1, last = 30;
  std::int64_t credits = 20'000;
  bool guess = false, other = false;
  std::string dir, map;
  std::optional<std::int64_t> as_of_s;
  report::BySide<std::int64_t> sla_s = reconcile::Request{}.sla_s;
};

template <class Number>
bool number(std::string_view text, Number& out) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

/// "erp=48"
bool sla(std::string_view text, Asked& out) {
  std::size_t sign = text.find('=');
  std::int64_t hours = 0;
  auto side = std::ranges::find(report::kSideNames, text.substr(0, sign));
  if (sign == std::string_view::npos || side == report::kSideNames.end() || !number(text.substr(sign + 1), hours))
    return false;
  out.sla_s[static_cast<std::size_t>(side - report::kSideNames.begin())] = hours * reconcile::kHour;
  return true;
}

bool read(int argc, char** argv, Asked& out) {
  for (int i = 1; i < argc; ++i) {
    std::string_view word = argv[i], value = i + 1 < argc ? argv[i + 1] : "";
    std::size_t colon = value.find(':');
    if (word == "--guess") {
      out.guess = true;
    } else if (word == "--other") {
      out.other = true;
    } else if (word == "--dir" || word == "--map") {
      (word == "--dir" ? out.dir : out.map) = value;
      if (++i == argc) return false;
    } else if (word == "--as-of") {
      auto time = reconcile::parse_time(value, config::TimeFormat::iso, 0);
      if (!time) return false;
      out.as_of_s = time->utc_s;
      ++i;
    } else if (word == "--sla" && sla(value, out)) {
      ++i;
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
  for (const std::string& name : names)
    std::cout << cell(name.empty() ? "not found" : name.substr(0, kOther - 2), kOther);
  std::cout << "\n";
  for (const std::string& planted : names) {
    std::cout << cell(planted.empty() ? "nothing" : planted, kFirst);
    for (const std::string& found : names) {
      auto times = all.causes.find({planted, found});
      std::cout << cell(times == all.causes.end() ? "." : std::to_string(times->second), kOther);
    }
    std::cout << "\n";
  }
  std::cout << "planted losses found " << all.found << " of " << all.planted << "\nfalse gaps " << all.false_gaps
            << "\ncause right " << (all.found == 0 ? 0 : all.cause_right * 100 / all.found) << " % (" << all.cause_right
            << " of " << all.found << ")\n";
}

/// All files of a side begin with its name: "pos.csv", "erp-2.jsonl.gz".
reconcile::Request request_of(const Asked& asked) {
  reconcile::Request out;
  for (const auto& file : std::filesystem::directory_iterator(asked.dir))
    for (std::size_t s = 0; s < report::kSides; ++s)
      if (file.is_regular_file() && file.path().filename().string().starts_with(report::kSideNames[s]))
        out.files[s].push_back(file.path().string());
  for (auto& files : out.files) std::ranges::sort(files);
  out.as_of_s = asked.as_of_s;
  out.sla_s = asked.sla_s;
  out.work_folder = std::filesystem::temp_directory_path().string();
  return out;
}

int score_folder(const Asked& asked) {
  auto refuse = [](const std::string& why) {
    std::cerr << why << "\n";
    return 1;
  };
  auto truth = reconcile::read_truth(asked.dir + "/truth.csv");
  if (!truth) return refuse(truth.error());
  reconcile::Request request = request_of(asked);
  if (asked.map.empty()) {
    if (!guess(request)) return refuse(asked.dir + ": the files cannot be read");
  } else {
    auto maps = config::load_export_maps(asked.map);
    if (!maps) return refuse(asked.map + ": " + maps.error().front().message);
    for (std::size_t s = 0; s < report::kSides; ++s) request.maps[s] = maps->sides[std::string(report::kSideNames[s])];
  }
  auto done = reconcile::audit(request);
  if (!done) return refuse(done.error().text());
  exports::Month month;
  month.truth = std::move(*truth);
  reconcile::Score score = reconcile::score(*done, month);
  for (const std::string& wrong : score.wrong) std::cerr << wrong << "\n";
  print(score);
  return score.found == score.planted && score.false_gaps == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Asked asked;
  if (!read(argc, argv, asked)) {
    std::cerr << "usage: audit_confusion [--seeds 1:30] [--credits 20000] [--guess] [--other]\n"
                 "       audit_confusion --dir DIR [--map MAP] [--as-of TIME] [--sla SIDE=HOURS]\n";
    return 2;
  }
  if (!asked.dir.empty()) return score_folder(asked);
  reconcile::Score all;
  for (std::uint64_t seed = asked.first; seed <= asked.last; ++seed) {
    support::TempDir dir;
    std::string folder = dir.path().string();
    exports::Month month = asked.other ? reconcile::write_other_month(seed, folder)
                                       : exports::write_month({seed, asked.credits, 40}, folder);
    reconcile::Request request = reconcile::request_for(month, folder);
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
