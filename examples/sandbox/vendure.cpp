#include "vendure.hpp"

#include <functional>
#include <limits>

#include "listing.hpp"

namespace sandbox {

using graphql::Field;
using graphql::Object;
using graphql::Value;

namespace {

constexpr std::string_view kKey = "sandbox-id:sandbox-key";
constexpr std::int64_t kTakeMax = 1000;  // apiOptions.adminListQueryLimit

const graphql::Schema& schema() {
  static const graphql::Schema kSchema(vendure::schema_text());
  return kSchema;
}

/// One of `errors`. An error of the database has no code.
Json problem(std::string_view message, const Json& path, std::string_view code = {}) {
  Json out = Json::object({{"message", message}, {"locations", Json::array()}});
  if (!path.is_null()) out.set("path", path);
  if (!code.empty()) out.set("extensions", Json::object({{"code", code}}));
  return out;
}

Response refused(Json error, int status = 200) {
  Json body = Json::object({{"errors", Json::array({std::move(error)})}});
  if (status == 200) body.set("data", Json());
  return Response::json(status, body);
}

/// What the request framework answers before GraphQL is reached.
Response bare(int status, std::string_view message, std::string_view path) {
  return Response::json(status, Json::object({{"statusCode", status}, {"message", message}, {"path", path}}));
}

std::string currency_of(std::string_view token) { return token == "eu-token" ? "EUR" : "USD"; }
bool is_channel(std::string_view token) { return token.empty() || token == "usd-token" || token == "eu-token"; }
/// A wallet is of its own channel and of the default one.
bool shown_in(const VendureState::Wallet& wallet, const std::string& currency) {
  return currency == "USD" || wallet.currency == currency;
}

Object fixed(std::string type, Json fields) {
  return {std::move(type), [fields = std::move(fields)](const Field& field) -> Value { return fields[field.name]; }};
}

/// A list of rows, of which options.skip and .take choose the page.
Value list_of(std::string type, std::vector<Object> rows, const Json& options) {
  const auto size = static_cast<std::int64_t>(rows.size());
  const std::int64_t skip = std::min(std::max<std::int64_t>(0, options["skip"].integer().value_or(0)), size);
  const std::int64_t take = std::min(options["take"].integer().value_or(kTakeMax), kTakeMax);
  return Object{std::move(type), [rows = std::move(rows), size, skip, take](const Field& field) -> Value {
                  if (field.name == "totalItems") return Json(size);
                  return std::vector<Object>(rows.begin() + skip, rows.begin() + std::min(size, skip + take));
                }};
}

bool fits(const Json& options, std::string_view field, std::string_view value) {
  const Json& eq = options["filter"][field]["eq"];
  return eq.is_null() || eq.text() == value;
}

Object wallet_object(const VendureState::Wallet& wallet) {
  return {"Wallet", [&wallet](const Field& field) -> Value {
            if (field.name == "id") return Json(std::to_string(wallet.id));
            if (field.name == "code") return Json::string_or_null(wallet.code);
            if (field.name == "name") return Json(wallet.name);
            if (field.name == "currencyCode") return Json(wallet.currency);
            if (field.name == "balance") return Json(wallet.balance);
            if (field.name == "metadata") return wallet.metadata;
            if (field.name == "createdAt") return Json(iso_from_ms(wallet.created_ms));
            if (field.name == "updatedAt") return Json(iso_from_ms(wallet.updated_ms));
            std::vector<Object> rows;
            for (const VendureState::Adjustment& entry : wallet.adjustments)
              if (fits(field.arguments["options"], "description", entry.description))
                rows.push_back(fixed("WalletAdjustment", Json::object({{"id", std::to_string(entry.id)},
                                                                       {"createdAt", iso_from_ms(entry.created_ms)},
                                                                       {"updatedAt", iso_from_ms(entry.created_ms)},
                                                                       {"amount", entry.amount},
                                                                       {"description", entry.description}})));
            return list_of("WalletAdjustmentList", std::move(rows), field.arguments["options"]);
          }};
}

Value wallets_of(const VendureState& state, const std::string& currency, const Json& options,
                 const std::function<bool(const VendureState::Wallet&)>& wanted) {
  std::vector<Object> rows;
  for (const auto& [id, wallet] : state.wallets)
    if (wanted(wallet) && shown_in(wallet, currency) && fits(options, "name", wallet.name))
      rows.push_back(wallet_object(wallet));
  return list_of("WalletList", std::move(rows), options);
}

Object customer_object(const VendureState& state, const VendureState::Customer& customer, const std::string& currency) {
  return {"Customer", [&state, &customer, currency](const Field& field) -> Value {
            if (field.name == "id") return Json(std::to_string(customer.id));
            if (field.name == "firstName") return Json(customer.first_name);
            if (field.name == "lastName") return Json(customer.last_name);
            if (field.name == "phoneNumber") return Json::string_or_null(customer.phone);
            if (field.name == "emailAddress") return Json(customer.email);
            return wallets_of(state, currency, field.arguments["options"],
                              [id = customer.id](const VendureState::Wallet& wallet) { return wallet.customer == id; });
          }};
}

/// The text of an integer column: a whole number of 32 bits, or what the database says.
std::expected<std::int64_t, std::string> to_column(const Json& number) {
  const std::string text(number.is_number() ? number.number_text() : number.text());
  const auto value = whole_number(text);
  if (!value) return std::unexpected("invalid input syntax for type integer: \"" + text + "\"");
  if (*value > std::numeric_limits<std::int32_t>::max() || *value < std::numeric_limits<std::int32_t>::min())
    return std::unexpected("value \"" + text + "\" is out of range for type integer");
  return *value;
}

}  // namespace

bool Vendure::is_read(const Request& request) const {
  const auto body = Json::parse(request.body);
  if (!body) return true;
  // Too careful is harmless: a query with the word in it is only never answered from the past.
  return (*body)["query"].text().find("mutation") == std::string_view::npos;
}

Response Vendure::too_many_requests(const RateLimit& limit) const {
  Response response = bare(429, "Too Many Requests", "/admin-api");
  response.headers.emplace_back("Retry-After", std::to_string(limit.retry_after_s));
  return response;
}

Response Vendure::server_error() const { return bare(500, "Internal server error", "/admin-api"); }

std::optional<std::string> Vendure::configure(const Json& settings) {
  for (const auto& [key, value] : settings.members()) {
    if (key == "vendor") continue;
    if (key != "read_only" || !value.is_bool()) return "vendure knows read_only, true or false, not " + key;
    read_only_ = value.truthy();
  }
  return std::nullopt;
}

Response Vendure::serve(State& state, const Request& request) {
  if (request.path != "/admin-api") return bare(404, "Cannot " + request.method + " " + request.path, request.path);
  if (request.method != "POST") return bare(405, "Method Not Allowed", request.path);
  const auto body = Json::parse(request.body);
  if (!body) return bare(400, "Unexpected token in JSON", request.path);
  auto [operation, problems] =
      graphql::parse((*body)["query"].text(), (*body)["variables"], (*body)["operationName"].text());
  if (problems.empty()) problems = schema().check(operation);
  if (!problems.empty()) return refused(problem(problems.front().message, Json(), "GRAPHQL_VALIDATION_FAILED"), 400);
  if (!is_channel(request.header("vendure-token")))
    return refused(
        problem("No Channel with the token \"" + std::string(request.header("vendure-token")) + "\" could be found",
                Json::array({operation.selection.front().alias}), "CHANNEL_NOT_FOUND"));
  Json data = Json::object();
  for (const Field& field : operation.selection) {
    Resolved resolved = operation.mutation ? mutate(state, field, request) : query(state, field, request);
    if (!resolved) return refused(std::move(resolved.error()));
    const Object root = {"", [&resolved](const Field&) { return *resolved; }};
    const Json one = graphql::run(root, {field});
    data.set(field.alias, one[field.alias]);
  }
  return Response::json(200, Json::object({{"data", std::move(data)}}));
}

namespace {
bool known_key(const Request& request) { return request.header("vendure-api-key") == kKey; }
Json forbidden(const Field& field) {
  return problem("You are not currently authorized to perform this action", Json::array({field.alias}), "FORBIDDEN");
}
}  // namespace

Vendure::Resolved Vendure::query(State& state, const Field& field, const Request& request) {
  const std::string currency = currency_of(request.header("vendure-token"));
  const Json& options = field.arguments["options"];
  if (field.name == "activeChannel")
    return fixed("Channel", Json::object({{"id", currency == "USD" ? "1" : "2"},
                                          {"code", currency == "USD" ? "__default_channel__" : "eu"},
                                          {"token", currency == "USD" ? "usd-token" : "eu-token"},
                                          {"defaultCurrencyCode", currency}}));
  if (field.name == "wallet") {  // not protected by the plugin
    const auto found = state.wallets.find(whole_number(field.arguments["id"].text()).value_or(0));
    if (found == state.wallets.end() || !shown_in(found->second, currency))
      return std::unexpected(problem("Cannot return null for non-nullable field Query.wallet.",
                                     Json::array({field.alias}), "INTERNAL_SERVER_ERROR"));
    return wallet_object(found->second);
  }
  if (field.name == "walletByCode") {  // null to whom it is none of their business
    for (const auto& [id, wallet] : state.wallets)
      if (known_key(request) && wallet.code == field.arguments["code"].text() && shown_in(wallet, currency))
        return wallet_object(wallet);
    return Json();
  }
  if (!known_key(request)) return std::unexpected(forbidden(field));
  if (field.name == "giftCardWallets")
    return wallets_of(state, currency, options, [](const State::Wallet& wallet) { return !wallet.code.empty(); });
  if (field.name == "customer") {
    const auto found = state.customers.find(whole_number(field.arguments["id"].text()).value_or(0));
    if (found == state.customers.end()) return Json();
    return customer_object(state, found->second, currency);
  }
  std::vector<Object> rows;
  for (const auto& [id, customer] : state.customers)
    if (fits(options, "emailAddress", customer.email) && fits(options, "phoneNumber", customer.phone))
      rows.push_back(customer_object(state, customer, currency));
  return list_of("CustomerList", std::move(rows), options);
}

Vendure::Resolved Vendure::mutate(State& state, const Field& field, const Request& request) {
  if (!known_key(request)) return std::unexpected(forbidden(field));
  if (read_only_)
    return std::unexpected(problem("cannot execute UPDATE in a read-only transaction", Json::array({field.alias})));
  const std::string currency = currency_of(request.header("vendure-token"));
  Resolved out = field.name == "createWallet" ? create_wallet(state, field.arguments["input"], currency)
                                              : adjust(state, field.arguments["input"], currency);
  if (!out) out.error().set("path", Json::array({field.alias}));
  return out;
}

Vendure::Resolved Vendure::create_wallet(State& state, const Json& input, const std::string& currency) {
  State::Wallet wallet;
  wallet.code = input["code"].text();
  wallet.customer = whole_number(input["customerId"].text()).value_or(0);
  if (wallet.customer == 0 && wallet.code.empty())
    return std::unexpected(
        problem("Either a customerId or a code must be provided to create a wallet", Json(), "USER_INPUT_ERROR"));
  for (const auto& [id, other] : state.wallets)
    if (!wallet.code.empty() && other.code == wallet.code)
      return std::unexpected(problem("duplicate key value violates unique constraint \"IDX_wallet_code\"", Json()));
  if (wallet.customer != 0 && !state.customers.contains(wallet.customer))
    return std::unexpected(
        problem("insert or update on table \"wallet\" violates foreign key constraint \"FK_wallet_customer\"", Json()));
  wallet.id = state.next_wallet++;
  wallet.name = input["name"].text();
  wallet.currency = currency;
  wallet.metadata = input["metadata"];
  wallet.created_ms = wallet.updated_ms = clock_.now_ms();
  return wallet_object(state.wallets.emplace(wallet.id, std::move(wallet)).first->second);
}

/// Balance and entry at once, or neither.
Vendure::Resolved Vendure::adjust(State& state, const Json& input, const std::string& currency) {
  const auto amount = to_column(input["amount"]);
  if (!amount) return std::unexpected(problem(amount.error(), Json()));
  const auto found = state.wallets.find(whole_number(input["walletId"].text()).value_or(0));
  if (found == state.wallets.end())
    return std::unexpected(problem("Could not find any entity of type \"Wallet\" matching", Json()));
  State::Wallet& wallet = found->second;
  if (!shown_in(wallet, currency))
    return std::unexpected(
        problem("Wallet with id " + std::to_string(wallet.id) + " is not assigned to the current channel", Json(),
                "USER_INPUT_ERROR"));
  const std::int64_t after = wallet.balance + *amount;
  if (after > std::numeric_limits<std::int32_t>::max()) return std::unexpected(problem("integer out of range", Json()));
  if (after < 0)
    return std::unexpected(problem("Insufficient balance. Wallet has " + std::to_string(wallet.balance) +
                                       ", cannot debit " + std::to_string(-*amount),
                                   Json(), "USER_INPUT_ERROR"));
  wallet.balance = after;
  wallet.updated_ms = clock_.now_ms();
  wallet.adjustments.push_back(
      {state.next_adjustment++, *amount, wallet.updated_ms, std::string(input["description"].text())});
  return wallet_object(wallet);
}

std::optional<std::string> Vendure::pay(std::string_view code, std::int64_t amount) {
  return change_state([&](State& state) -> std::optional<std::string> {
    for (auto& [id, wallet] : state.wallets) {
      if (wallet.code != code) continue;
      if (amount <= 0 || amount > wallet.balance) return "it holds " + std::to_string(wallet.balance);
      wallet.balance -= amount;
      wallet.adjustments.push_back({state.next_adjustment++, -amount, clock_.now_ms(), "Paid for order SANDBOX"});
      return std::nullopt;
    }
    return "no wallet has that code";
  });
}

void Vendure::add_customer(State& state, const Customer& customer) {
  State::Customer made;
  made.id = state.next_customer++;
  made.first_name = customer.first_name();
  made.last_name = customer.last_name();
  made.email = customer.email;
  made.phone = customer.phone;
  state.customers.emplace(made.id, std::move(made));
}

Json Vendure::ledger_of(const State& state) const {
  Json wallets = Json::array();
  for (const auto& [id, wallet] : state.wallets) {
    Json entries = Json::array();
    for (const State::Adjustment& entry : wallet.adjustments)
      entries.push(Json::object({{"amount_minor", entry.amount}, {"description", entry.description}}));
    const auto owner = state.customers.find(wallet.customer);
    wallets.push(Json::object({{"id", std::to_string(id)},
                               {"code", wallet.code},
                               {"name", wallet.name},
                               {"currency", wallet.currency},
                               {"balance_minor", wallet.balance},
                               {"customer_email", owner == state.customers.end() ? Json() : Json(owner->second.email)},
                               {"metadata", wallet.metadata},
                               {"entries", std::move(entries)}}));
  }
  return Json::object({{"wallets", std::move(wallets)}});
}

}  // namespace sandbox
