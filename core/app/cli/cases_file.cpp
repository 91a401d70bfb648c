#include "core/app/cli/cases_file.hpp"

#include <algorithm>
#include <array>
#include <handoff/sdk/money.hpp>
#include <map>

#include "core/app/cli/words.hpp"
#include "core/reconcile/sheet.hpp"
#include "core/report/csv.hpp"

namespace handoff::cli {

namespace {

constexpr std::array kTold = {"case",   "kind",     "role",   "assignee",   "opened", "deadline",
                              "amount", "currency", "store",  "terminal",   "staff",  "transaction",
                              "credit", "cause",    "reason", "candidates", "next"};
constexpr std::array kToFill = {"action", "why", "to", "email", "phone", "loyalty", "candidate"};
constexpr std::array kActions = {"link", "retry", "close", "approve", "refuse", "assign", "note"};

std::string candidates_of(const json::Value& one) {
  std::string out;
  for (const json::Value& candidate : one.at("candidates").as_array())
    out += (out.empty() ? "" : " | ") + text_of(candidate.at("candidate")) + " " + text_of(candidate.at("customer")) +
           " at " + text_of(candidate.at("connector")) + ": " + text_of(candidate.at("evidence"));
  return out;
}

/// A spreadsheet begins a cell with a capital.
std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return text;
}

Decision decision_of(const reconcile::SheetRow& row) {
  Decision out;
  out.line = row.line;
  out.action = lower(row["action"]);
  out.was = row["assignee"];
  out.credit = row["credit"];
  out.amount = row["amount"];
  if (row.fields.contains("transaction")) out.transaction = row["transaction"];
  std::string number = row["case"];
  bool digits = !number.empty() && number.size() < 18 && number.find_first_not_of("0123456789") == std::string::npos;
  if (digits)
    out.case_no = std::stoll(number);
  else
    out.problem = "case: '" + number + "' is no number of a case";
  if (std::ranges::find(kActions, out.action) == kActions.end())
    out.problem = "action: '" + out.action + "' is none; write link, retry, close, approve, refuse, assign or note";
  json::Object body;
  if (out.action == "close" || out.action == "refuse") {
    body.set("reason", row["why"]);
    if (row["why"].empty()) out.problem = "why: write a reason; it is kept";
  } else if (out.action == "note") {
    body.set("text", row["why"]);
    if (row["why"].empty()) out.problem = "why: write the note";
  } else if (out.action == "assign") {
    body.set("to", row["to"]).set("from", out.was);
  } else if (out.action == "link") {
    body.set("email", row["email"]).set("phone", row["phone"]).set("loyalty", row["loyalty"]);
    std::string candidate = row["candidate"];
    const bool named = !(row["email"].empty() && row["phone"].empty() && row["loyalty"].empty());
    bool chosen =
        !candidate.empty() && candidate.size() < 3 && candidate.find_first_not_of("0123456789") == std::string::npos;
    if (chosen) body.set("candidate", static_cast<std::int64_t>(std::stoll(candidate)));
    if (!candidate.empty() && !chosen)
      out.problem = "candidate: write its number, as in the column candidates";
    else if (candidate.empty() && !named)
      out.problem = "link: write email, phone, loyalty or candidate";
    else if (chosen && named)
      out.problem = "candidate: says who the customer is; leave out email, phone and loyalty, or the candidate";
  }
  out.body = json::Value(std::move(body));
  return out;
}

/// A spreadsheet writes 25.00 as 25 or 25,00.
bool same_amount(std::string written, const std::string& amount, const std::string& currency) {
  if (written == amount) return true;
  if (std::size_t comma = written.find(','); comma != std::string::npos && !written.contains('.')) written[comma] = '.';
  std::optional<Money> one = money_from_decimal(written, currency), other = money_from_decimal(amount, currency);
  return one && other && one->minor() == other->minor();
}

/// A spreadsheet writes 000123 as 123.
bool same_number(std::string_view written, std::string_view transaction) {
  if (written == transaction) return true;
  bool digits = transaction.find_first_not_of("0123456789") == std::string_view::npos;
  std::size_t zeros = std::min(transaction.find_first_not_of('0'), transaction.size());
  return digits && !written.empty() && written == transaction.substr(zeros);
}

std::string difference(const Decision& line, const json::Value& one) {
  std::string credit = text_of(one.at("credit").at("ref")), transaction = text_of(one.at("credit").at("transaction"));
  std::string amount = text_of(one.at("amount").at("amount")), currency = text_of(one.at("amount").at("currency"));
  auto says = [](const char* what, const std::string& written, const std::string& is) {
    return std::string(what) + (written.empty() ? "nothing" : written) + ", and the case has " +
           (is.empty() ? "none" : is);
  };
  if (line.credit != credit) return says("credit says ", line.credit, credit);
  if (!same_amount(line.amount, amount, currency)) return says("amount says ", line.amount, amount);
  if (line.transaction && !same_number(*line.transaction, transaction))
    return says("transaction says ", *line.transaction, transaction) +
           " (a spreadsheet that made a number of it: leave that column out)";
  return {};
}

}  // namespace

std::string cases_csv(const json::Value& view) {
  std::vector<std::string> header(kTold.begin(), kTold.end());
  header.insert(header.end(), kToFill.begin(), kToFill.end());
  std::string out = report::csv_line(header);
  for (const json::Value& one : view.at("cases").as_array()) {
    const json::Value& credit = one.at("credit");
    std::vector<std::string> row = {text_of(one.at("case")),
                                    text_of(one.at("kind")),
                                    text_of(one.at("role")),
                                    text_of(one.at("assignee")),
                                    moment(one.at("opened_at")),
                                    moment(one.at("deadline")),
                                    text_of(one.at("amount").at("amount")),
                                    text_of(one.at("amount").at("currency")),
                                    text_of(credit.at("store")),
                                    text_of(credit.at("terminal")),
                                    text_of(credit.at("staff")),
                                    text_of(credit.at("transaction")),
                                    text_of(credit.at("ref")),
                                    text_of(one.at("cause")),
                                    text_of(one.at("reason")),
                                    candidates_of(one),
                                    text_of(one.at("next"))};
    row.resize(header.size());
    out += report::csv_line(row);
  }
  return out;
}

std::expected<std::vector<Decision>, std::string> read_decisions(const std::string& path) {
  static constexpr std::string_view kNeeded[] = {"case", "action", "credit", "amount"};
  auto sheet = reconcile::read_sheet(path, kNeeded);
  if (!sheet) return std::unexpected(sheet.error());
  std::vector<Decision> out;
  for (const reconcile::SheetRow& row : *sheet)
    if (!row["action"].empty()) out.push_back(decision_of(row));
  return out;
}

std::vector<std::string> mixed_up(const std::vector<Decision>& decisions, const json::Value& view) {
  std::map<std::int64_t, const json::Value*> open;
  for (const json::Value& one : view.at("cases").as_array()) open[number_of(one.at("case"))] = &one;
  std::map<std::int64_t, std::uint64_t> seen;  // the line of each case
  std::vector<std::string> out;
  for (const Decision& line : decisions) {
    if (line.case_no == 0) continue;
    auto [first, fresh] = seen.emplace(line.case_no, line.line);
    auto is = open.find(line.case_no);
    std::string problem = !fresh             ? "it stands on line " + std::to_string(first->second) + ", too"
                          : is != open.end() ? difference(line, *is->second)
                                             : "";
    if (!problem.empty())
      out.push_back("line " + std::to_string(line.line) + ", case " + std::to_string(line.case_no) + ": " + problem);
  }
  return out;
}

}  // namespace handoff::cli
