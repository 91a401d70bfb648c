#include "tests/simulation/models.hpp"

namespace handoff::simulation {

namespace {

HttpReply error(int status, const char* code) {
  return reply(status, object({{"error", object({{"code", code}, {"message", "model"}})}}));
}

HttpReply rows(json::Array list) {
  return reply(200, object({{"@odata.context", "model"}, {"value", std::move(list)}}));
}

/// "code eq 'X'" -> "X"
std::string wanted(const VendorRequest& request) {
  auto filter = request.query.find("$filter");
  if (filter == request.query.end()) return {};
  std::size_t quote = filter->second.find('\'');
  return filter->second.substr(quote + 1, filter->second.size() - quote - 2);
}

std::string text(const json::Value& value) { return std::string(value.as_string()); }

}  // namespace

HttpReply BusinessCentralModel::handle(const VendorRequest& request) {
  if (!request.headers.contains("authorization")) return error(401, "Authentication_InvalidCredentials");
  const std::string base = std::string("/v2.0/t1/production/api/v2.0/companies(") + kCompany + ")";
  if (!request.path.starts_with(base)) return error(404, "BadRequest_ResourceNotFound");
  std::string path = request.path.substr(base.size());
  if (path == "/generalLedgerEntries") return list_entries(wanted(request));
  if (path == "/journals" && request.method == "POST") return make_journal(request.json());
  if (path == "/journals") return list_journals(wanted(request));
  for (Journal& journal : journals_) {
    std::string own = "/journals(" + journal.id + ")";
    if (path == own + "/Microsoft.NAV.post") return post(journal);
    if (path != own + "/journalLines") continue;
    return request.method == "POST" ? make_line(journal, request.json()) : list_lines(journal);
  }
  return error(404, "Internal_RecordNotFound");
}

HttpReply BusinessCentralModel::make_journal(const json::Value& body) {
  for (const Journal& journal : journals_)
    if (journal.code == body.at("code").as_string()) return error(400, "Internal_EntityWithSameKeyExists");
  std::string digits = std::to_string(100'000 + journals_.size());
  Journal made;
  made.id = "00000000-0000-0000-0000-000000" + digits;
  made.code = text(body.at("code"));
  made.name = text(body.at("displayName"));
  made.made_at = world_.now();
  journals_.push_back(made);
  effect("journal " + made.code + " " + made.name);
  return reply(201, object({{"id", made.id}, {"code", made.code}, {"displayName", made.name}}));
}

HttpReply BusinessCentralModel::make_line(Journal& journal, const json::Value& body) {
  std::string amount = body.at("amount").number() ? body.at("amount").number()->text() : "";
  Line made;
  made.id = journal.id + "/" + std::to_string(journal.lines.size());
  made.document = text(body.at("documentNumber"));
  made.account = text(body.at("accountNumber"));
  made.balancing = text(body.at("balancingAccountNumber"));
  made.description = text(body.at("description"));
  made.comment = text(body.at("comment"));
  made.amount = money_from_decimal(amount, kCurrency).value_or(Money(0, kCurrency));
  made.made_at = world_.now();
  journal.lines.push_back(made);
  effect("line " + made.document + " " + made.amount.decimal() + ", " + made.description);
  return reply(201, show(made));
}

/// Posts all lines there are; an empty journal is refused.
HttpReply BusinessCentralModel::post(Journal& journal) {
  bool any = false;
  for (Line& line : journal.lines) {
    if (line.posted_at != 0) continue;
    any = true;
    line.posted_at = world_.now();
    bool credited = line.amount.minor() < 0;
    Money zero(0, kCurrency), size = credited ? line.amount.negated() : line.amount;
    entries_.push_back(
        {line.document, line.account, line.description, credited ? zero : size, credited ? size : zero, world_.now()});
    entries_.push_back({line.document, line.balancing, line.description, credited ? size : zero, credited ? zero : size,
                        world_.now()});
    effect("posted " + line.document + " " + line.amount.decimal() + ", " + line.description);
  }
  if (!any) return error(400, "Application_DialogException");
  HttpReply out;
  out.status = 204;
  return out;
}

HttpReply BusinessCentralModel::list_journals(const std::string& code) {
  Time when = seen_at();
  json::Array list;
  for (const Journal& journal : journals_)
    if (journal.code == code && journal.made_at <= when)
      list.emplace_back(object({{"id", journal.id}, {"code", journal.code}, {"displayName", journal.name}}));
  return rows(std::move(list));
}

HttpReply BusinessCentralModel::list_lines(const Journal& journal) {
  Time when = seen_at();
  json::Array list;
  for (const Line& line : journal.lines)
    if (line.made_at <= when && (line.posted_at == 0 || line.posted_at > when)) list.push_back(show(line));
  return rows(std::move(list));
}

HttpReply BusinessCentralModel::list_entries(const std::string& document) {
  Time when = seen_at();
  json::Array list;
  for (const Entry& entry : entries_) {
    if (entry.document != document || entry.at > when) continue;
    list.emplace_back(object({{"documentNumber", entry.document},
                              {"accountNumber", entry.account},
                              {"description", entry.description},
                              {"debitAmount", json::Number(entry.debit.decimal())},
                              {"creditAmount", json::Number(entry.credit.decimal())}}));
  }
  return rows(std::move(list));
}

json::Value BusinessCentralModel::show(const Line& line) {
  return object({{"id", line.id},
                 {"documentNumber", line.document},
                 {"accountNumber", line.account},
                 {"balancingAccountNumber", line.balancing},
                 {"description", line.description},
                 {"comment", line.comment},
                 {"amount", json::Number(line.amount.decimal())}});
}

HttpReply BusinessCentralModel::throttle(const VendorRequest&, const std::string& retry_after) {
  HttpReply out = error(429, "Application_TooManyRequests");
  if (!retry_after.empty()) out.headers.emplace_back("Retry-After", retry_after);
  return out;
}

}  // namespace handoff::simulation
