#include "business_central.hpp"

#include <algorithm>

#include "listing.hpp"
#include "money.hpp"

namespace sandbox {

using business_central::error;
using business_central::kCompanyId;
using business_central::split_key;

namespace {

constexpr std::string_view kNoLinkHost = "https://api.businesscentral.dynamics.com";

Response not_found(std::string_view what) {
  return error(404, "BadRequest_NotFound", "Resource not found for the segment '" + std::string(what) + "'.");
}

Response oauth_error(int status, std::string_view code, std::string_view text) {
  return Response::json(status, Json::object({{"error", code}, {"error_description", text}}));
}

std::optional<Json> body_of(const Request& request) {
  auto body = request.body.empty() ? std::optional<Json>(Json::object()) : Json::parse(request.body);
  if (body && !body->is_object()) return std::nullopt;
  return body;
}

}  // namespace

Response BusinessCentral::too_many_requests(const RateLimit&) const {
  return error(429, "TooManyRequests", "Too many requests were sent in the last five minutes.");
}

Response BusinessCentral::server_error() const {
  return error(500, "Internal_ServerError", "The server could not process the request.");
}

std::optional<std::string> BusinessCentral::configure(const Json& settings) {
  for (const auto& [key, value] : settings.members()) {
    const auto number = value.integer();
    if (key == "vendor") continue;
    if (key == "revoke_tokens" && value.truthy()) {
      const std::lock_guard lock(tokens_mutex_);
      tokens_.clear();
    } else if (key == "expires_in_s" && number && *number > 0) {
      expires_in_s_ = *number;
    } else if (key == "page_size" && number && *number > 0) {
      page_size_ = *number;
    } else {
      return "business_central knows expires_in_s, page_size and revoke_tokens; not this: " + key;
    }
  }
  return std::nullopt;
}

Response BusinessCentral::serve(State& state, const Request& request) {
  const auto& path = request.segments;
  if (path.size() == 4 && path[1] == "oauth2" && path[3] == "token") return issue_token(request);
  if (!authorised(request))
    return error(401, "Authentication_InvalidCredentials", "The server has rejected the client credentials.");
  if (path.size() < 5 || path[0] != "v2.0" || path[3] != "api" || path[4] != "v2.0") return not_found(request.path);
  const auto rest = std::span(path).subspan(5);
  if (rest.size() == 1 && rest[0] == "$batch" && request.method == "POST") return run_batch(state, request);
  return route(state, request, rest);
}

Response BusinessCentral::issue_token(const Request& request) {
  std::map<std::string, std::string> form;
  for (const auto& [key, value] : parse_form(request.body)) form[key] = value;
  if (request.method != "POST") return oauth_error(405, "invalid_request", "POST is required.");
  if (form["grant_type"] != "client_credentials")
    return oauth_error(400, "unsupported_grant_type", "AADSTS70003: The grant type is not supported.");
  if (form["scope"].empty())
    return oauth_error(400, "invalid_request",
                       "AADSTS900144: The request body must contain the following parameter: 'scope'.");
  if (form["client_id"] != "bc-client")
    return oauth_error(400, "unauthorized_client", "AADSTS700016: Application was not found.");
  if (form["client_secret"] != "bc-secret")
    return oauth_error(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.");
  const std::lock_guard lock(tokens_mutex_);
  const std::string token = "bc-" + token_ids_.alphanumeric(40);
  tokens_[token] = clock_.now_ms() + expires_in_s_ * 1000;
  return Response::json(
      200, Json::object({{"token_type", "Bearer"}, {"expires_in", expires_in_s_.load()}, {"access_token", token}}));
}

bool BusinessCentral::authorised(const Request& request) const {
  const std::lock_guard lock(tokens_mutex_);
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view header = request.header("authorization");
  if (!header.starts_with(kBearer)) return false;
  const auto found = tokens_.find(header.substr(kBearer.size()));
  return found != tokens_.end() && clock_.now_ms() < found->second;
}

Response BusinessCentral::route(State& state, const Request& request, std::span<const std::string> rest) {
  if (rest.empty()) return not_found("");
  const auto [name, key] = split_key(rest[0]);
  if (name != "companies") return not_found(rest[0]);
  const Json company = Json::object({{"id", kCompanyId},
                                     {"systemVersion", "26.0"},
                                     {"name", "Sandbox"},
                                     {"displayName", "Sandbox"},
                                     {"businessProfileId", ""}});
  if (key.empty()) return rest.size() == 1 ? list_of({company}, request, "companies") : not_found(rest[0]);
  if (key != kCompanyId)
    return error(404, "Internal_CompanyNotFound", "Cannot find company with id " + std::string(key) + ".");
  if (rest.size() == 1) return Response::json(200, company);
  return route_company(state, request, rest.subspan(1));
}

Response BusinessCentral::route_company(State& state, const Request& request, std::span<const std::string> rest) {
  const auto [name, key] = split_key(rest[0]);
  const bool get = request.method == "GET";
  if (name == "customers" && key.empty() && get) return list_customers(state, request);
  if (name == "generalLedgerEntries" && key.empty() && get) return list_entries(state, request);
  if (name == "accounts" && key.empty() && get) return list_accounts(request);
  if (name == "customers" && get) {
    const auto found = std::ranges::find(state.customers, key, &State::Customer::id);
    if (found == state.customers.end()) return error(404, "Internal_RecordNotFound", "The customer does not exist.");
    return Response::json(200, business_central::customer_json(*found));
  }
  if (name != "journals") return not_found(rest[0]);
  if (key.empty() && get) {
    std::vector<Json> rows;
    for (const auto& [id, journal] : state.journals) rows.push_back(business_central::journal_json(journal));
    return list_of(rows, request, "journals");
  }
  if (key.empty() && request.method == "POST") {
    const auto body = body_of(request);
    return body ? create_journal(state, *body) : error(400, "BadRequest", "The body is not a JSON object.");
  }
  const auto found = state.journals.find(key);
  if (found == state.journals.end()) return error(404, "Internal_RecordNotFound", "The journal does not exist.");
  return route_journal(state, request, found->second, rest.subspan(1));
}

Response BusinessCentral::route_journal(State& state, const Request& request, State::Journal& journal,
                                        std::span<const std::string> rest) {
  if (rest.empty()) return Response::json(200, business_central::journal_json(journal));
  const auto [name, key] = split_key(rest[0]);
  if (name == "Microsoft.NAV.post" && request.method == "POST") return post_journal(state, journal);
  if (name != "journalLines") return not_found(rest[0]);
  if (!key.empty() && request.method == "DELETE") return delete_line(request, journal, key);
  if (request.method == "POST") {
    const auto body = body_of(request);
    return body ? add_line(state, journal, *body) : error(400, "BadRequest", "The body is not a JSON object.");
  }
  if (request.method != "GET")
    return error(405, "BadRequest_MethodNotAllowed", "The method is not served by the sandbox.");
  std::vector<Json> rows;
  for (const State::Line& line : journal.lines) rows.push_back(business_central::line_json(journal, line));
  return list_of(rows, request, "journals(" + journal.id + ")/journalLines");
}

// Only what a batch can change is put back: journals, and entries at the end of an append-only list.
Response BusinessCentral::run_batch(State& state, const Request& request) {
  constexpr std::size_t kRequestsMax = 100;
  const auto body = body_of(request);
  if (!body || !(*body)["requests"].is_array()) return error(400, "BadRequest", "The batch has no requests.");
  if ((*body)["requests"].items().size() > kRequestsMax)
    return error(400, "BadRequest", "A batch holds at most 100 requests.");
  const bool all_or_nothing = lower(request.header("isolation")) == "snapshot";
  const auto journals_before = state.journals;
  const std::size_t entries_before = state.entries.size();
  Json responses = Json::array();
  for (const Json& inner : (*body)["requests"].items()) {
    std::string_view url = inner["url"].text();
    if (const std::size_t base = url.find("/api/v2.0/"); base != std::string_view::npos) url.remove_prefix(base + 10);
    Pairs headers;
    for (const auto& [name, value] : inner["headers"].members())
      headers.emplace_back(lower(name), std::string(value.text()));
    const Request one = make_request(std::string(inner["method"].text()), url,
                                     inner.has("body") ? inner["body"].dump() : "", std::move(headers));
    const Response answer = route(state, one, one.segments);
    Json part = Json::object({{"id", inner["id"]},
                              {"status", answer.status},
                              {"headers", Json::object({{"content-type", "application/json"}})}});
    if (!answer.body.empty()) part.set("body", *Json::parse(answer.body));
    responses.push(std::move(part));
    if (answer.status < 400 || !all_or_nothing) continue;
    state.journals = journals_before;
    while (state.entries.size() > entries_before) {
      std::erase_if(state.entry_by_document, [&](const auto& item) { return item.second == state.entries.size() - 1; });
      state.entries.pop_back();
    }
    break;
  }
  return Response::json(200, Json::object({{"responses", std::move(responses)}}));
}

Response BusinessCentral::list_of(const std::vector<Json>& rows, const Request& request,
                                  std::string_view entity) const {
  const auto filter = odata::read_filter(request.param("$filter").value_or(""));
  if (!filter) return error(400, "BadRequest", "The filter is not understood.");
  for (const odata::Condition& condition : *filter) {
    if (!rows.empty() && !rows.front().has(condition.field))
      return error(400, "BadRequest", "Could not find a property named '" + condition.field + "'.");
  }
  const std::string host(request.header("host"));
  const std::string base = host.empty() ? std::string(kNoLinkHost) : request.scheme + "://" + host;
  const odata::ListOptions options{
      base + "/$metadata#companies(" + std::string(kCompanyId) + ")/" + std::string(entity), base + request.path,
      static_cast<std::size_t>(page_size_.load())};
  auto body = odata::list(rows, request, *filter, options);
  return body ? Response::json(200, *body) : error(400, "BadRequest", "A query option is not valid.");
}

// The two that a booking of store credit needs. Lines take any other number too: the sandbox keeps no chart of
// accounts.
Response BusinessCentral::list_accounts(const Request& request) const {
  return list_of({business_central::account_json("2450", "Store credit", "Liabilities"),
                  business_central::account_json("6110", "Returns", "Expense")},
                 request, "accounts");
}

Response BusinessCentral::list_customers(const State& state, const Request& request) const {
  std::vector<Json> rows;
  const auto filter = odata::read_filter(request.param("$filter").value_or(""));
  if (const std::string* email = filter ? odata::equal_to(*filter, "email") : nullptr) {
    const auto [begin, end] = state.customer_by_email.equal_range(*email);
    for (auto it = begin; it != end; ++it) rows.push_back(business_central::customer_json(state.customers[it->second]));
  } else {
    for (const State::Customer& customer : state.customers) rows.push_back(business_central::customer_json(customer));
  }
  return list_of(rows, request, "customers");
}

Response BusinessCentral::list_entries(const State& state, const Request& request) const {
  std::vector<Json> rows;
  const auto filter = odata::read_filter(request.param("$filter").value_or(""));
  if (const std::string* document = filter ? odata::equal_to(*filter, "documentNumber") : nullptr) {
    const auto [begin, end] = state.entry_by_document.equal_range(*document);
    for (auto it = begin; it != end; ++it) rows.push_back(business_central::entry_json(state.entries[it->second]));
  } else {
    for (const State::Entry& entry : state.entries) rows.push_back(business_central::entry_json(entry));
  }
  return list_of(rows, request, "generalLedgerEntries");
}

void BusinessCentral::add_customer(State& state, const Customer& customer) {
  const std::size_t index = state.customers.size();
  IdMaker ids = ids_for(customer);
  state.customers.push_back({ids.uuid(), "C" + std::to_string(10'000 + index), customer.name, customer.email,
                             customer.phone, clock_.now_ms()});
  state.customer_by_email.emplace(customer.email, index);
}

Json BusinessCentral::ledger_of(const State& state) const {
  Json entries = Json::array();
  for (const State::Entry& entry : state.entries) {
    entries.push(Json::object({{"entryNumber", entry.number},
                               {"documentNumber", entry.document},
                               {"externalDocumentNumber", entry.external_document},
                               {"accountNumber", entry.account},
                               {"amount_minor", entry.amount},
                               {"currency", "USD"},
                               {"postingDate", entry.posting_date},
                               {"description", entry.description}}));
  }
  Json open = Json::array();
  for (const auto& [id, journal] : state.journals)
    for (const State::Line& line : journal.lines)
      open.push(
          Json::object({{"journal", journal.code}, {"documentNumber", line.document}, {"amount_minor", line.amount}}));
  return Json::object({{"entries", std::move(entries)}, {"unposted_lines", std::move(open)}});
}

}  // namespace sandbox
