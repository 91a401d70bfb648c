#include "core/journal/store.hpp"

#include <filesystem>
#include <ostream>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/hub.hpp"
#include "core/app/cli/words.hpp"

namespace handoff::cli {

namespace {

constexpr std::int64_t kBar = 30;

void draw(Console& console, std::int64_t done, std::int64_t total) {
  std::int64_t filled = total == 0 ? 0 : kBar * done / total;
  console.err << "\r[" << std::string(static_cast<std::size_t>(filled), '#')
              << std::string(static_cast<std::size_t>(kBar - filled), '.') << "] " << grouped(done) << " of "
              << counted(total, "row");
  console.err.flush();
}

std::expected<std::string, Failure> wanted_file(const Options& options, const Console& console) {
  std::error_code ignored;
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
  bool drawn = false;
  journal::VerifyReport report = journal::verify_store(*file, [&](std::int64_t done, std::int64_t total) {
    if (!console.err_is_tty) return;
    draw(console, done, total);
    drawn = true;
  });
  if (drawn) console.err << "\r\033[K";
  bool whole = report.problems.empty();
  if (options.json) {
    json::Array problems;
    for (const std::string& problem : report.problems) problems.emplace_back(problem);
    json::Object out;
    out.set("path", *file).set("whole", whole).set("rows", report.rows).set("problems", std::move(problems));
    console.out << pretty(json::Value(std::move(out)));
    return whole ? kFine : kFindings;
  }
  for (const std::string& problem : report.problems) console.out << *file << ": " << problem << "\n";
  if (whole)
    console.out << *file << ": whole: " << counted(report.rows, "journal row")
                << ", the chain holds, every table equals the journal\n";
  else
    console.out << *file << ": do not start the hub on it; keep this file and restore the last good backup\n";
  return whole ? kFine : kFindings;
}

}  // namespace handoff::cli
