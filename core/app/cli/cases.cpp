// cases: as a list, in groups by cause, as CSV.

#include <ostream>

#include "core/app/cli/cases_file.hpp"
#include "core/app/cli/commands.hpp"
#include "core/app/cli/show.hpp"
#include "core/app/cli/table.hpp"
#include "core/app/cli/words.hpp"
#include "core/serve/views.hpp"

namespace handoff::cli {

namespace {

std::string age(const json::Value& ms) { return duration(number_of(ms)); }

void print_case(const json::Value& one, Console& console) {
  const json::Value& credit = one.at("credit");
  bool open = text_of(one.at("state")) == "open", overdue = one.at("overdue").as_bool();
  console.out << paint(console, Tone::strong, "Case " + text_of(one.at("case"))) << "  " << text_of(one.at("kind"));
  if (std::string amount = money(one.at("amount")); !amount.empty()) console.out << ", " << amount;
  console.out << ", " << (open ? "open for " : "closed after ") << age(one.at("age_ms"));
  if (overdue)
    console.out << ", " << paint(console, Tone::bad, "overdue");
  else if (open && one.at("deadline").string())
    console.out << ", until " << moment(one.at("deadline")) << " UTC";
  std::string assignee = text_of(one.at("assignee"));
  console.out << ", for " << text_of(one.at("role")) << (assignee.empty() ? "" : ": " + assignee) << "\n";
  auto line = [&](const std::string& text) { console.out << "  " << wrapped(text, console.width, 2) << "\n"; };
  if (credit.is_object()) line(text_of(credit.at("ref")) + ", " + receipt(credit));
  if (open) {
    line(text_of(one.at("next")));
    print_candidates(one, console);
  } else {
    line(text_of(one.at("reason")) + "; closed " + moment(one.at("closed_at")) + " UTC by " +
         text_of(one.at("closed_by")) + ": " + text_of(one.at("closed_why")));
  }
  for (const json::Value& note : one.at("notes").as_array())
    line(moment(note.at("at")) + " UTC, " + text_of(note.at("by")) + ": " + text_of(note.at("text")));
}

/// " of store S12 for ops": a typing error shows in it.
std::string of_filter(const Options& options) {
  std::string out;
  if (!options.store.empty()) out += " of store " + options.store;
  if (!options.role.empty()) out += " for " + options.role;
  if (!options.assignee.empty()) out += " of " + options.assignee;
  return out;
}

void print_cases(const json::Value& view, const Options& options, Console& console) {
  bool first = true;
  for (const json::Value& one : view.at("cases").as_array()) {
    if (!first) console.out << "\n";
    first = false;
    print_case(one, console);
  }
  if (first) console.out << (options.all ? "No cases" : "No open cases") << of_filter(options) << ".\n";
  if (std::string more = most_urgent_only(view, "cases"); !more.empty()) console.out << "\n" << more << "\n";
}

void print_causes(const json::Value& view, const Options& options, Console& console) {
  Table table({{"CASES", Table::Align::right},
               {"OVERDUE", Table::Align::right},
               {"HELD UP", Table::Align::right},
               {"OLDEST", Table::Align::right},
               {"STORES", Table::Align::right},
               {"FOR"},
               {"NUMBERS"},
               {"CAUSE", Table::Align::left, Table::Narrow::wraps}});
  for (const json::Value& one : view.at("causes").as_array()) {
    std::string amounts, named;
    for (const json::Value& amount : one.at("amounts").as_array())
      amounts += (amounts.empty() ? "" : ", ") + sum(amount);
    std::size_t shown = one.at("cases").as_array().size();
    for (const json::Value& no : one.at("cases").as_array()) named += (named.empty() ? "" : " ") + text_of(no);
    if (number_of(one.at("count")) > static_cast<std::int64_t>(shown)) named += " ...";
    table.add({grouped(number_of(one.at("count"))),
               number_of(one.at("overdue")) ? grouped(number_of(one.at("overdue"))) : "", amounts,
               age(one.at("oldest_age_ms")), grouped(number_of(one.at("stores"))), text_of(one.at("role")), named,
               text_of(one.at("cause"))});
  }
  if (table.empty())
    console.out << "No open cases" << of_filter(options) << ".\n";
  else
    table.print(console.out, console.width);
}

void print_csv(const json::Value& view, const Options&, Console& console) {
  console.out << cases_csv(view);
  if (std::string more = most_urgent_only(view, "cases"); !more.empty()) console.err << "handoff: " << more << "\n";
}

}  // namespace

int cases(const Options& options, Console& console) {
  serve::CaseFilter filter{options.all ? "" : "open", options.store, options.role, options.assignee};
  std::string target = "/v1/cases?state=" + filter.state + "&limit=" + std::to_string(options.limit);
  for (auto [name, value] : {std::pair("store", &filter.store), {"role", &filter.role}, {"assignee", &filter.assignee}})
    if (!value->empty()) target += std::string("&") + name + "=" + percent_encoded(*value);
  if (options.by_cause)
    return show(
        options, console, target + "&by=cause",
        [&](journal::Reader& read, const crypto::Vault*) -> Outcome {
          return serve::causes_view(read, filter, console.now_ms());
        },
        print_causes);
  return show(
      options, console, target,
      [&](journal::Reader& read, const crypto::Vault*) -> Outcome {
        return serve::cases_view(read, filter, options.limit, console.now_ms());
      },
      options.csv ? print_csv : print_cases);
}

}  // namespace handoff::cli
