#include "tests/simulation/models.hpp"

#include <algorithm>

namespace handoff::simulation {

namespace {

HttpReply error(int code, const char* key) {
  return reply(code, object({{"code", code}, {"key", key}, {"message", key}, {"request_id", "v-1"}}));
}

std::string number(std::size_t value) { return std::to_string(1000 + value); }

}  // namespace

VoucherifyModel::VoucherifyModel(World& world, const std::vector<Person>& people)
    : PlatformModel(world, people), voids_(world.stream("cards/voids")) {}

VoucherifyModel::Voucher* VoucherifyModel::find(const std::string& name) {
  for (Voucher& voucher : vouchers_)
    if (!voucher.lost && (voucher.code == name || voucher.id == name)) return &voucher;
  return nullptr;
}

HttpReply VoucherifyModel::handle(const VendorRequest& request) {
  if (!request.headers.contains("x-app-token")) return error(401, "unauthorized");
  if (request.path == "/v1/customers") return list_customers(request.query.at("email"));
  if (request.path == "/v1/publications") return publish(request.json());
  // It tells of no change: what is spent here is known to nobody before they look.
  if (request.path == "/v1/vouchers")
    return reply(200, object({{"object", "list"}, {"vouchers", json::Array()}, {"total", 0}}));
  constexpr std::string_view kVouchers = "/v1/vouchers/";
  if (!request.path.starts_with(kVouchers)) return error(404, "not_found");
  std::string rest = request.path.substr(kVouchers.size());
  std::size_t slash = rest.find('/');
  Voucher* voucher = find(rest.substr(0, slash));
  if (request.method == "GET") {
    Time when = seen_at();
    bool there = voucher && voucher->made_at <= when;
    return there ? reply(200, show(*voucher, when)) : error(404, "not_found");
  }
  if (slash == std::string::npos) return create(request, rest);
  return voucher ? disable(static_cast<std::size_t>(voucher - vouchers_.data())) : error(404, "not_found");
}

HttpReply VoucherifyModel::create(const VendorRequest& request, const std::string& code) {
  if (find(code)) return error(400, "duplicate_found");
  json::Value body = request.json();
  std::optional<std::int64_t> amount = body.at("gift").at("amount").as_integer();
  if (body.at("type").as_string() != "GIFT_VOUCHER" || !amount) return error(400, "invalid_voucher");
  Voucher& made = add("v_" + number(vouchers_.size()), code);
  made.credit = body.at("metadata").at("handoff_credit").as_string();
  made.reference = body.at("metadata").at("handoff_key").as_string();
  made.amount = *amount;
  made.active.set(world_.now(), body.at("active").as_bool());
  expire(vouchers_.size() - 1, std::string(body.at("expiration_date").as_string()));
  touched_.push_back(made.credit);
  effect("voucher " + vouchers_.back().id + " " + std::to_string(*amount) + " of " + vouchers_.back().credit);
  return reply(200, show(vouchers_.back(), world_.now()));
}

bool VoucherifyModel::may_not(bool to_void) {
  bool taken = std::ranges::any_of(rights_taken_, [&](const Taken& one) {
    return one.to_void == to_void && one.from <= world_.now() && world_.now() < one.until;
  });
  if (taken) book_->hit(Fault::right_taken);
  return taken;
}

HttpReply VoucherifyModel::disable(std::size_t number) {
  if (may_not(true)) return error(403, "forbidden");
  if (false_void_ != Fault::none && vouchers_[number].active.now() && voids_.below(2) == 0)
    return disable_untruly(number);
  set_active(number, false);
  return reply(200, show(vouchers_[number], world_.now()));
}

/// The answer says that it is done.
HttpReply VoucherifyModel::disable_untruly(std::size_t number) {
  Voucher& voucher = vouchers_[number];
  book_->hit(false_void_);
  json::Object told = show(voucher, world_.now()).as_object();
  told.set("active", false);
  if (false_void_ == Fault::void_clears) {
    voucher.cleared.set(world_.now(), voucher.amount - voucher.redeemed.now());
    touched_.push_back(voucher.credit);
    effect("cleared " + voucher.id + " of " + voucher.credit);
    return reply(200, told);
  }
  std::int64_t kind = voids_.below(3);
  if (kind == 0) world_.after(voids_.scale(kMinute, 12 * kHour), [this, number] { set_active(number, false); });
  if (kind == 1) {
    set_active(number, false);
    world_.after(voids_.scale(kMinute, 2 * kDay), [this, number] { set_active(number, true); });
  }
  return reply(200, told);
}

/// A voucher can be published once, while it is active; the customer is found by `id` or made by `source_id`.
HttpReply VoucherifyModel::publish(const json::Value& body) {
  Voucher* voucher = find(std::string(body.at("voucher").as_string()));
  if (!voucher) return error(404, "not_found");
  if (may_not(false)) return error(403, "forbidden");
  if (!voucher->usable() || !voucher->holder.now().empty()) return error(400, "invalid_publish_params");
  const json::Value& who = body.at("customer");
  Customer* holder = nullptr;
  for (Customer& customer : customers_) {
    bool by_id = customer.id == who.at("id").as_string();
    bool by_source = !customer.source_id.empty() && customer.source_id == who.at("source_id").as_string();
    if (by_id || by_source) holder = &customer;
  }
  if (!holder) {
    if (who.at("source_id").as_string().empty()) return error(404, "not_found");
    customers_.push_back({"cust_" + number(customers_.size()), std::string(who.at("source_id").as_string()),
                          std::string(who.at("email").as_string()), std::string(who.at("phone").as_string())});
    holder = &customers_.back();
  }
  voucher->holder.set(world_.now(), holder->id);
  effect("published " + voucher->id + " of " + voucher->credit + " to " + holder->id);
  json::Object customer = object({{"id", holder->id}, {"object", "customer"}});
  if (!holder->source_id.empty()) customer.set("source_id", holder->source_id);
  return reply(200, object({{"id", "pub_1"},
                            {"object", "publication"},
                            {"customer_id", holder->id},
                            {"result", "SUCCESS"},
                            {"customer", std::move(customer)},
                            {"voucher", show(*voucher, world_.now())}}));
}

HttpReply VoucherifyModel::list_customers(const std::string& email) {
  json::Array found;
  for (const Customer& customer : customers_)
    if (customer.email == email)
      found.emplace_back(object({{"id", customer.id}, {"email", customer.email}, {"phone", customer.phone}}));
  return reply(200, object({{"object", "list"}, {"data_ref", "customers"}, {"customers", std::move(found)}}));
}

HttpReply VoucherifyModel::throttle(const VendorRequest&, const std::string& retry_after) {
  HttpReply out = error(429, "too_many_requests_error");
  if (!retry_after.empty()) out.headers.emplace_back("Retry-After", retry_after);
  return out;
}

json::Value VoucherifyModel::show(const Voucher& voucher, Time when) const {
  json::Object gift = object({{"amount", voucher.amount},
                              {"balance", voucher.amount - voucher.redeemed.at(when) - voucher.cleared.at(when)},
                              {"subtracted_amount", 0}});
  json::Object metadata = object({{"handoff_credit", voucher.credit}, {"handoff_key", voucher.reference}});
  json::Object out = object({{"id", voucher.id}, {"code", voucher.code}, {"type", "GIFT_VOUCHER"}});
  out.set("gift", std::move(gift));
  out.set("redemption", object({{"redeemed_amount", voucher.redeemed.at(when)}}));
  out.set("active", voucher.active.at(when));
  if (!voucher.expires_at.empty()) out.set("expiration_date", voucher.expires_at);
  out.set("metadata", std::move(metadata));
  const std::string& holder = voucher.holder.at(when);
  out.set("holder_id", holder.empty() ? json::Value() : json::Value(holder));
  return json::Value(std::move(out));
}

}  // namespace handoff::simulation
