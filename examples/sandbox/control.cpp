#include "control.hpp"

#include "listing.hpp"

namespace sandbox {
namespace {

Response refuse(std::string_view text, int status = 400) {
  return Response::json(status, Json::object({{"error", text}}));
}

Response done(Json extra = Json::object()) {
  Json body = Json::object({{"ok", true}});
  for (const auto& [key, value] : extra.members()) body.set(key, value);
  return Response::json(200, body);
}

// Load1 ... LoadN, for benchmarks that need many customers.
std::vector<Customer> generate(std::int64_t count, std::int64_t start) {
  std::vector<Customer> out;
  for (std::int64_t i = start; i < start + count; ++i) {
    const std::string number = std::to_string(i);
    const std::string padded = std::string(7 - std::min<std::size_t>(7, number.size()), '0') + number;
    out.push_back({"Load Customer" + number, "load" + number + "@example.com", "+1303" + padded, "G-" + padded});
  }
  return out;
}

/// Nothing: none is sent.
std::optional<DeliveryOptions> delivery_from(const Json& webhook) {
  if (webhook["send"].is_bool() && !webhook["send"].truthy()) return std::nullopt;
  DeliveryOptions out;
  out.duplicates = std::clamp<std::int64_t>(webhook["duplicates"].integer().value_or(0), 0, 100);
  out.delay_ms = std::max<std::int64_t>(0, webhook["delay_ms"].integer().value_or(0));
  out.bad_signature = webhook["bad_signature"].truthy();
  return out;
}

}  // namespace

ParsedCustomers customers_from(const Json& json) {
  ParsedCustomers out;
  const Json& list = json.is_array() ? json : json["customers"];
  if (!list.is_array()) return {{}, "customers must be an array"};
  for (const Json& item : list.items()) {
    Customer customer{std::string(item["name"].text()), std::string(item["email"].text()),
                      std::string(item["phone"].text()), std::string(item["loyalty_id"].text())};
    if (customer.name.empty() || customer.email.empty()) return {{}, "a customer needs a name and an email"};
    out.customers.push_back(std::move(customer));
  }
  return out;
}

Response Control::handle(const Request& request) {
  const std::string_view first = request.segment(0);
  if (request.method == "GET") {
    if (request.path == "/health") return done();
    if (request.path == "/stats") return stats();
    if (request.path == "/faults") return list_faults();
    if (first == "ledger" && request.segments.size() == 2) return ledger(request.segment(1));
  }
  if (request.method == "DELETE" && request.path == "/faults") return remove_faults(request);
  if (request.method != "POST") return refuse("no such endpoint", 404);
  const auto body = request.body.empty() ? std::optional<Json>(Json::object()) : Json::parse(request.body);
  if (!body) return refuse("the body is not JSON");
  return post(request.path, *body);
}

Response Control::post(std::string_view path, const Json& body) {
  if (path == "/faults") return add_fault(body);
  if (path == "/latency") return set_latency(body);
  if (path == "/limits") return set_limit(body);
  if (path == "/settings") return change_settings(body);
  if (path == "/clock") return advance_clock(body);
  if (path == "/customers") return add_customers(body);
  if (path == "/voucherify/redeem") return redeem(body);
  if (path == "/voucherify/assign") return assign(body);
  if (path == "/vendure/pay") return pay(body);
  if (path == "/shopify/merge") return merge(body);
  if (path == "/shopify/pay") return pay_with_gift_card(body);
  if (path == "/square/refund") return refund_at_register(body);
  if (path == "/square/payment-customer") return add_to_payment(body);
  if (path == "/webhook") return set_webhook(body);
  if (path == "/reset") {
    world_.reset();
    return done();
  }
  return refuse("no such endpoint", 404);
}

Response Control::add_fault(const Json& body) {
  ParsedFault parsed = fault_from(body);
  if (!parsed.fault) return refuse(parsed.error);
  if (!world_.gate(parsed.fault->vendor)) return refuse("no such vendor");
  const std::int64_t id = world_.faults().add(std::move(*parsed.fault));
  follow_stale_reads();
  return done(Json::object({{"id", id}}));
}

Response Control::remove_faults(const Request& request) {
  const auto id = request.param("id");
  if (id && !whole_number(*id)) return refuse("id must be a whole number");
  world_.faults().remove(request.param("vendor").value_or(""), id ? whole_number(*id) : std::nullopt);
  follow_stale_reads();
  return done();
}

// Old states are kept only while a stale_reads fault asks for them.
void Control::follow_stale_reads() {
  for (const auto& gate : world_.gates())
    gate->vendor().keep_history(world_.faults().stale_lag_ms(gate->vendor().name()));
}

Response Control::list_faults() const {
  Json list = Json::array();
  for (const Fault& fault : world_.faults().list()) list.push(fault.to_json());
  return Response::json(200, Json::object({{"faults", std::move(list)}}));
}

Response Control::stats() const {
  Json vendors = Json::object();
  for (const auto& gate : world_.gates()) vendors.set(gate->vendor().name(), gate->stats());
  WebhookCounts webhooks = world_.webhooks().counts();
  const WebhookCounts more = world_.voucherify_webhooks().counts();
  webhooks.delivered += more.delivered;
  webhooks.failed += more.failed;
  webhooks.waiting += more.waiting;
  vendors.set(
      "webhooks",
      Json::object({{"delivered", webhooks.delivered}, {"failed", webhooks.failed}, {"waiting", webhooks.waiting}}));
  return Response::json(200, vendors);
}

Response Control::set_latency(const Json& body) {
  Gate* gate = world_.gate(body["vendor"].text());
  const auto ms = body["ms"].integer();
  if (!gate || !ms || *ms < 0) return refuse("needs vendor and ms");
  gate->set_latency_ms(*ms);
  return done();
}

Response Control::set_limit(const Json& body) {
  Gate* gate = world_.gate(body["vendor"].text());
  const auto limit = body["requests_per_minute"].integer();
  if (!gate || !limit || *limit < 0) return refuse("needs vendor and requests_per_minute (0 = off)");
  gate->set_requests_per_minute(*limit);
  return done();
}

Response Control::change_settings(const Json& body) {
  Gate* gate = world_.gate(body["vendor"].text());
  if (!gate) return refuse("no such vendor");
  if (const auto error = gate->vendor().configure(body)) return refuse(*error);
  return done();
}

Response Control::advance_clock(const Json& body) {
  const auto ms = body["advance_ms"].integer();
  if (!ms || *ms < 0) return refuse("needs advance_ms");
  world_.clock().advance_ms(*ms);
  return done(Json::object({{"now", iso_from_ms(world_.clock().now_ms())}}));
}

Response Control::add_customers(const Json& body) {
  ParsedCustomers parsed;
  if (const Json* count = body.find("generate")) {
    const std::int64_t many = (*count)["count"].integer().value_or(0);
    if (many < 1 || many > 1'000'000) return refuse("generate.count must be 1 to 1000000");
    parsed.customers = generate(many, (*count)["start"].integer().value_or(1));
  } else {
    parsed = customers_from(body);
  }
  if (!parsed.error.empty()) return refuse(parsed.error);
  world_.add_customers(parsed.customers);
  if (!body.has("generate")) world_.square().announce(parsed.customers);
  return done(Json::object({{"added", parsed.customers.size()}}));
}

Response Control::redeem(const Json& body) {
  const auto amount = body["amount_minor"].integer();
  if (!amount) return refuse("needs code and amount_minor");
  const auto error = world_.voucherify().redeem(body["code"].text(), *amount, delivery_from(body["webhook"]));
  if (error) return refuse(*error, 409);
  return done();
}

Response Control::assign(const Json& body) {
  const auto error = world_.voucherify().assign(body["code"].text(), body["email"].text());
  if (error) return refuse(*error, 409);
  return done();
}

Response Control::pay(const Json& body) {
  const auto amount = body["amount_minor"].integer();
  if (!amount) return refuse("needs code and amount_minor");
  if (const auto error = world_.vendure().pay(body["code"].text(), *amount)) return refuse(*error, 409);
  return done();
}

Response Control::pay_with_gift_card(const Json& body) {
  const auto amount = body["amount_minor"].integer();
  if (!amount) return refuse("needs code and amount_minor");
  if (const auto error = world_.shopify().pay(body["code"].text(), *amount)) return refuse(*error, 409);
  return done();
}

Response Control::merge(const Json& body) {
  const Json answer = world_.shopify().merge(body["deleted"].text(), body["kept"].text());
  return Response::json(answer.has("error") ? 404 : 200, answer);
}

Response Control::refund_at_register(const Json& body) {
  const auto amount = body["amount_minor"].integer();
  if (!amount || *amount <= 0) return refuse("needs amount_minor, above 0");
  RegisterRefund wanted;
  wanted.amount = *amount;
  const auto take = [&](std::string_view key, std::string& to) {
    if (body[key].is_string()) to = body[key].text();
  };
  take("customer_id", wanted.customer_id);
  take("customer_email", wanted.customer_email);
  take("loyalty_id", wanted.loyalty_id);
  take("currency", wanted.currency);
  take("reason", wanted.reason);
  take("location_id", wanted.location_id);
  take("order_id", wanted.order_id);
  take("source_type", wanted.source_type);
  take("external_type", wanted.external_type);
  take("external_source", wanted.external_source);
  take("external_source_id", wanted.external_source_id);
  wanted.delivery = delivery_from(body["webhook"]);
  const Json answer = world_.square().refund_at_register(wanted);
  return Response::json(answer.has("error") ? 404 : 200, answer);
}

Response Control::add_to_payment(const Json& body) {
  const Json answer = world_.square().add_to_payment(body["payment_id"].text(), body["customer_email"].text(),
                                                     delivery_from(body["webhook"]));
  return Response::json(answer.has("error") ? 404 : 200, answer);
}

Response Control::set_webhook(const Json& body) {
  if (!body["url"].is_string()) return refuse("needs url (empty = none)");
  const std::string_view vendor = body["vendor"].text();
  if (!vendor.empty() && vendor != "square" && vendor != "voucherify")
    return refuse("square and voucherify send notifications");
  WebhookSender& sender = vendor == "voucherify" ? world_.voucherify_webhooks() : world_.webhooks();
  sender.set_url(std::string(body["url"].text()));
  return done();
}

Response Control::ledger(std::string_view vendor) {
  Gate* gate = world_.gate(vendor);
  if (!gate) return refuse("no such vendor", 404);
  return Response::json(200, gate->vendor().ledger());
}

}  // namespace sandbox
