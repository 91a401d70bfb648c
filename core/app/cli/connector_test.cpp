// connector test: runs the conformance kit over a built connector and prints what it found.

#include <algorithm>
#include <ostream>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/hub.hpp"
#include "core/app/cli/table.hpp"
#include "core/app/cli/words.hpp"
#include "core/conformance/kit.hpp"

namespace handoff::cli {

namespace {

using conformance::Finding;
using conformance::Report;
using conformance::Result;

json::Value finding_view(const Finding& finding) {
  json::Object out;
  out.set("cassette", finding.cassette).set("what", finding.what);
  if (!finding.waived.empty()) out.set("waived", finding.waived);
  return json::Value(std::move(out));
}

json::Value report_view(const Report& report) {
  json::Array cases;
  for (const Result& result : report.results) {
    json::Array findings;
    for (const Finding& finding : result.findings) findings.push_back(finding_view(finding));
    json::Object one;
    one.set("case", result.id).set("title", result.title).set("passed", result.passed()).set("money", result.money);
    if (!findings.empty()) one.set("why", result.why).set("todo", result.todo).set("findings", std::move(findings));
    json::Array untried;
    for (const std::string& what : result.untried) untried.emplace_back(what);
    if (!untried.empty()) one.set("untried", std::move(untried));
    cases.emplace_back(std::move(one));
  }
  json::Object out;
  out.set("connector", report.connector).set("version", report.version).set("file", report.file.string());
  out.set("cassettes", report.folder.string())
      .set("played", static_cast<std::int64_t>(report.played))
      .set("passed", report.passed())
      .set("cases", std::move(cases));
  return json::Value(std::move(out));
}

std::string listed(const std::vector<std::string>& all) {
  std::string out;
  for (const std::string& one : all) out += (out.empty() ? "" : "; ") + one;
  return out;
}

void print_findings(const Result& result, Console& console) {
  Tone tone = result.passed() ? Tone::faint : Tone::bad;
  console.out << "\n" << paint(console, tone, result.id) << ": " << result.why << "\n";
  for (const Finding& finding : result.findings) {
    std::string text = (finding.cassette.empty() ? "" : finding.cassette + ": ") + finding.what;
    console.out << "  - " << wrapped(text, console.width > 4 ? console.width - 4 : 0, 4) << "\n";
    if (!finding.waived.empty()) console.out << "    waived: " << finding.waived << "\n";
  }
  if (!result.passed()) console.out << "  " << paint(console, Tone::strong, "do:") << " " << result.todo << "\n";
}

void print_report(const Report& report, Console& console) {
  Table table({{"CASE"}, {"RESULT"}, {"WHAT IS DONE", Table::Align::left, Table::Narrow::wraps}});
  for (const Result& result : report.results)
    table.add({result.id, !result.passed() ? "FAILS" : result.findings.empty() ? "passes" : "waived", result.title});
  console.out << report.connector << " " << report.version << ", cassettes in " << report.folder.string() << "\n\n";
  table.print(console.out, console.width);
  if (report.played == 0 && report.results.size() > 1)
    console.out << "\nNo cassette could be played: what passes here has seen nothing.\n";
  for (const Result& result : report.results)
    if (!result.untried.empty())
      console.out << "\n" << wrapped(result.id + " could not try " + listed(result.untried), console.width, 0) << "\n";
  for (const Result& result : report.results)
    if (!result.findings.empty()) print_findings(result, console);
  auto findings = static_cast<std::int64_t>(report.findings());
  console.out << "\n"
              << counted(number_of_all(report.results), "case") << ", "
              << (findings == 0 ? std::string("nothing found") : counted(findings, "finding")) << "\n";
}

/// "loads" stands in every result, and is done before all that is chosen.
bool is_case(const std::string& id) {
  return id == "loads" ||
         std::ranges::any_of(conformance::all_cases(), [&](const conformance::Case& one) { return one.id == id; });
}

int list_cases(const Options& options, Console& console) {
  json::Array cases;
  Table table({{"CASE"}, {"MONEY"}, {"WHAT IS DONE", Table::Align::left, Table::Narrow::wraps}});
  for (const conformance::Case& one : conformance::all_cases()) {
    json::Object entry;
    entry.set("case", one.id).set("title", one.title).set("why", one.why).set("todo", one.todo).set("money", one.money);
    cases.emplace_back(std::move(entry));
    table.add({one.id, one.money ? "yes" : "", one.title});
  }
  json::Object out;
  out.set("cases", std::move(cases));
  if (options.json)
    console.out << pretty(json::Value(std::move(out)));
  else
    table.print(console.out, console.width);
  return kFine;
}

}  // namespace

int connector_test(const Options& options, Console& console) {
  if (options.list) return list_cases(options, console);
  if (options.connector.empty()) return fail(options, console, {"which connector? give its .so file", kUsage, "usage"});
  for (const std::string& wanted : options.only)
    if (!is_case(wanted))
      return fail(options, console,
                  {"there is no case '" + wanted + "'; see: handoff connector test --list", kUsage, "usage"});
  conformance::Request request;
  request.file = options.connector;
  request.folder = options.cassettes;
  request.only = options.only;
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(request.file, ignored))
    return fail(options, console, {options.connector + ": no such file"});
  auto report = conformance::run(request);
  if (!report) return fail(options, console, {report.error()});
  if (options.json)
    console.out << pretty(report_view(*report));
  else
    print_report(*report, console);
  return report->passed() ? kFine : kFindings;
}

}  // namespace handoff::cli
