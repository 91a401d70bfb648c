// Stripe: how objects and errors are written, and how a search query is read.

#include <algorithm>

#include "stripe.hpp"

namespace sandbox::stripe {

Response error(int status, std::string_view type, std::string_view code, std::string_view message,
               std::string_view param) {
  Json inner = Json::object({{"type", type}, {"message", message}});
  if (!code.empty()) inner.set("code", code);
  if (!code.empty()) inner.set("doc_url", "https://stripe.com/docs/error-codes/" + std::string(code));
  if (!param.empty()) inner.set("param", param);
  return Response::json(status, Json::object({{"error", std::move(inner)}}));
}

Response bad_param(std::string_view param, std::string_view message, std::string_view code) {
  return error(400, "invalid_request_error", code, message, param);
}

Response missing(std::string_view what, std::string_view id, std::string_view param) {
  return error(404, "invalid_request_error", "resource_missing",
               "No such " + std::string(what) + ": '" + std::string(id) + "'", param);
}

Json metadata_json(const std::map<std::string, std::string>& metadata) {
  Json json = Json::object();
  for (const auto& [key, value] : metadata) json.set(key, value);
  return json;
}

Json customer_json(const StripeState::Customer& customer) {
  return Json::object({{"id", customer.id},
                       {"object", "customer"},
                       {"address", nullptr},
                       {"balance", customer.balance},
                       {"created", customer.created_ms / 1000},
                       {"currency", Json::string_or_null(customer.currency)},
                       {"default_source", nullptr},
                       {"delinquent", false},
                       {"description", nullptr},
                       {"email", Json::string_or_null(customer.email)},
                       {"livemode", false},
                       {"metadata", metadata_json(customer.metadata)},
                       {"name", Json::string_or_null(customer.name)},
                       {"phone", Json::string_or_null(customer.phone)}});
}

Json transaction_json(const StripeState::Customer& customer, const StripeState::Transaction& transaction) {
  return Json::object({{"id", transaction.id},
                       {"object", "customer_balance_transaction"},
                       {"amount", transaction.amount},
                       {"checkout_session", nullptr},
                       {"created", transaction.created_s},
                       {"credit_note", nullptr},
                       {"currency", transaction.currency},
                       {"customer", customer.id},
                       {"customer_account", nullptr},
                       {"description", Json::string_or_null(transaction.description)},
                       {"ending_balance", transaction.ending_balance},
                       {"invoice", nullptr},
                       {"livemode", false},
                       {"metadata", metadata_json(transaction.metadata)},
                       {"type", "adjustment"}});
}

namespace {

std::string quoted(std::string_view& text) {
  std::string out;
  if (text.empty() || (text.front() != '\'' && text.front() != '"')) return out;
  const char quote = text.front();
  text.remove_prefix(1);
  while (!text.empty() && text.front() != quote) {
    if (text.front() == '\\' && text.size() > 1) text.remove_prefix(1);
    out += text.front();
    text.remove_prefix(1);
  }
  if (!text.empty()) text.remove_prefix(1);
  return out;
}

std::optional<Term> read_term(std::string_view& text) {
  Term term;
  const std::size_t end = text.find_first_of(":~[");
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  term.field = text.substr(0, end);
  text.remove_prefix(end);
  if (text.front() == '[') {
    text.remove_prefix(1);
    term.metadata_key = quoted(text);
    if (!text.starts_with(']')) return std::nullopt;
    text.remove_prefix(1);
  }
  if (text.empty() || (text.front() != ':' && text.front() != '~')) return std::nullopt;
  term.like = text.front() == '~';
  text.remove_prefix(1);
  if (text.empty() || (text.front() != '\'' && text.front() != '"')) return std::nullopt;
  term.value = quoted(text);
  static constexpr std::string_view kFields[] = {"email", "name", "phone", "metadata"};
  if (std::ranges::find(kFields, term.field) == std::end(kFields)) return std::nullopt;
  return term;
}

}  // namespace

std::optional<std::vector<Term>> read_search(std::string_view query) {
  std::vector<Term> terms;
  while (!query.empty()) {
    if (query.front() == ' ') {
      query.remove_prefix(1);
    } else if (query.starts_with("AND ")) {
      query.remove_prefix(4);
    } else if (auto term = read_term(query)) {
      terms.push_back(std::move(*term));
    } else {
      return std::nullopt;
    }
  }
  if (terms.empty()) return std::nullopt;
  return terms;
}

bool matches(const StripeState::Customer& customer, const Term& term) {
  std::string have;
  if (term.field == "email") have = customer.email;
  if (term.field == "name") have = customer.name;
  if (term.field == "phone") have = customer.phone;
  if (term.field == "metadata") {
    const auto found = customer.metadata.find(term.metadata_key);
    if (found == customer.metadata.end()) return false;
    have = found->second;
  }
  return term.like ? lower(have).find(lower(term.value)) != std::string::npos : lower(have) == lower(term.value);
}

}  // namespace sandbox::stripe
