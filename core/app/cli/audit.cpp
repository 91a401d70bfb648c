// handoff audit: three numbers and what they hide.

#include <algorithm>
#include <filesystem>
#include <handoff/sdk/currency.hpp>
#include <ostream>
#include <utility>

#include "core/app/cli/audit_live.hpp"
#include "core/app/cli/audit_request.hpp"
#include "core/app/cli/bar.hpp"
#include "core/app/cli/commands.hpp"
#include "core/app/cli/files.hpp"
#include "core/app/cli/table.hpp"
#include "core/app/cli/words.hpp"
#include "core/reconcile/audit.hpp"
#include "core/report/json.hpp"

namespace handoff::cli {

namespace {

using report::Audit;
using report::kSides;
using report::Numbers;
using report::Side;

/// One line on the terminal that rewrites itself.
class Bar {
 public:
  explicit Bar(Console& console) : console_(console), begin_ms_(console.now_ms()) {}
  ~Bar() {
    if (shown_) console_.err << "\r\033[K" << std::flush;
  }

  void show(const reconcile::Progress& now) {
    std::int64_t ms = console_.now_ms();
    if (now.comparing && !std::exchange(comparing_, true)) begin_ms_ = ms;  // its pace is another
    if (!console_.err_is_tty || ms - last_ms_ < 100 || now.all == 0) return;
    last_ms_ = ms;
    shown_ = true;
    console_.err << "\r\033[K" << progress_line(now, ms - begin_ms_) << std::flush;
  }

 private:
  Console& console_;
  std::int64_t begin_ms_, last_ms_ = 0;
  bool shown_ = false, comparing_ = false;
};

/// Words of files, which must not steer the terminal.
std::string on_one_line(const std::string& text) { return text_of(json::Value(text)); }

std::string amount(const report::Tally& tally, const std::string& currency) {
  return report::grouped_amount(tally.minor, currency_exponent(currency).value_or(2));
}

void print_numbers(const Audit& audit, Console& console) {
  std::vector<Table::Column> columns = {{"CURRENCY"}, {"TYPE"}, {"ISSUED", Table::Align::right}};
  static constexpr const char* kTitles[kSides] = {"", "AT PLATFORM", "PAYMENTS", "BOOKS", "ONLINE"};
  std::vector<Side> shown;
  for (Side side : {Side::platform, Side::storefront, Side::payments, Side::erp})
    if (audit.given[report::at(side)]) {
      shown.push_back(side);
      columns.push_back({kTitles[report::at(side)], Table::Align::right});
    }
  columns.push_back({"ITEMS WITH GAP", Table::Align::right});
  columns.push_back({"THEIR GAP", Table::Align::right});
  Table table(std::move(columns));
  for (const Numbers& one : audit.numbers) {
    std::vector<std::string> cells = {one.currency, one.balance_type.empty() ? "(not said)" : one.balance_type,
                                      amount(one.have[0], one.currency)};
    for (Side side : shown) cells.push_back(amount(one.have[report::at(side)], one.currency));
    cells.push_back(grouped(one.items_with_gap.items));
    cells.push_back(amount(one.items_with_gap, one.currency));
    table.add(std::move(cells));
  }
  table.print(console.out, console.width);
}

void print_causes(const Audit& audit, Console& console) {
  Table table({{""}, {"", Table::Align::right}, {"", Table::Align::left, Table::Narrow::wraps}});
  for (std::size_t c = 0; c < report::kCauses; ++c)
    if (audit.causes[c].items != 0)
      table.add(
          {std::string(report::kCauseNames[c]), grouped(audit.causes[c].items), std::string(report::kCauseWords[c])});
  if (table.empty()) return;
  console.out << "\n" << paint(console, Tone::strong, "Findings by cause") << "\n";
  table.print(console.out, console.width, 2);
}

void print_stores(const Audit& audit, Console& console) {
  std::vector<const report::Cluster*> stores;
  for (const report::Cluster& one : audit.clusters)
    if (one.dimension == "store" && one.gaps > 0) stores.push_back(&one);
  if (stores.empty()) return;
  std::ranges::sort(stores, {},
                    [](const report::Cluster* one) { return std::pair(-one->gaps, std::string_view(one->value)); });
  Table table({{""}, {"", Table::Align::right}, {"", Table::Align::left, Table::Narrow::wraps}});
  for (std::size_t i = 0; i < stores.size() && i < 5; ++i)
    table.add({stores[i]->value, grouped(stores[i]->gaps), "of " + counted(stores[i]->credits, "credit")});
  console.out << "\n" << paint(console, Tone::strong, "Stores with the most gaps") << "\n";
  table.print(console.out, console.width, 2);
}

void print_clusters(const Audit& audit, Console& console) {
  Table table({{""}, {""}, {"", Table::Align::left, Table::Narrow::wraps}});
  int rows = 0;
  for (const report::Cluster& one : audit.clusters)
    if (one.claimed && rows++ < 5)
      table.add({one.dimension, one.value,
                 grouped(one.gaps) + " gaps of " + grouped(one.credits) + " credits, " +
                     report::decimal(one.expected_milli / 100, 1) + " expected"});
  if (table.empty()) return;
  console.out << "\n" << paint(console, Tone::strong, "Where they gather beyond chance") << "\n";
  table.print(console.out, console.width, 2);
}

void print_logs(const Audit& audit, Console& console) {
  Table table({{""}, {"", Table::Align::left, Table::Narrow::wraps}});
  for (const report::LogFigures& one : audit.logs) {
    std::string text = grouped(one.ok) + " answered, " + grouped(one.failed) + " failed";
    if (one.measured > 0) text += ", p50 " + duration(one.p50_ms) + ", p99 " + duration(one.p99_ms);
    table.add({std::string(report::kSideWords[report::at(one.side)]), std::move(text)});
  }
  if (table.empty()) return;
  console.out << "\n" << paint(console, Tone::strong, "Tries in the logs") << "\n";
  table.print(console.out, console.width, 2);
}

/// How the gap was at the first audit, and how it is now.
void print_baseline(const Audit& audit, Console& console) {
  if (audit.past.empty()) return;
  const report::Snapshot& baseline = audit.past.front();
  report::Snapshot now = report::snapshot_of(audit);
  Table table({{"CURRENCY"},
               {"TYPE"},
               {"GAP ON " + baseline.as_of.substr(0, 10), Table::Align::right},
               {"SUM", Table::Align::right},
               {"NOW", Table::Align::right},
               {"SUM", Table::Align::right}});
  for (const report::Counted& one : now.numbers) {
    const report::Counted* then = report::same_in(baseline, one);
    table.add({one.currency, one.balance_type.empty() ? "(not said)" : one.balance_type,
               then ? grouped(then->gap.items) : "-", then ? serve::grouped_amount(then->gap.amount) : "",
               grouped(one.gap.items), serve::grouped_amount(one.gap.amount)});
  }
  table.print(console.out, console.width, 2);
}

void print_history(const Audit& audit, Console& console) {
  if (!audit.has_history) return;
  std::string text = grouped(audit.fresh()) + " new, " + grouped(audit.standing()) + " found before, " +
                     grouped(static_cast<std::int64_t>(audit.gone.size())) + " gone";
  text += audit.before.empty() ? ": the first audit of this history" : " since the audit of " + audit.before;
  if (audit.not_looked_at > 0)
    text += "; " + grouped(audit.not_looked_at) +
            " still open were not compared again: outside of this audit, or not in its files";
  console.out << "\n" << paint(console, Tone::strong, "History") << "\n  " << wrapped(text, console.width, 2) << "\n";
  print_baseline(audit, console);
}

std::string next_step(const Audit& audit, const Options& options, const std::vector<std::string>& left_out) {
  const std::string& folder = options.audit.folder;
  if (std::string names = joined(json::Array(left_out.begin(), left_out.end())); !audit.any_gap() && !names.empty())
    return names + " could not be compared: see above why, and run it again once that is put right.";
  if (!audit.any_gap() && audit.compared()) return "nothing to do.";
  if (!audit.any_gap() && options.audit.live)
    return "run it again once registers have issued credits, or look further back with --window TIME.";
  if (!audit.any_gap()) return "give --as-of TIME and --window TIME that hold credits of the registers.";
  if (folder.empty()) return "add -o DIR for the report and the list of findings, a task for its store each.";
  auto all = static_cast<std::int64_t>(audit.findings.size());
  std::int64_t under_way = audit.causes[report::at(report::Cause::in_flight)].items;
  std::string tasks = under_way == 0 ? "each line of findings.csv is a task for its store."
                                     : grouped(all - under_way) + " of the " + counted(all, "line") +
                                           " of findings.csv are tasks for their stores, the others are in flight.";
  return tasks + " What to do about each, and who can: handoff repair --plan plan.json --from " + folder;
}

void print_next(const Audit& audit, const Options& options, const std::vector<std::string>& left_out,
                Console& console) {
  const std::string& folder = options.audit.folder;
  console.out << "\n";
  if (!audit.trend.verdict.empty() && audit.compared())
    console.out << "Trend: " << wrapped(audit.trend.verdict + "; " + audit.trend.why, console.width, 7) << "\n";
  if (!folder.empty()) console.out << "Report: " << (std::filesystem::path(folder) / "report.html").string() << "\n";
  console.out << "Next: " << wrapped(next_step(audit, options, left_out), console.width, 6) << "\n";
}

std::string verdict(const Audit& audit) {
  if (!audit.any_gap()) return audit.compared() ? "no gap" : "nothing was compared";
  return counted(audit.credits_with_gap, "item") + " with a gap";
}

void print(const Audit& audit, const Options& options, const std::vector<std::string>& left_out, Console& console) {
  for (const std::string& warning : audit.warnings) console.err << "handoff: warning: " << on_one_line(warning) << "\n";
  for (std::size_t i = 0; i < audit.unreadable.size() && i < 10; ++i)
    console.err << "  " << audit.unreadable[i].row.file << ":" << audit.unreadable[i].row.line << ": "
                << on_one_line(audit.unreadable[i].why) << "\n";
  console.out << paint(console, audit.any_gap() || !audit.compared() ? Tone::bad : Tone::good, verdict(audit))
              << (audit.compared() ? " in " + counted(audit.credits, "credit")
                                   : ", and no credit that a register issued")
              << ", " << audit.from << " to " << audit.as_of << "\n\n";
  if (!audit.numbers.empty()) print_numbers(audit, console);
  print_causes(audit, console);
  print_stores(audit, console);
  print_clusters(audit, console);
  print_logs(audit, console);
  print_history(audit, console);
  print_next(audit, options, left_out, console);
}

/// What audits found before, if anybody keeps that.
struct Before {
  std::string folder;  // empty: nobody does
  reconcile::History history;
  std::set<std::string> unjudged;
  bool of_hub = false;
};

std::expected<Before, Failure> load_before(const Options& options) {
  const Options::Audit& in = options.audit;
  Before out;
  std::string fetched = in.live ? (std::filesystem::path(in.folder) / "exports").string() : "";
  // A live audit without a history of its own is seen against the one that the hub keeps of its programme.
  out.of_hub = in.history.empty() && in.live && std::filesystem::exists(fetched + "/history.json");
  out.folder = out.of_hub ? fetched : in.history;
  if (out.folder.empty()) return out;
  auto known = reconcile::load_history(out.folder);
  if (!known) return std::unexpected(Failure{known.error()});
  out.history = std::move(*known);
  if (in.live) out.unjudged = reconcile::load_unjudged(fetched);
  return out;
}

/// Takes the audit into the history, once its results lie in their folder.
std::expected<void, Failure> write_files(Audit& audit, Before before, const Options& options) {
  const std::string& folder = options.audit.folder;
  if (!before.folder.empty())
    if (auto taken = reconcile::follow(before.history, audit, before.unjudged); !taken)
      return std::unexpected(Failure{before.folder + " " + taken.error()});
  if (before.of_hub)
    audit.notes.push_back("What was found before is the hub's history of its own audits; only they write it.");
  if (!folder.empty())
    if (auto written = reconcile::write_results(audit, folder); !written)
      return std::unexpected(Failure{written.error()});
  if (before.folder.empty() || before.of_hub) return {};
  if (auto kept = reconcile::save_history(before.history, before.folder); !kept)
    return std::unexpected(Failure{kept.error()});
  return {};
}

/// Refused. What lies in the folder is not of this audit, and a plan would be made of it.
int refused(const Options& options, Console& console, Failure failure) {
  std::error_code error;
  const std::string& folder = options.audit.folder;
  if (!folder.empty() && std::filesystem::exists(std::filesystem::path(folder) / "findings.json", error))
    failure.text += "\nwhat is in " + folder + " is of an earlier audit";
  return fail(options, console, failure);
}

}  // namespace

int audit(const Options& given, Console& console) {
  Options options = given;
  std::vector<std::string> not_compared, left_out;
  if (given.audit.live) {
    auto fetched = fetch_live(given, console);
    if (!fetched) return fail(given, console, fetched.error());
    options = std::move(fetched->options);
    not_compared = std::move(fetched->notes);
    left_out = std::move(fetched->left_out);
    for (const std::string& note : not_compared) console.err << "handoff: " << note << "\n";
  }
  auto asked = read_audit_request(options);
  if (!asked) return refused(options, console, asked.error());
  if (options.audit.guess) {
    for (const std::string& doubt : asked->doubts) console.out << "# " << doubt << "\n";
    console.out << asked->map_text;
    return kFine;
  }
  if (!options.audit.folder.empty()) {
    std::error_code error;
    std::filesystem::create_directories(options.audit.folder, error);
    if (error) return fail(options, console, {options.audit.folder + ": " + error.message()});
  }
  auto before = load_before(options);
  if (!before) return refused(options, console, before.error());
  asked->request.known = reconcile::open_findings(before->history);
  asked->request.complete = options.audit.live;
  std::expected<Audit, reconcile::Refusal> done = [&] {
    Bar bar(console);
    asked->request.progress = [&bar](const reconcile::Progress& now) { bar.show(now); };
    return reconcile::audit(asked->request);
  }();
  if (!done) return refused(options, console, {on_one_line(done.error().text())});
  done->notes.insert(done->notes.end(), not_compared.begin(), not_compared.end());
  done->warnings.insert(done->warnings.end(), asked->warnings.begin(), asked->warnings.end());
  for (const std::string& doubt : asked->doubts) done->warnings.push_back("guessed from the header: " + doubt);
  done->warnings.insert(done->warnings.end(), asked->guessed.begin(), asked->guessed.end());
  if (auto written = write_files(*done, std::move(*before), options); !written)
    return refused(options, console, written.error());
  if (options.json)
    console.out << pretty(report::summary_json(*done));
  else
    print(*done, options, left_out, console);
  if (done->any_gap()) return kFindings;
  return done->compared() && left_out.empty() ? kFine : kCouldNot;
}

}  // namespace handoff::cli
