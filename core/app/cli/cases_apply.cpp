// cases apply: what people decided in a file, one command a line.

#include <ostream>

#include "core/app/cli/cases_file.hpp"
#include "core/app/cli/commands.hpp"
#include "core/app/cli/files.hpp"
#include "core/app/cli/hub.hpp"
#include "core/app/cli/words.hpp"

namespace handoff::cli {

namespace {

struct Tally {
  int done = 0, refused = 0;
};

void report(const Decision& decision, const std::string& problem, bool dry, Tally& tally, json::Array& list,
            const Options& options, Console& console) {
  ++(problem.empty() ? tally.done : tally.refused);
  std::string verb = problem.empty() ? (dry ? "would be done" : "done") : "refused: " + problem;
  if (options.json)
    list.emplace_back(json::Object{{"line", static_cast<std::int64_t>(decision.line)},
                                   {"case", decision.case_no},
                                   {"action", decision.action},
                                   {"done", problem.empty() && !dry},
                                   {"problem", problem}});
  else
    console.out << "line " << decision.line << "  case " << decision.case_no << "  " << decision.action << "  " << verb
                << "\n";
}

/// Before anything is ordered: one mixed up line makes the whole file doubtful.
std::optional<Failure> mixed_up(const std::string& path, const std::vector<Decision>& decisions, const Hub& hub) {
  auto view = hub.need("GET", "/v1/cases?state=open&limit=100000");
  if (!view) return view.error();
  std::string all;
  for (const std::string& one : mixed_up(decisions, *view)) all += path + ": " + one + "\n";
  if (all.empty()) return std::nullopt;
  return Failure{"the lines of this file do not belong to their cases, so nothing was ordered\n" + all +
                     "Sort whole lines, and write each case once. Or begin anew: handoff cases --csv >FILE",
                 kUsage, "usage"};
}

}  // namespace

int cases_apply(const Options& options, Console& console) {
  if (auto file = read_whole(options.file); !file)
    return fail(options, console, {file.error().text + "; make one with: handoff cases --csv >FILE"});
  auto decisions = read_decisions(options.file);
  if (!decisions) return fail(options, console, Failure{decisions.error(), kUsage, "usage"});
  auto hub = Hub::find(options, console);
  if (!hub) return fail(options, console, hub.error());
  if (auto wrong = mixed_up(options.file, *decisions, *hub)) return fail(options, console, *wrong);
  Tally tally;
  json::Array list;
  for (const Decision& decision : *decisions) {
    std::string problem = decision.problem;
    if (problem.empty()) {
      std::string path = "/v1/cases/" + std::to_string(decision.case_no) + "/" + decision.action;
      auto answer = hub->need("POST", path + (options.dry_run ? "?dry=1" : ""), &decision.body);
      if (!answer && answer.error().code == Failure().code) return fail(options, console, answer.error());
      if (!answer) problem = answer.error().text;
    }
    report(decision, problem, options.dry_run, tally, list, options, console);
  }
  if (options.json)
    console.out << pretty(json::Value(json::Object{{"rows", json::Value(std::move(list))}}));
  else if (decisions->empty())
    console.out << "No line of " << options.file << " has an action.\n";
  else
    console.out << counted(tally.done, "decision") << (options.dry_run ? " would be taken, " : " taken, ")
                << tally.refused << " refused.\n";
  return tally.refused > 0 ? kFindings : kFine;
}

}  // namespace handoff::cli
