#include "core/journal/store.hpp"

#include <filesystem>
#include <ostream>

#include "core/app/cli/bar.hpp"
#include "core/app/cli/commands.hpp"
#include "core/app/cli/hub.hpp"
#include "core/app/cli/words.hpp"
#include "core/crypto/file_owner.hpp"
#include "core/journal/backup.hpp"
#include "core/model/identity.hpp"
#include "core/serve/refresh_file.hpp"

namespace handoff::cli {

namespace {

const std::string kSealed = "sealed rows (what was said of customers, sent and answered): ";

/// A bar while something long goes on.
class Bar : public CountBar {
 public:
  using CountBar::CountBar;
  journal::Progress progress() {
    return [this](std::int64_t done, std::int64_t total) { show(done, total); };
  }
};

std::expected<std::string, Failure> wanted_file(const Options& options, const Console& console) {
  std::error_code ignored;
  if (std::string problem = options.file.empty() ? "" : crypto::access_problem(options.file, false); !problem.empty())
    return std::unexpected(Failure{problem});
  if (!options.file.empty() && !std::filesystem::is_regular_file(options.file, ignored))
    return std::unexpected(Failure{options.file + ": no such file"});
  if (!options.file.empty()) return options.file;
  auto hub = Hub::find(options, console);
  if (!hub) return std::unexpected(hub.error());
  return hub->store_file();
}

}  // namespace

int store_verify(const Options& options, Console& console) {
  auto file = wanted_file(options, console);
  if (!file) return fail(options, console, file.error());
  journal::VerifyReport report;
  {
    Bar bar(console, "row");
    report = journal::verify_store(*file, bar.progress());
  }
  if (!report.could_not.empty()) return fail(options, console, Failure{"nothing was verified: " + report.could_not});
  bool whole = report.problems.empty();
  int code = !whole || !report.not_opened.empty() ? kFindings : kFine;
  // A key that is lost is found; one that is another user's could not be looked at.
  if (whole && !crypto::access_problem(*file + ".key", false).empty()) code = kCouldNot;
  if (options.json) {
    json::Array problems;
    for (const std::string& problem : report.problems) problems.emplace_back(problem);
    json::Object out;
    out.set("path", *file).set("whole", code == kFine).set("rows", report.rows).set("sealed_rows", report.sealed);
    if (!report.not_opened.empty()) out.set("not_checked", kSealed + report.not_opened);
    out.set("problems", std::move(problems));
    console.out << pretty(json::Value(std::move(out)));
    return code;
  }
  for (const std::string& problem : report.problems) console.out << *file << ": " << problem << "\n";
  if (whole)
    console.out << *file << (code == kFine ? ": whole: " : ": ") << counted(report.rows, "journal row")
                << ", the chain holds, every table equals the journal"
                << (report.not_opened.empty() ? ", " + counted(report.sealed, "sealed row") + " opened" : "") << "\n";
  if (!report.not_opened.empty()) console.out << *file << ": not checked: " << kSealed << report.not_opened << "\n";
  if (report.only_key)
    console.out << *file << ": the file itself is whole: put its key beside it, and restore nothing\n";
  else if (!whole)
    console.out << *file
                << ": stop the hub if it runs, and start none on it; keep this file and restore the last good backup\n";
  return code;
}

int store_backup(const Options& options, Console& console) {
  auto hub = Hub::find(options, console);
  if (!hub) return fail(options, console, hub.error());
  auto store = hub->store_file();
  if (!store) return fail(options, console, store.error());
  std::expected<journal::BackupReport, std::string> report;
  {
    Bar bar(console, "page");
    report = journal::backup_store(*store, options.file, bar.progress());
  }
  if (!report) return fail(options, console, Failure{report.error()});
  std::string point = rfc3339(report->point);
  if (options.json) {
    json::Object out;
    out.set("backup", options.file).set("key", options.file + ".key").set("rows", report->rows);
    out.set("bytes", report->bytes).set("newest_row_at", point);
    json::Array left_out;
    for (const serve::RefreshState& one : serve::refresh_states(*store)) left_out.emplace_back(one.connector);
    if (!left_out.empty()) out.set("without_refresh_tokens_of", std::move(left_out));
    console.out << pretty(json::Value(std::move(out)));
    return kFine;
  }
  console.out << options.file << ": " << counted(report->rows, "journal row") << " up to " << point << ", verified\n"
              << options.file << ".key: the secret that belongs to it; keep both, apart from each other if you can\n";
  for (const serve::RefreshState& one : serve::refresh_states(*store))
    console.out << "the refresh token of " << one.connector
                << " is not in it: a copy is spent by the next use. On another machine its vendor\n"
                << "authorises it again\n";
  return kFine;
}

int store_restore(const Options& options, Console& console) {
  auto hub = Hub::find(options, console);
  if (!hub) return fail(options, console, hub.error());
  auto place = hub->store_place();
  if (!place) return fail(options, console, place.error());
  std::expected<journal::RestoreReport, std::string> report;
  {
    Bar bar(console, "row");
    report = journal::restore_store(options.file, *place, console.now_ms(), bar.progress());
  }
  if (!report) return fail(options, console, Failure{report.error()});
  std::string point = rfc3339(report->point);
  if (options.json) {
    json::Object out;
    out.set("store", *place).set("rows", report->rows).set("restore_point", point).set("epoch", report->epoch);
    if (!report->replaced.empty()) out.set("replaced", report->replaced);
    console.out << pretty(json::Value(std::move(out)));
    return kFine;
  }
  console.out << *place << ": restored, " << counted(report->rows, "journal row") << " up to " << point << "\n";
  if (!report->replaced.empty()) console.out << "The store that was there is " << report->replaced << " now.\n";
  for (const serve::RefreshState& one : serve::refresh_states(*place))
    console.out << "the refresh token of " << one.connector << " was left as it is: it is newer than the backup\n";
  console.out
      << "Start the hub. It asks the sources again for what came after, and looks before it sends.\n"
      << "Watch it with: handoff status. Registers that were answered after that time send again what they hold.\n";
  return kFine;
}

}  // namespace handoff::cli
