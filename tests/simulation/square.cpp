#include "tests/simulation/square.hpp"

#include <algorithm>

#include "core/crypto/hash.hpp"

namespace handoff::simulation {

namespace {

constexpr Time kHookPatience = 10 * kSecond;
constexpr int kTriesMax = 8;

HttpReply error(int status, const char* code) {
  json::Array list;
  list.emplace_back(object({{"category", "API_ERROR"}, {"code", code}}));
  return reply(status, object({{"errors", std::move(list)}}));
}

bool after(std::string_view path, std::string_view prefix, std::string& rest) {
  if (!path.starts_with(prefix)) return false;
  rest = path.substr(prefix.size());
  return true;
}

}  // namespace

SquareModel::SquareModel(World& world, const std::vector<Person>& people)
    : Vendor(world, "pos"), people_(people), script_(world.stream("pos/script")) {}

void SquareModel::plan(std::int64_t count, Time until, std::function<void(const Refund&, const std::string&)> changed) {
  changed_ = std::move(changed);
  for (std::int64_t i = 0; i < count; ++i) {
    Refund made;
    made.id = "rf_" + std::to_string(1000 + i);
    made.currency = script_.below(20) == 0 ? "XQQ" : kCurrency;
    made.amount = 100 * script_.between(1, 200);
    if (script_.below(8) != 0)
      made.person = static_cast<std::size_t>(script_.below(static_cast<std::int64_t>(people_.size())));
    made.with_phone = script_.below(2) == 0;
    made.created = made.updated = script_.below(until);
    auto number = static_cast<std::size_t>(i);
    bool pending = script_.below(2) == 0, fails = script_.below(6) == 0;
    Time later = made.created + script_.scale(kSecond, 2 * kHour);
    world_.at(made.created, [this, number, pending] { change(number, pending ? "PENDING" : "COMPLETED"); });
    if (pending) world_.at(later, [this, number, fails] { change(number, fails ? "FAILED" : "COMPLETED"); });
    refunds_.push_back(std::move(made));
  }
}

void SquareModel::change(std::size_t number, const std::string& status) {
  Refund& refund = refunds_[number];
  bool fresh = refund.status.empty();
  refund.status = status;
  refund.updated = world_.now();
  effect("refund " + refund.id + " " + status);
  changed_(refund, fresh ? "refund.created" : "refund.updated");
}

std::int64_t SquareModel::completed() const {
  return std::ranges::count_if(refunds_, [](const Refund& one) { return one.status == "COMPLETED" && one.readable(); });
}

CreditKey SquareModel::key_of(const Refund& refund) {
  CreditKey out;
  out.tenant = kTenant;
  out.source = "cn_pos";
  out.unique_id = refund.id;
  return out;
}

std::vector<Sale> SquareModel::sales() const {
  std::vector<Sale> out;
  for (const Refund& refund : refunds_) {
    if (refund.status != "COMPLETED" || !refund.readable()) continue;
    Sale sale;
    sale.person = refund.person;
    sale.event.transaction = refund.id;
    sale.event.amount = Money(refund.amount, kCurrency);
    if (refund.person) sale.event.email = people_[*refund.person].email;
    if (refund.person && refund.with_phone) sale.event.phone = people_[*refund.person].phone;
    sale.key = key_of(refund);
    sale.ref = credit_ref(credit_id(sale.key));
    out.push_back(std::move(sale));
  }
  return out;
}

json::Value SquareModel::show(const Refund& refund) const {
  json::Object external = object({{"type", "STORED_BALANCE"}, {"source", "till"}});
  return object({{"id", refund.id},
                 {"status", refund.status},
                 {"location_id", "L1"},
                 {"destination_type", "EXTERNAL"},
                 {"destination_details", object({{"external_details", std::move(external)}})},
                 {"amount_money", object({{"amount", refund.amount}, {"currency", refund.currency}})},
                 {"payment_id", "pay_" + refund.id},
                 {"created_at", rfc3339(unix_at(refund.created))},
                 {"updated_at", rfc3339(unix_at(refund.updated))}});
}

json::Value SquareModel::customer(const std::string& id) const {
  for (const Refund& refund : refunds_) {
    if (!refund.person || "cus_" + refund.id != id) continue;
    json::Object out = object({{"id", id}, {"email_address", people_[*refund.person].email}});
    if (refund.with_phone) out.set("phone_number", people_[*refund.person].phone);
    return out;
  }
  return {};
}

HttpReply SquareModel::handle(const VendorRequest& request) {
  if (!request.headers.contains("authorization")) return error(401, "UNAUTHORIZED");
  if (request.path == "/v2/refunds") return list(request);
  std::string id;
  if (after(request.path, "/v2/customers/", id)) {
    json::Value found = customer(id);
    return found.is_null() ? error(404, "NOT_FOUND") : reply(200, object({{"customer", std::move(found)}}));
  }
  bool payment = after(request.path, "/v2/payments/pay_", id);
  if (!payment && !after(request.path, "/v2/refunds/", id)) return error(404, "NOT_FOUND");
  for (const Refund& refund : refunds_) {
    if (refund.id != id || refund.status.empty() || refund.created > seen_at()) continue;
    if (!payment) return reply(200, object({{"refund", show(refund)}}));
    json::Object shown = object({{"id", "pay_" + id}});
    if (refund.person) shown.set("customer_id", "cus_" + id);
    return reply(200, object({{"payment", std::move(shown)}}));
  }
  return error(404, "NOT_FOUND");
}

/// By the last change, the oldest first; a cursor is the last row of a page.
HttpReply SquareModel::list(const VendorRequest& request) {
  constexpr std::size_t kPage = 4;
  auto begin = request.query.find("updated_at_begin_time"), cursor = request.query.find("cursor");
  std::int64_t from = unix_ms(begin == request.query.end() ? "" : begin->second).value_or(0);
  Time when = seen_at();
  std::vector<const Refund*> rows;
  for (const Refund& refund : refunds_)
    if (!refund.status.empty() && refund.updated <= when && unix_at(refund.updated) >= from) rows.push_back(&refund);
  auto place = [](const Refund* one) { return std::pair(one->updated, one->id); };
  std::ranges::sort(rows, {}, place);
  if (cursor != request.query.end()) {
    std::size_t colon = cursor->second.find(':');
    std::pair<Time, std::string> last(std::stoll(cursor->second), cursor->second.substr(colon + 1));
    std::erase_if(rows, [&](const Refund* one) { return place(one) <= last; });
  }
  bool more = rows.size() > kPage;
  if (more) rows.resize(kPage);
  json::Array shown;
  for (const Refund* row : rows) shown.push_back(show(*row));
  json::Object out = object({{"refunds", std::move(shown)}});
  if (more) out.set("cursor", std::to_string(rows.back()->updated) + ":" + rows.back()->id);
  return reply(200, std::move(out));
}

HttpReply SquareModel::throttle(const VendorRequest&, const std::string& retry_after) {
  HttpReply out = error(429, "RATE_LIMITED");
  if (!retry_after.empty()) out.headers.emplace_back("Retry-After", retry_after);
  return out;
}

// ---- notifications ----

void Notifier::draw_faults() {
  auto draw = [this](Fault fault, std::int64_t& strength) {
    if (dice_.below(2) == 0) return;
    book_.armed(fault);
    strength = dice_.scale(30'000, 300'000);
  };
  draw(Fault::notice_lost, lost_);
  draw(Fault::notice_late, delayed_);
  draw(Fault::notice_doubled, doubled_);
  draw(Fault::notice_forged, forged_);
}

void Notifier::tell(const SquareModel::Refund& refund, const std::string& type) {
  json::Object data = object({{"type", "refund"}, {"id", refund.id}});
  Delivery made;
  made.body =
      json::write(object({{"event_id", "ev_" + std::to_string(++told_)}, {"type", type}, {"data", std::move(data)}}));
  made.signature = crypto::base64(crypto::bytes(crypto::hmac_sha256(kNoticeKey, kNoticeUrl + made.body)));
  auto hit = [this](Fault fault, std::int64_t per_million) {
    bool fires = dice_.chance(per_million);
    if (fires) book_.hit(fault);
    return fires;
  };
  if (hit(Fault::notice_forged, forged_)) forge(made);
  if (hit(Fault::notice_lost, lost_)) return;
  std::int64_t times = hit(Fault::notice_doubled, doubled_) ? dice_.between(2, 20) : 1;
  if (shuffle_) times = shuffle_->between(1, 2);
  for (; times > 0; --times) {
    Time wait = hit(Fault::notice_late, delayed_) ? dice_.scale(kMinute, 3 * kDay) : dice_.between(5, 2000);
    if (shuffle_) wait = shuffle_->below(until_);
    world_.after(wait, [this, delivery = std::make_shared<Delivery>(made)] { deliver(delivery); });
  }
}

/// A wrong signature, none, or the genuine one under other bytes that mean the same or more.
void Notifier::forge(const Delivery& genuine) {
  auto forged = std::make_shared<Delivery>(genuine);
  forged->genuine = false;
  switch (dice_.below(4)) {
    case 0:
      forged->signature.clear();
      break;
    case 1:
      forged->signature = crypto::base64(crypto::bytes(crypto::hmac_sha256("guessed", kNoticeUrl + genuine.body)));
      break;
    case 2:
      forged->body += " ";
      break;
    default:
      forged->body.replace(forged->body.find("rf_"), 3, "rf-");
  }
  world_.after(dice_.between(5, 2000), [this, forged] { deliver(forged); });
}

void Notifier::deliver(const std::shared_ptr<Delivery>& delivery) {
  if (delivery->answered || ++delivery->tries > kTriesMax) return;
  world_.note("notice", delivery->body);
  if (hub_.up()) {
    engine::Webhook webhook;
    webhook.connector = "pos";
    webhook.request.method = "POST";
    webhook.request.url = kNoticeUrl;
    webhook.request.headers = {{"x-square-hmacsha256-signature", delivery->signature}};
    webhook.body = delivery->body;
    webhook.answer = [this, delivery](int status, const std::string&) { answered(delivery, status); };
    hub_.notify(std::move(webhook));
  }
  world_.after(kHookPatience + dice_.below(kMinute << delivery->tries), [this, delivery] { deliver(delivery); });
}

void Notifier::answered(const std::shared_ptr<Delivery>& delivery, int status) {
  hub_.acting();
  if (delivery->genuine && status >= 400 && status < 500)
    checkers_.complain("N4", "a genuine notification was answered " + std::to_string(status) + ": " + delivery->body);
  if (!delivery->genuine && status < 400)
    checkers_.complain("N4", "a forged notification was taken: " + delivery->body);
  if (status < 500) delivery->answered = true;
}

}  // namespace handoff::simulation
