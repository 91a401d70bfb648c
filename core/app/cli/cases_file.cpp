#include "core/app/cli/cases_file.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "core/app/cli/words.hpp"
#include "core/reconcile/rows.hpp"

namespace handoff::cli {

namespace {

constexpr std::array kTold = {"case", "kind", "role", "assignee", "opened", "deadline", "amount", "currency", "store",
                              "terminal", "staff", "transaction", "credit", "cause", "reason", "candidates", "next"};
constexpr std::array kToFill = {"action", "why", "to", "email", "phone", "loyalty", "candidate"};
constexpr std::array kActions = {"link", "retry", "close", "approve", "refuse", "assign", "note"};

/// Quoted where needed. What a spreadsheet would take for a formula is made text.
std::string cell(std::string text) {
  for (char& c : text)
    if (c == '\n' || c == '\r') c = ' ';
  if (!text.empty() && std::string_view("=+-@\t").find(text.front()) != std::string_view::npos) text.insert(0, "'");
  if (text.find_first_of(",;\"\t") == std::string::npos) return text;
  std::string out = "\"";
  for (char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

std::string candidates_of(const json::Value& one) {
  std::string out;
  for (const json::Value& candidate : one.at("candidates").as_array())
    out += (out.empty() ? "" : " | ") + text_of(candidate.at("candidate")) + " " + text_of(candidate.at("customer")) + " at " +
           text_of(candidate.at("connector")) + ": " + text_of(candidate.at("evidence"));
  return out;
}

using Row = std::map<std::string, std::string, std::less<>>;

Decision decision_of(const Row& row, std::uint64_t line) {
  auto value = [&](const char* name) {
    auto found = row.find(name);
    std::string out = found == row.end() ? std::string() : found->second;
    return out.starts_with('\'') ? out.substr(1) : out;
  };
  Decision out;
  out.line = line;
  out.action = value("action");
  out.was = value("assignee");
  std::string number = value("case");
  bool digits = !number.empty() && number.size() < 18 && number.find_first_not_of("0123456789") == std::string::npos;
  if (digits) out.case_no = std::stoll(number);
  else out.problem = "case: '" + number + "' is no number of a case";
  if (std::ranges::find(kActions, out.action) == kActions.end())
    out.problem = "action: '" + out.action + "' is none; write link, retry, close, approve, refuse, assign or note";
  json::Object body;
  if (out.action == "close" || out.action == "refuse") {
    body.set("reason", value("why"));
    if (value("why").empty()) out.problem = "why: write a reason; it is kept";
  } else if (out.action == "note") {
    body.set("text", value("why"));
    if (value("why").empty()) out.problem = "why: write the note";
  } else if (out.action == "assign") {
    body.set("to", value("to")).set("from", out.was);
  } else if (out.action == "link") {
    body.set("email", value("email")).set("phone", value("phone")).set("loyalty", value("loyalty"));
    std::string candidate = value("candidate");
    bool chosen = !candidate.empty() && candidate.size() < 3 && candidate.find_first_not_of("0123456789") == std::string::npos;
    if (chosen) body.set("candidate", static_cast<std::int64_t>(std::stoll(candidate)));
    else if (!candidate.empty()) out.problem = "candidate: write its number, as in the column candidates";
    else if (value("email").empty() && value("phone").empty() && value("loyalty").empty())
      out.problem = "link: write email, phone, loyalty or candidate";
  }
  out.body = json::Value(std::move(body));
  return out;
}

}  // namespace

std::string cases_csv(const json::Value& view) {
  std::string out;
  for (const char* name : kTold) out += std::string(name) + ",";
  for (const char* name : kToFill) out += std::string(name) + (name == kToFill.back() ? "\n" : ",");
  for (const json::Value& one : view.at("cases").as_array()) {
    const json::Value& credit = one.at("credit");
    for (const std::string& text :
         {text_of(one.at("case")), text_of(one.at("kind")), text_of(one.at("role")), text_of(one.at("assignee")),
          moment(one.at("opened_at")), moment(one.at("deadline")), text_of(one.at("amount").at("amount")),
          text_of(one.at("amount").at("currency")), text_of(credit.at("store")), text_of(credit.at("terminal")),
          text_of(credit.at("staff")), text_of(credit.at("transaction")), text_of(credit.at("ref")), text_of(one.at("cause")),
          text_of(one.at("reason")), candidates_of(one), text_of(one.at("next"))})
      out += cell(text) + ",";
    out += std::string(kToFill.size() - 1, ',') + "\n";
  }
  return out;
}

std::expected<std::vector<Decision>, std::string> read_decisions(const std::string& path) {
  auto input = reconcile::Input::open(path);
  if (!input) return std::unexpected(input.error().text());
  const std::vector<std::string>& header = (*input)->header();
  for (const char* needed : {"case", "action"})
    if (std::ranges::find(header, needed) == header.end())
      return std::unexpected(path + ": has no column '" + needed + "'; begin with: handoff cases --csv");
  std::vector<Decision> out;
  std::uint64_t line = 1;
  std::string row;
  auto take = [&](std::uint64_t first) {
    std::vector<std::string> cells = reconcile::split_line(row, (*input)->delimiter());
    Row fields;
    for (std::size_t i = 0; i < std::min(cells.size(), header.size()); ++i)
      fields[header[i]] = std::string(reconcile::trimmed(cells[i]));
    if (auto action = fields.find("action"); action != fields.end() && !action->second.empty())
      out.push_back(decision_of(fields, first));
    row.clear();
  };
  reconcile::Block block;
  std::uint64_t first = 2;
  while (true) {
    auto more = (*input)->next(block);
    if (!more) return std::unexpected(more.error().text());
    if (!*more) break;
    std::string_view text(block.bytes.data(), block.size);
    while (!text.empty()) {
      std::size_t end = std::min(text.find('\n'), text.size());
      if (row.empty()) first = line + 1;
      ++line;
      row += std::string(text.substr(0, end));
      while (row.ends_with('\r')) row.pop_back();
      text.remove_prefix(std::min(end + 1, text.size()));
      bool open = std::ranges::count(row, '"') % 2 != 0;  // a line end inside quotes
      if (open) row += ' ';
      else if (!row.empty()) take(first);
    }
  }
  if (!row.empty()) return std::unexpected(path + ":" + std::to_string(first) + ": a quote is not closed");
  return out;
}

}  // namespace handoff::cli
