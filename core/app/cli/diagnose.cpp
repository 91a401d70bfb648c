// handoff diagnose: repair or rebuild, and what to do first.

#include <filesystem>
#include <ostream>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/files.hpp"
#include "core/app/cli/table.hpp"
#include "core/app/cli/words.hpp"
#include "core/reconcile/diagnose.hpp"
#include "core/serve/lint.hpp"

namespace handoff::cli {

namespace {

using reconcile::Diagnosis;
using reconcile::HopVerdict;
using reconcile::Reason;
using reconcile::Verdict;

Tone tone_of(Verdict verdict) { return verdict == Verdict::keep ? Tone::good : Tone::bad; }
std::string name_of(Verdict verdict) {
  return std::string(reconcile::kVerdictNames[static_cast<std::size_t>(verdict)]);
}

void print_reasons(const std::vector<Reason>& reasons, Console& console) {
  Table table({{"", Table::Align::right}, {"", Table::Align::left, Table::Narrow::wraps}});
  for (const Reason& one : reasons) table.add({std::to_string(one.points), one.what});
  table.print(console.out, console.width, 2);
}

void print(const Diagnosis& diagnosis, const std::optional<reconcile::Facts>& facts, Console& console) {
  console.out << paint(console, tone_of(diagnosis.verdict), name_of(diagnosis.verdict)) << ": " << diagnosis.why
              << "\n";
  for (const HopVerdict& hop : diagnosis.hops) {
    console.out << "\n"
                << paint(console, Tone::strong, hop.name) << "  "
                << paint(console, tone_of(hop.verdict), name_of(hop.verdict)) << ", " << counted(hop.points, "point")
                << (hop.authority ? ", holds the value" : "") << "\n";
    print_reasons(hop.reasons, console);
  }
  if (!diagnosis.overall.empty()) {
    console.out << "\n" << paint(console, Tone::strong, "All of it") << "\n";
    print_reasons(diagnosis.overall, console);
  }
  if (!diagnosis.cost.empty()) console.out << "\n" << paint(console, Tone::strong, "What is lost now") << "\n";
  for (const std::string& one : diagnosis.cost) console.out << "  " << one << "\n";
  if (!diagnosis.steps.empty())
    console.out << "\n" << paint(console, Tone::strong, "What to do, in this order") << "\n";
  Table steps({{"", Table::Align::right}, {"", Table::Align::right}, {"", Table::Align::left, Table::Narrow::wraps}});
  std::int64_t number = 0;
  for (const reconcile::NextStep& step : diagnosis.steps)
    steps.add({std::to_string(++number) + ".",
               step.closes == 0 ? "" : grouped(step.closes) + " of " + grouped(diagnosis.with_gap), step.what});
  steps.print(console.out, console.width, 2);
  console.out << "\n"
              << wrapped("Points are added up; repair from " + std::to_string(reconcile::kRepairFrom) +
                             ", rebuild from " + std::to_string(reconcile::kRebuildFrom) +
                             ", and where credits are lost at a call that has neither key nor look-up. The whole is "
                             "rebuilt where the "
                             "handoff to the authority or most of them are.",
                         console.width, 0)
              << "\n";
  if (facts) console.out << "By the audit of " << facts->from << " to " << facts->as_of << ".\n";
  if (!diagnosis.from_audit) console.out << "Without an audit: by the vendors' sheets alone. Add --from DIR.\n";
  if (!diagnosis.from_sheets) console.out << "Without the vendors' sheets: by losses alone. Add -c FILE.\n";
}

}  // namespace

int diagnose(const Options& options, Console& console) {
  const std::string& folder = options.diagnose_from;
  if (folder.empty() && !options.config_given)
    return fail(options, console,
                {"give an audit's folder with --from DIR, a configuration with -c FILE, or both", kUsage, "usage"});
  std::optional<reconcile::Facts> facts;
  if (!folder.empty()) {
    auto read = read_audit(folder);
    if (!read) return fail(options, console, read.error());
    facts = std::move(*read);
  }
  plugin_host::Catalogue catalogue(options.config_given ? serve::plugin_folders(options.config)
                                                        : std::vector<std::filesystem::path>());
  std::optional<config::Settings> settings;
  if (options.config_given) {
    auto read = config::load(options.config, serve::sheets(catalogue));
    if (!read) return fail(options, console, read.error());
    settings = std::move(*read);
  }
  Diagnosis out = reconcile::diagnose(facts ? &*facts : nullptr, settings ? &*settings : nullptr);
  if (options.json)
    console.out << pretty(reconcile::diagnosis_json(out));
  else
    print(out, facts, console);
  return out.verdict == Verdict::keep ? kFine : kFindings;
}

}  // namespace handoff::cli
