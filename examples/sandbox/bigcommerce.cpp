#include "bigcommerce.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "listing.hpp"
#include "money.hpp"

namespace sandbox {

namespace {

constexpr std::string_view kToken = "bc-sandbox-token";
constexpr std::size_t kCustomersMax = 10;  // spec: updateCustomers
constexpr std::size_t kValueMax = 65'535;  // spec: metafield value
constexpr std::size_t kNameMax = 64;
constexpr std::int64_t kPageMax = 250;
constexpr std::array<std::string_view, 5> kPermissions = {"app_only", "read", "write", "read_and_sf_access",
                                                          "write_and_sf_access"};

Response problem(int status, std::string_view title, Json errors = Json::object()) {
  return Response::json(
      status, Json::object({{"status", status},
                            {"title", title},
                            {"type", "https://developer.bigcommerce.com/api-docs/getting-started/api-status-codes"},
                            {"errors", std::move(errors)}}));
}

/// "a,b" is either.
bool listed(const std::optional<std::string>& filter, std::string_view value) {
  if (!filter) return true;
  for (std::size_t at = 0; at <= filter->size();) {
    const std::size_t end = std::min(filter->find(',', at), filter->size());
    if (std::string_view(*filter).substr(at, end - at) == value) return true;
    at = end + 1;
  }
  return false;
}

Json metafield_json(const BigCommerceState::Metafield& field) {
  return Json::object({{"id", field.id},
                       {"permission_set", field.permission_set},
                       {"namespace", field.ns},
                       {"key", field.key},
                       {"value", field.value},
                       {"description", field.description},
                       {"resource_type", "customer"},
                       {"resource_id", field.customer},
                       {"date_created", iso_seconds_from_ms(field.created_ms)},
                       {"date_modified", iso_seconds_from_ms(field.modified_ms)}});
}

Json customer_json(const BigCommerceState::Customer& customer, bool with_credit) {
  Json out = Json::object({{"id", customer.id},
                           {"email", customer.email},
                           {"first_name", customer.first_name},
                           {"last_name", customer.last_name},
                           {"company", ""},
                           {"phone", customer.phone},
                           {"customer_group_id", 0},
                           {"date_created", iso_seconds_from_ms(customer.created_ms)},
                           {"date_modified", iso_seconds_from_ms(customer.modified_ms)}});
  if (with_credit) {
    const Json amount = Json::number(decimal_from_minor(customer.credit_minor, 2));
    out.set("store_credit_amounts", Json::array({Json::object({{"amount", amount}})}));
  }
  return out;
}

/// One page of the rows, with what the vendor says about all of them.
Response page_of(const std::vector<std::function<Json()>>& rows, const Request& request) {
  const auto page = bounded_param(request, "page", 1, 1, INT64_MAX / kPageMax);
  const auto limit = bounded_param(request, "limit", 50, 1, kPageMax);
  if (!page || !limit) return problem(422, "The filter(s): page, limit are not valid.");
  const auto size = static_cast<std::int64_t>(rows.size());
  Json data = Json::array();
  for (std::int64_t i = (*page - 1) * *limit; i < std::min(size, *page * *limit); ++i)
    data.push(rows[static_cast<std::size_t>(i)]());
  const auto count = static_cast<std::int64_t>(data.items().size());
  Json pagination = Json::object({{"total", size},
                                  {"count", count},
                                  {"per_page", *limit},
                                  {"current_page", *page},
                                  {"total_pages", (size + *limit - 1) / *limit}});
  return Response::json(
      200, Json::object({{"data", std::move(data)}, {"meta", Json::object({{"pagination", std::move(pagination)}})}}));
}

}  // namespace

Response BigCommerce::too_many_requests(const RateLimit& limit) const {
  Response response = problem(429, "Too many requests");
  response.headers.emplace_back("X-Rate-Limit-Time-Reset-Ms", std::to_string(limit.retry_after_s * 1000));
  return response;
}

Response BigCommerce::server_error() const { return problem(500, "Internal Server Error"); }

void BigCommerce::show_limit(const RateLimit& limit, Response& response) const {
  response.headers.emplace_back("X-Rate-Limit-Time-Window-Ms", "30000");
  response.headers.emplace_back("X-Rate-Limit-Requests-Quota", std::to_string(limit.limit));
  response.headers.emplace_back("X-Rate-Limit-Requests-Left", std::to_string(limit.remaining));
}

std::optional<std::string> BigCommerce::configure(const Json& settings) {
  for (const auto& [key, value] : settings.members())
    if (key != "vendor") return "bigcommerce has no settings, and " + key + " was given";
  return std::nullopt;
}

Response BigCommerce::serve(State& state, const Request& request) {
  if (request.header("x-auth-token") != kToken) return problem(401, "Unauthorized");
  const std::size_t depth = request.segments.size();
  const bool get = request.method == "GET";
  if (request.segment(0) != "stores" || request.segment(2) != "v3" || request.segment(3) != "customers")
    return problem(404, "The resource at that URL is not found.");
  if (depth == 4 && get) return list_customers(state, request);
  if (depth == 4 && request.method == "PUT") return update_customers(state, request);
  if (depth == 5 && request.segment(4) == "metafields" && get) return list_metafields(state, request, std::nullopt);
  const auto customer = whole_number(request.segment(4));
  if (depth < 6 || request.segment(5) != "metafields" || !customer || !state.customers.contains(*customer))
    return problem(404, "The resource at that URL is not found.");
  if (depth == 6 && get) return list_metafields(state, request, *customer);
  if (depth == 6 && request.method == "POST") return create_metafield(state, request, *customer);
  const auto id = whole_number(request.segment(6));
  const auto field = id ? state.metafields.find(*id) : state.metafields.end();
  if (depth != 7 || field == state.metafields.end() || field->second.customer != *customer)
    return problem(404, "The resource at that URL is not found.");
  if (get)
    return Response::json(200, Json::object({{"data", metafield_json(field->second)}, {"meta", Json::object()}}));
  if (request.method == "PUT") return update_metafield(request, field->second);
  return problem(405, "Method not allowed");
}

Response BigCommerce::list_customers(const State& state, const Request& request) const {
  const auto email = request.param("email:in");
  const auto phone = request.param("phone:in");
  const auto id = request.param("id:in");
  const bool with_credit = listed(request.param("include"), "storecredit") && request.param("include");
  const auto changed_from = request.param("date_modified:min");
  const std::int64_t from = changed_from ? ms_from_iso(*changed_from).value_or(0) : 0;
  std::vector<const State::Customer*> sorted;
  for (const auto& [number, customer] : state.customers) sorted.push_back(&customer);
  if (request.param("sort") == "date_modified:asc")
    std::ranges::stable_sort(sorted, {}, [](const auto* one) { return one->modified_ms; });
  std::vector<std::function<Json()>> rows;
  for (const State::Customer* one : sorted) {
    const State::Customer& customer = *one;
    const std::int64_t number = customer.id;
    if (customer.modified_ms < from) continue;
    if (!listed(email, customer.email) || !listed(phone, customer.phone) || !listed(id, std::to_string(number)))
      continue;
    rows.emplace_back([&customer, with_credit] { return customer_json(customer, with_credit); });
  }
  return page_of(rows, request);
}

/// All or none. The store credit is overwritten, whatever it was.
Response BigCommerce::update_customers(State& state, const Request& request) {
  const auto body = Json::parse(request.body);
  if (!body || !body->is_array() || body->items().empty()) return problem(422, "The body is not a list of customers.");
  if (body->items().size() > kCustomersMax) return problem(413, "At most 10 customers.");
  std::vector<std::pair<State::Customer*, std::int64_t>> changes;
  for (const Json& wanted : body->items()) {
    const auto found = state.customers.find(wanted["id"].integer().value_or(0));
    if (found == state.customers.end()) return problem(422, "A customer of that id does not exist.");
    const auto& amounts = wanted["store_credit_amounts"].items();
    const auto minor = amounts.empty() ? std::optional(found->second.credit_minor)
                                       : minor_from_decimal(amounts[0]["amount"].number_text(), 2);
    if (!minor || *minor < 0) return problem(422, "store_credit_amounts is not valid.");
    changes.emplace_back(&found->second, *minor);
  }
  Json data = Json::array();
  for (auto& [customer, minor] : changes) {
    customer->credit_minor = minor;
    customer->modified_ms = clock_.now_ms();
    data.push(customer_json(*customer, true));
  }
  return Response::json(200, Json::object({{"data", std::move(data)}, {"meta", Json::object()}}));
}

Response BigCommerce::list_metafields(const State& state, const Request& request,
                                      std::optional<std::int64_t> customer) const {
  const auto ns = request.param("namespace");
  const auto key = request.param("key");
  std::vector<std::function<Json()>> rows;
  for (const auto& [id, field] : state.metafields) {
    if ((customer && *customer != field.customer) || (ns && *ns != field.ns) || (key && *key != field.key)) continue;
    rows.emplace_back([&field] { return metafield_json(field); });
  }
  return page_of(rows, request);
}

namespace {

/// Takes what is there; an objection where it is not valid.
std::optional<Response> read_field(const Json& body, BigCommerceState::Metafield& into) {
  const std::pair<const char*, std::string*> texts[] = {{"permission_set", &into.permission_set},
                                                        {"namespace", &into.ns},
                                                        {"key", &into.key},
                                                        {"value", &into.value},
                                                        {"description", &into.description}};
  for (const auto& [name, text] : texts)
    if (body.has(name)) *text = body[name].text();
  Json errors = Json::object();
  if (std::ranges::find(kPermissions, into.permission_set) == kPermissions.end())
    errors.set("permission_set", "is not valid");
  if (into.ns.empty() || into.ns.size() > kNameMax) errors.set("namespace", "must have 1 to 64 characters");
  if (into.key.empty() || into.key.size() > kNameMax) errors.set("key", "must have 1 to 64 characters");
  if (into.value.empty() || into.value.size() > kValueMax) errors.set("value", "must have 1 to 65535 characters");
  if (errors.members().empty()) return std::nullopt;
  return problem(422, "The metafield was not valid.", std::move(errors));
}

Response one(const BigCommerceState::Metafield& field) {
  return Response::json(
      200, Json::object(
               {{"data", Json::array({metafield_json(field)})}, {"errors", Json::array()}, {"meta", Json::object()}}));
}

}  // namespace

Response BigCommerce::create_metafield(State& state, const Request& request, std::int64_t customer) {
  const auto body = Json::parse(request.body);
  if (!body || !body->is_object()) return problem(400, "Input is invalid");
  State::Metafield field;
  field.customer = customer;
  if (auto objection = read_field(*body, field)) return std::move(*objection);
  for (const auto& [id, other] : state.metafields)
    if (other.customer == customer && other.ns == field.ns && other.key == field.key)
      return problem(409, "The metafield conflicts with another metafield.");
  field.id = state.next_id++;
  field.created_ms = field.modified_ms = clock_.now_ms();
  return one(state.metafields.emplace(field.id, field).first->second);
}

Response BigCommerce::update_metafield(const Request& request, State::Metafield& metafield) {
  const auto body = Json::parse(request.body);
  if (!body || !body->is_object()) return problem(400, "Input is invalid");
  State::Metafield changed = metafield;
  if (auto objection = read_field(*body, changed)) return std::move(*objection);
  changed.modified_ms = clock_.now_ms();
  metafield = std::move(changed);
  return one(metafield);
}

void BigCommerce::add_customer(State& state, const Customer& customer) {
  State::Customer made;
  made.id = state.next_id++;
  made.first_name = customer.first_name();
  made.last_name = customer.last_name();
  made.email = customer.email;
  made.phone = customer.phone;
  made.created_ms = made.modified_ms = clock_.now_ms();
  state.customers.emplace(made.id, made);
}

Json BigCommerce::ledger_of(const State& state) const {
  Json customers = Json::array();
  for (const auto& [id, customer] : state.customers)
    customers.push(
        Json::object({{"id", id}, {"email", customer.email}, {"store_credit_minor", customer.credit_minor}}));
  Json metafields = Json::array();
  for (const auto& [id, field] : state.metafields)
    metafields.push(Json::object({{"id", id},
                                  {"customer", field.customer},
                                  {"namespace", field.ns},
                                  {"key", field.key},
                                  {"value", field.value}}));
  return Json::object({{"customers", std::move(customers)}, {"metafields", std::move(metafields)}});
}

}  // namespace sandbox
