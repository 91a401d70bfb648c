// cases apply: what people decided in a file, one command a line.

#include <map>
#include <ostream>

#include "core/app/cli/cases_file.hpp"
#include "core/app/cli/commands.hpp"
#include "core/app/cli/files.hpp"
#include "core/app/cli/hub.hpp"
#include "core/app/cli/words.hpp"

namespace handoff::cli {

namespace {

/// The open cases as they are now: whose, by number.
std::expected<std::map<std::int64_t, std::string>, Failure> open_cases(const Hub& hub) {
  auto view = hub.ask("GET", "/v1/cases?state=open&limit=100000");
  if (!view) return std::unexpected(view.error());
  if (!*view) return std::unexpected(Failure{"no hub answers at " + hub.admin_url() + "; start handoffd first"});
  std::map<std::int64_t, std::string> out;
  for (const json::Value& one : (*view)->at("cases").as_array()) out[number_of(one.at("case"))] = text_of(one.at("assignee"));
  return out;
}

/// Why the hub would refuse it, as far as can be told beforehand.
std::string foreseen(const Decision& decision, const std::map<std::int64_t, std::string>& open) {
  auto now = open.find(decision.case_no);
  if (now == open.end()) return "there is no open case of this number";
  if (decision.action == "assign" && !now->second.empty() && now->second != decision.was)
    return "this case is " + now->second + "'s by now";
  return {};
}

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

}  // namespace

int cases_apply(const Options& options, Console& console) {
  if (auto file = read_whole(options.file); !file)
    return fail(options, console, {file.error().text + "; make one with: handoff cases --csv >FILE"});
  auto decisions = read_decisions(options.file);
  if (!decisions) return fail(options, console, Failure{decisions.error(), kUsage, "usage"});
  auto hub = Hub::find(options, console);
  if (!hub) return fail(options, console, hub.error());
  auto open = open_cases(*hub);
  if (!open) return fail(options, console, open.error());
  Tally tally;
  json::Array list;
  for (const Decision& decision : *decisions) {
    std::string problem = decision.problem.empty() ? foreseen(decision, *open) : decision.problem;
    if (problem.empty() && !options.dry_run) {
      auto answer = hub->ask("POST", "/v1/cases/" + std::to_string(decision.case_no) + "/" + decision.action, &decision.body);
      if (!answer) problem = answer.error().text;
      else if (!*answer) problem = "the hub does not answer any more";
    }
    report(decision, problem, options.dry_run, tally, list, options, console);
  }
  if (options.json)
    console.out << pretty(json::Value(json::Object{{"rows", json::Value(std::move(list))}}));
  else if (decisions->empty())
    console.out << "No line of " << options.file << " has an action.\n";
  else
    console.out << counted(tally.done, "decision") << (options.dry_run ? " would be taken, " : " taken, ") << tally.refused
                << " refused.\n";
  return tally.refused > 0 ? kFindings : kFine;
}

}  // namespace handoff::cli
