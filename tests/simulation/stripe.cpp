#include "tests/simulation/models.hpp"

namespace handoff::simulation {

namespace {

HttpReply error(int status, const char* type, const char* code) {
  json::Object inner = object({{"type", type}, {"message", "model"}});
  if (*code) inner.set("code", code);
  return reply(status, object({{"error", std::move(inner)}}));
}

json::Value show(const StripeModel::Transaction& row) {
  json::Object metadata = object({{"handoff_credit", row.credit}, {"handoff_key", row.reference}});
  return object({{"id", row.id},
                 {"object", "customer_balance_transaction"},
                 {"amount", row.amount},
                 {"currency", row.currency},
                 {"customer", row.customer},
                 {"metadata", std::move(metadata)},
                 {"type", "adjustment"}});
}

json::Value list(json::Array rows, bool more) {
  return object({{"object", "list"}, {"data", std::move(rows)}, {"has_more", more}});
}

}  // namespace

StripeModel::StripeModel(World& world, const std::vector<Person>& people)
    : Vendor(world, "payments"), others_(world.stream("payments/others")) {
  for (const Person& person : people)
    if (person.in_payments) add(person);
}

void StripeModel::add(const Person& person) {
  customers_.push_back({"cus_" + std::to_string(100 + customers_.size()), person.email, person.phone});
}

void StripeModel::sign_up(Person& person) {
  person.in_payments = true;
  add(person);
}

const StripeModel::Customer* StripeModel::by_email(const std::string& email) const {
  for (const Customer& customer : customers_)
    if (customer.email == email) return &customer;
  return nullptr;
}

HttpReply StripeModel::handle(const VendorRequest& request) {
  if (!request.headers.contains("authorization")) return error(401, "invalid_request_error", "");
  if (request.path == "/v1/customers" || request.path == "/v1/customers/search") return find_customers(request);
  constexpr std::string_view kCustomers = "/v1/customers/";
  constexpr std::string_view kTransactions = "/balance_transactions";
  std::string rest = request.path.substr(kCustomers.size());
  std::string customer = rest.substr(0, rest.find('/'));
  bool known = false;
  for (const Customer& candidate : customers_) known = known || candidate.id == customer;
  if (!known || rest.find(kTransactions) == std::string::npos)
    return error(404, "invalid_request_error", "resource_missing");
  return request.method == "POST" ? post(request, customer) : history(request, customer);
}

StripeModel::Stored* StripeModel::stored(const VendorRequest& request) {
  auto found = keys_.find(request.headers.at("idempotency-key"));
  if (found == keys_.end()) return nullptr;
  Time age = world_.now() - found->second.at;
  if (age < keys_kept_) return &found->second;
  if (age < kDay && book_) book_->hit(Fault::key_forgotten, true);  // a send that had an answer already
  keys_.erase(found);
  return nullptr;
}

HttpReply StripeModel::post(const VendorRequest& request, const std::string& customer) {
  std::string parameters = request.path + "?" + request.body;
  if (Stored* known = stored(request)) {
    if (known->parameters != parameters) return error(400, "idempotency_error", "");
    return known->answer;
  }
  for (const auto& [from, until] : may_not_book_)
    if (from <= world_.now() && world_.now() < until) {
      book_->hit(Fault::right_taken);
      return error(403, "invalid_request_error", "");
    }
  std::map<std::string, std::string> form = request.form();
  Transaction made;
  made.id = "cbtxn_" + std::to_string(100 + transactions_.size());
  made.customer = customer;
  made.currency = form["currency"];
  made.credit = form["metadata[handoff_credit]"];
  made.reference = form["metadata[handoff_key]"];
  made.amount = std::stoll(form["amount"]);
  made.key = request.headers.at("idempotency-key");
  made.at = world_.now();
  transactions_.push_back(made);
  effect("transaction " + made.id + " " + std::to_string(made.amount) + " of " + made.credit);
  if (fills_histories_ && others_.below(4) == 0) others_book(customer);
  HttpReply answer = reply(200, show(made));
  keys_[request.headers.at("idempotency-key")] = {world_.now(), parameters, answer};
  return answer;
}

void StripeModel::others_book(const std::string& customer) {
  book_->hit(Fault::long_history);
  for (std::int64_t rows = others_.between(80, 140); rows > 0; --rows) {
    Transaction row;
    row.id = "cbtxn_" + std::to_string(100 + transactions_.size());
    row.customer = customer;
    row.currency = "usd";
    row.amount = -others_.between(1, 500);
    row.at = world_.now();
    transactions_.push_back(std::move(row));
  }
}

/// Once execution has begun the answer is stored, an error too, and given again to the same key.
HttpReply StripeModel::fail(const VendorRequest& request, bool with_effect) {
  if (request.method != "POST") return Vendor::fail(request, false);
  if (Stored* known = stored(request)) return known->answer;
  if (with_effect) {
    handle(request);
    // What a hub would book a second time if it took part of a history for all of it.
    if (fills_histories_ && others_.below(2) == 0 && !transactions_.empty()) others_book(transactions_.back().customer);
  }
  HttpReply answer = error(500, "api_error", "");
  std::string parameters = request.path + "?" + request.body;
  keys_[request.headers.at("idempotency-key")] = {world_.now(), parameters, answer};
  world_.note("payments.stored_error", request.headers.at("idempotency-key") + (with_effect ? " with effect" : ""));
  return answer;
}

/// Newest first.
HttpReply StripeModel::history(const VendorRequest& request, const std::string& customer) {
  Time when = seen_at();
  std::string wanted = request.path.substr(request.path.rfind('/') + 1);
  auto after = request.query.find("starting_after");
  bool begun = after == request.query.end();
  json::Array rows;
  for (auto row = transactions_.rbegin(); row != transactions_.rend(); ++row) {
    if (row->customer != customer || row->at > when) continue;
    if (row->id == wanted) return reply(200, show(*row));
    if (begun) rows.push_back(show(*row));
    begun = begun || row->id == after->second;
  }
  if (wanted != "balance_transactions") return error(404, "invalid_request_error", "resource_missing");
  constexpr std::size_t kPage = 5;  // the limit is a most: short pages are allowed
  bool more = rows.size() > kPage;
  if (more) rows.resize(kPage);
  return reply(200, list(std::move(rows), more));
}

HttpReply StripeModel::find_customers(const VendorRequest& request) const {
  json::Array rows;
  auto email = request.query.find("email"), query = request.query.find("query");
  for (const Customer& customer : customers_) {
    bool by_email = email != request.query.end() && email->second == customer.email;
    bool by_phone = query != request.query.end() && query->second == "phone:'" + customer.phone + "'";
    if (by_email || by_phone)
      rows.emplace_back(object({{"id", customer.id},
                                {"object", "customer"},
                                {"email", customer.email},
                                {"phone", customer.phone},
                                {"metadata", json::Object()}}));
  }
  return reply(200, list(std::move(rows), false));
}

HttpReply StripeModel::throttle(const VendorRequest&, const std::string& retry_after) {
  HttpReply out = error(429, "invalid_request_error", "rate_limit");
  if (!retry_after.empty()) out.headers.emplace_back("Retry-After", retry_after);
  return out;
}

/// Its code is not one of those that Stripe documents as refused before execution: nothing is known then.
HttpReply StripeModel::throttle_executed(const VendorRequest& request, const std::string& retry_after) {
  handle(request);
  HttpReply out = error(429, "api_error", "");
  if (!retry_after.empty()) out.headers.emplace_back("Retry-After", retry_after);
  return out;
}

}  // namespace handoff::simulation
