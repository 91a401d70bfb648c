// Shopify: customers, how they are found, and their metafields.

#include <algorithm>

#include "money.hpp"
#include "shopify.hpp"

namespace sandbox::shopify {

using graphql::Field;
using graphql::Object;
using graphql::Value;

namespace {

using State = ShopifyState;
constexpr std::string_view kAppNamespace = "app--sandbox";

std::string metafield_key(const Json& arguments) {
  const std::string_view ns = arguments["namespace"].text();
  return std::string(ns.empty() ? kAppNamespace : ns) + "." + std::string(arguments["key"].text());
}

Value metafields_of(State& state, const State::Customer& customer, const Json& arguments) {
  std::vector<Object> rows;
  const std::string_view ns = arguments["namespace"].text();
  for (const auto& [key, metafield] : customer.metafields)
    if (ns.empty() || metafield.ns == ns) rows.push_back(metafield_object(state, customer.number, metafield));
  return connection("MetafieldConnection", "MetafieldEdge", std::move(rows), arguments);
}

Value contact(const std::string& type, const char* name, const std::string& text) {
  if (text.empty()) return Json();
  return json_object(type, Json::object({{name, text}}));
}

Json scalar_of(const State::Customer& customer, std::string_view name) {
  if (name == "id") return gid("Customer", customer.number);
  if (name == "legacyResourceId") return std::to_string(customer.number);
  if (name == "firstName") return Json::string_or_null(customer.first_name);
  if (name == "lastName") return Json::string_or_null(customer.last_name);
  if (name == "displayName") return customer.first_name + (customer.last_name.empty() ? "" : " " + customer.last_name);
  if (name == "email") return Json::string_or_null(customer.email);
  if (name == "phone") return Json::string_or_null(customer.phone);
  if (name == "createdAt") return iso_seconds_from_ms(customer.created_ms);
  if (name == "updatedAt") return iso_seconds_from_ms(customer.updated_ms);
  return {};
}

std::vector<std::string> tokens(std::string_view text) {
  std::vector<std::string> out(1);
  for (const char c : lower(text)) {
    if (c == '@' || c == '.' || c == '-' || c == '_' || c == '+') {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  std::erase(out, "");
  return out;
}

// An unquoted email is matched word by word, so jo@example.com also finds jo.march@example.com.
bool holds_all_tokens(const std::string& email, const std::vector<std::string>& wanted) {
  const auto have = tokens(email);
  return std::ranges::all_of(wanted,
                             [&](const std::string& word) { return std::ranges::find(have, word) != have.end(); });
}

struct Term {
  std::string key, value;
  bool quoted = false;
};

// Terms `key:value` and `key:"value"`, joined by blanks or AND.
std::vector<Term> read_terms(std::string_view query) {
  std::vector<Term> terms;
  while (!query.empty()) {
    if (query.front() == ' ') {
      query.remove_prefix(1);
      continue;
    }
    const std::size_t colon = query.find(':');
    const std::size_t blank = query.find(' ');
    if (colon == std::string_view::npos || blank < colon) {
      const std::string_view word = query.substr(0, blank);
      if (word != "AND") terms.push_back({"", std::string(word), false});
      query.remove_prefix(word.size());
      continue;
    }
    Term term{std::string(query.substr(0, colon)), "", false};
    query.remove_prefix(colon + 1);
    const char quote = query.empty() ? '\0' : query.front();
    term.quoted = quote == '"' || quote == '\'';
    if (term.quoted) query.remove_prefix(1);
    const std::size_t end = term.quoted ? query.find(quote) : query.find(' ');
    term.value = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    terms.push_back(std::move(term));
  }
  return terms;
}

bool matches(const State::Customer& customer, const Term& term) {
  if (term.key == "email" && term.quoted) return lower(customer.email) == lower(term.value);
  if (term.key == "email") return holds_all_tokens(customer.email, tokens(term.value));
  if (term.key == "phone") return customer.phone == term.value;
  if (term.key == "id") return std::to_string(customer.number) == term.value;
  if (term.key == "first_name") return lower(customer.first_name) == lower(term.value);
  if (term.key == "last_name") return lower(customer.last_name) == lower(term.value);
  if (term.key == "updated_at") {  // the whole day counts (schema, customers)
    const std::string value = term.value.substr(std::min<std::size_t>(term.value.size(), term.value.find('\'') + 1));
    return !term.value.starts_with(">=") ||
           iso_seconds_from_ms(customer.updated_ms).substr(0, 10) >= value.substr(0, 10);
  }
  if (!term.key.empty()) return true;  // the vendor ignores filters it does not know
  return holds_all_tokens(customer.email, tokens(term.value)) || lower(customer.first_name) == lower(term.value);
}

// One exact term has an index; the rest is a scan.
std::vector<std::int64_t> numbers_for(const State& state, const std::vector<Term>& terms) {
  std::vector<std::int64_t> out;
  if (terms.size() == 1 && ((terms[0].key == "email" && terms[0].quoted) || terms[0].key == "phone")) {
    const auto& index = terms[0].key == "email" ? state.by_email : state.by_phone;
    const auto found = index.find(terms[0].key == "email" ? lower(terms[0].value) : terms[0].value);
    if (found != index.end()) out.push_back(found->second);
    return out;
  }
  for (const auto& [number, customer] : state.customers) {
    const auto holds = [&](const Term& term) { return matches(customer, term); };
    if (std::ranges::all_of(terms, holds)) out.push_back(number);
  }
  return out;
}

}  // namespace

/// What a person at the shop does by hand. An answer with "error", or the ids of both.
Json merge_customers(State& state, std::string_view deleted, std::string_view kept, std::int64_t now_ms) {
  const auto number_by = [&state](std::string_view email) -> std::int64_t {
    const auto found = state.by_email.find(lower(email));
    return found != state.by_email.end() ? found->second : 0;
  };
  const std::int64_t gone = number_by(deleted), survivor = number_by(kept);
  if (gone == 0 || gone == survivor || (survivor == 0 && !kept.empty()))
    return Json::object({{"error", "no such customers"}});
  Json answer = Json::object({{"deleted", gid("Customer", gone)}});
  if (survivor != 0) {
    state.customers.at(survivor).updated_ms = now_ms;
    answer.set("kept", gid("Customer", survivor));
  }
  std::erase_if(state.by_email, [gone](const auto& entry) { return entry.second == gone; });
  std::erase_if(state.by_phone, [gone](const auto& entry) { return entry.second == gone; });
  std::erase_if(state.by_custom_id, [gone](const auto& entry) { return entry.second == gone; });
  state.customers.erase(gone);
  return answer;
}

Object metafield_object(State& state, std::int64_t owner, const State::Metafield& metafield) {
  const auto json = Json::parse(metafield.value);
  Json scalars = Json::object({{"compareDigest", metafield.digest()},
                               {"createdAt", iso_seconds_from_ms(metafield.created_ms)},
                               {"id", metafield.id},
                               {"jsonValue", metafield.type == "json" && json ? *json : Json(metafield.value)},
                               {"key", metafield.key},
                               {"legacyResourceId", metafield.id.substr(metafield.id.rfind('/') + 1)},
                               {"namespace", metafield.ns},
                               {"ownerType", "CUSTOMER"},
                               {"sizeInBytes", metafield.value.size()},
                               {"type", metafield.type},
                               {"updatedAt", iso_seconds_from_ms(metafield.updated_ms)},
                               {"value", metafield.value}});
  return {"Metafield", [&state, owner, scalars = std::move(scalars)](const Field& field) -> Value {
            if (field.name == "owner") return customer_object(state, owner);
            return scalars[field.name];
          }};
}

Object customer_object(State& state, std::int64_t number) {
  return {"Customer", [&state, number](const Field& field) -> Value {
            const State::Customer& customer = state.customers.at(number);
            if (field.name == "metafield") {
              const auto found = customer.metafields.find(metafield_key(field.arguments));
              if (found == customer.metafields.end()) return Json();
              return metafield_object(state, number, found->second);
            }
            if (field.name == "metafields") return metafields_of(state, customer, field.arguments);
            if (field.name == "storeCreditAccounts") return accounts_of(state, number, field.arguments);
            if (field.name == "defaultEmailAddress")
              return contact("CustomerEmailAddress", "emailAddress", customer.email);
            if (field.name == "defaultPhoneNumber")
              return contact("CustomerPhoneNumber", "phoneNumber", customer.phone);
            return scalar_of(customer, field.name);
          }};
}

Value customers_by_query(State& state, const Json& arguments) {
  std::vector<Object> rows;
  for (const std::int64_t number : numbers_for(state, read_terms(arguments["query"].text())))
    rows.push_back(customer_object(state, number));
  return connection("CustomerConnection", "CustomerEdge", std::move(rows), arguments);
}

Value customer_by_identifier(State& state, const Json& identifier) {
  const auto from = [&](const auto& index, const std::string& key) -> Value {
    const auto found = index.find(key);
    if (found == index.end()) return Json();
    return customer_object(state, found->second);
  };
  if (identifier.has("emailAddress")) return from(state.by_email, lower(identifier["emailAddress"].text()));
  if (identifier.has("phoneNumber")) return from(state.by_phone, std::string(identifier["phoneNumber"].text()));
  if (const Json* custom = identifier.find("customId"))
    return from(state.by_custom_id, metafield_key(*custom) + "=" + std::string((*custom)["value"].text()));
  const auto number = number_of(identifier["id"].text(), "Customer");
  if (!number || !state.customers.contains(*number)) return Json();
  return customer_object(state, *number);
}

namespace {

// Nothing when the metafield may be set; otherwise the vendor's objection.
std::optional<Json> objection(const State& state, const Json& input, std::size_t index) {
  const Json where = Json::array({"metafields", std::to_string(index)});
  const auto refuse = [&](std::string_view code, const char* field, std::string_view message) {
    Json path = where;
    path.push(field);
    Json error = user_error(code, path, message);
    error.set("elementIndex", index);
    return error;
  };
  const auto owner = number_of(input["ownerId"].text(), "Customer");
  if (!owner || !state.customers.contains(*owner)) return refuse("INVALID", "ownerId", "Owner does not exist");
  if (input["key"].text().size() < 2) return refuse("TOO_SHORT", "key", "key is too short (minimum is 2 characters)");
  if (input.has("namespace") && input["namespace"].text().size() < 3)
    return refuse("TOO_SHORT", "namespace", "namespace is too short (minimum is 3 characters)");
  if (input["value"].text().empty()) return refuse("BLANK", "value", "value can't be blank");
  const auto& metafields = state.customers.at(*owner).metafields;
  const auto present = metafields.find(metafield_key(input));
  const std::string_view type = input["type"].text();
  if (type.empty() && present == metafields.end()) return refuse("BLANK", "type", "type can't be blank");
  if (type == "json" && !Json::parse(input["value"].text()))
    return refuse("INVALID_VALUE", "value", "value is invalid JSON");
  if (const Json* digest = input.find("compareDigest")) {
    const bool same = digest->is_null() ? present == metafields.end()
                                        : present != metafields.end() && present->second.digest() == digest->text();
    if (!same)
      return refuse(
          "STALE_OBJECT", "compareDigest",
          "The resource has been updated since it was loaded. Try again with an updated `compareDigest` value.");
  }
  return std::nullopt;
}

State::Metafield& put_metafield(State& state, const Json& input, std::int64_t now_ms) {
  State::Customer& customer = state.customers.at(*number_of(input["ownerId"].text(), "Customer"));
  const std::string key = metafield_key(input);
  State::Metafield& metafield = customer.metafields[key];
  if (metafield.id.empty()) {
    metafield.id = gid("Metafield", state.next_number++);
    metafield.ns = key.substr(0, key.size() - input["key"].text().size() - 1);
    metafield.key = input["key"].text();
    metafield.created_ms = now_ms;
  }
  if (!input["type"].text().empty()) metafield.type = input["type"].text();
  metafield.value = input["value"].text();
  metafield.updated_ms = customer.updated_ms = now_ms;
  if (metafield.type == "id") state.by_custom_id[key + "=" + metafield.value] = customer.number;
  return metafield;
}

}  // namespace

Value metafields_set(State& state, const Json& given, std::int64_t now_ms) {
  const Json inputs = given.is_object() ? Json::array({given}) : given;  // a lone item is coerced to a list
  Json errors = Json::array();
  if (inputs.items().size() > 25)
    errors.push(user_error("LESS_THAN_OR_EQUAL_TO", Json::array({"metafields"}),
                           "Exceeded the maximum metafields input limit of 25."));
  for (std::size_t i = 0; i < inputs.items().size(); ++i)
    if (auto error = objection(state, inputs.items()[i], i)) errors.push(std::move(*error));
  if (!errors.items().empty())
    return payload("MetafieldsSetPayload", "metafields", std::vector<Object>{}, std::move(errors));
  std::vector<Object> set;
  for (const Json& input : inputs.items()) {
    const std::int64_t owner = *number_of(input["ownerId"].text(), "Customer");
    set.push_back(metafield_object(state, owner, put_metafield(state, input, now_ms)));
  }
  return payload("MetafieldsSetPayload", "metafields", std::move(set), Json::array());
}

}  // namespace sandbox::shopify
